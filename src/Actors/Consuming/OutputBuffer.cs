using System.Buffers;

namespace AkkaPipeline.Consuming;

/// <summary>Outputs side by side, with what was read off each. The arrays are rented and change hands with what they hold.</summary>
internal struct OutputBuffer<TOut>(bool hasKeys, bool hasSizes)
{
    private const int CapacityMin = 16;

    private TOut[] outputs = [];
    private string[]? keys = hasKeys ? [] : null;
    private int[]? sizes = hasSizes ? [] : null;

    private int count;

    public readonly int Count => count;

    public readonly TOut[] Outputs => outputs;

    public readonly string[]? Keys => keys;

    public readonly int[]? Sizes => sizes;

    public void Add(TOut output)
    {
        if (count == outputs.Length)
        {
            Grow();
        }

        outputs[count++] = output;
    }

    /// <summary>What was read off the output that was added last.</summary>
    public readonly void NoteOfLast(string? key, int size)
    {
        if (keys is not null)
        {
            keys[count - 1] = key!;
        }

        if (sizes is not null)
        {
            sizes[count - 1] = size;
        }
    }

    public void CutTo(int length)
    {
        Array.Clear(outputs, length, count - length);
        if (keys is not null)
        {
            Array.Clear(keys, length, count - length);
        }

        count = length;
    }

    /// <summary>Takes the first outputs away; those behind them stay.</summary>
    public OutputBuffer<TOut> TakeFirst(int length)
    {
        var first = this;
        first.count = length;
        var kept = count - length;
        outputs = Behind(outputs, length, kept, kept);
        keys = keys is null ? null : Behind(keys, length, kept, outputs.Length);
        sizes = sizes is null ? null : Behind(sizes, length, kept, outputs.Length);
        count = kept;
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
        Grow(ref outputs, count, capacity);
        capacity = outputs.Length;
        if (keys is not null)
        {
            Grow(ref keys, count, capacity);
        }

        if (sizes is not null)
        {
            Grow(ref sizes, count, capacity);
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
