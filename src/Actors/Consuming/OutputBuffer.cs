using System.Buffers;

namespace AkkaPipeline.Consuming;

/// <summary>Outputs side by side, with what was read off each. The arrays are rented and change hands with what they hold.</summary>
internal struct OutputBuffer<TOut>(bool hasKeys, bool hasSizes)
{
    private const int CapacityMin = 16;

    private TOut[] outputs = [];
    private string[]? keys = hasKeys ? [] : null;
    private int[]? sizes = hasSizes ? [] : null;

    public int Count { get; private set; }

    public readonly TOut[] Outputs => outputs;

    public readonly string[]? Keys => keys;

    public readonly int[]? Sizes => sizes;

    public void Add(TOut output, string? key, int size)
    {
        if (Count == outputs.Length)
        {
            Grow();
        }

        outputs[Count] = output;
        if (keys is not null)
        {
            keys[Count] = key!;
        }

        if (sizes is not null)
        {
            sizes[Count] = size;
        }

        Count++;
    }

    public void CutTo(int count)
    {
        Array.Clear(outputs, count, Count - count);
        if (keys is not null)
        {
            Array.Clear(keys, count, Count - count);
        }

        Count = count;
    }

    /// <summary>Takes the first outputs away; those behind them stay.</summary>
    public OutputBuffer<TOut> TakeFirst(int count)
    {
        var first = this;
        first.Count = count;
        var kept = Count - count;
        outputs = Behind(outputs, count, kept, kept);
        keys = keys is null ? null : Behind(keys, count, kept, outputs.Length);
        sizes = sizes is null ? null : Behind(sizes, count, kept, outputs.Length);
        Count = kept;
        return first;
    }

    private static TElement[] Behind<TElement>(TElement[] array, int start, int count, int capacity)
    {
        if (count == 0)
        {
            return [];
        }

        var rest = ArrayPool<TElement>.Shared.Rent(capacity);
        array.AsSpan(start, count).CopyTo(rest);
        Array.Clear(array, start, count);
        return rest;
    }

    private void Grow()
    {
        var capacity = Math.Max(CapacityMin, 2 * outputs.Length);
        Grow(ref outputs, Count, capacity);
        capacity = outputs.Length;
        if (keys is not null)
        {
            Grow(ref keys, Count, capacity);
        }

        if (sizes is not null)
        {
            Grow(ref sizes, Count, capacity);
        }
    }

    private static void Grow<TElement>(ref TElement[] array, int count, int capacity)
    {
        var larger = ArrayPool<TElement>.Shared.Rent(capacity);
        array.AsSpan(0, count).CopyTo(larger);
        if (array.Length > 0)
        {
            ArrayPool<TElement>.Shared.Return(array, clearArray: true);
        }

        array = larger;
    }
}
