using System.Runtime.CompilerServices;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Producing;

/// <summary>
/// Room for a chunk's items. One thread writes and publishes a count; one actor cuts what is published into chunks, so
/// that a partly filled buffer can be offered while it is still being filled.
/// </summary>
internal sealed class ItemBuffer<T>(ItemBufferPool<T> pool, bool withPriorities, bool withBytes)
{
    private readonly long[]? priorities = withPriorities ? new long[Chunk.ItemsMax] : null;
    private readonly long[]? bytesUpTo = withBytes ? new long[Chunk.ItemsMax] : null;
    private int published;
    private int references = 1;

    public T[] Items { get; } = new T[Chunk.ItemsMax];

    /// <summary>How many items are published.</summary>
    public int Count => Volatile.Read(ref published);

    /// <summary>How many of them have been cut into chunks; the actor's own.</summary>
    public int Cut { get; private set; }

    public long Bytes => bytesUpTo is null ? 0 : BytesBelow(Count);

    public bool IsFull => published == Chunk.ItemsMax || (bytesUpTo is not null && BytesBelow(published) >= Chunk.BytesMax);

    /// <summary>Adds an item and publishes it. The writer's own.</summary>
    /// <returns>How many there are now.</returns>
    public int Add(T item, Measured measured)
    {
        var index = published;
        Items[index] = item;
        if (priorities is not null)
        {
            priorities[index] = measured.Priority;
        }

        if (bytesUpTo is not null)
        {
            bytesUpTo[index] = BytesBelow(index) + measured.Bytes;
        }

        Volatile.Write(ref published, index + 1);
        return index + 1;
    }

    /// <summary>Cuts the items [Cut, upTo) into a chunk; null if there are none.</summary>
    public Chunk<T>? CutChunk(int upTo)
    {
        if (upTo <= Cut)
        {
            return null;
        }

        Interlocked.Increment(ref references);
        var bytes = bytesUpTo is null ? 0 : BytesBelow(upTo) - BytesBelow(Cut);
        var chunk = new Chunk<T>(this, Cut, upTo - Cut, bytes, priorities?[Cut..upTo]);
        Cut = upTo;
        return chunk;
    }

    /// <summary>The writer or a chunk lets go; the last one gives the buffer back to its pool.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref references) == 0)
        {
            pool.Return(this);
        }
    }

    public void Clear(int from, int count)
    {
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            Array.Clear(Items, from, count);
        }
    }

    /// <summary>Makes the buffer new again; only for its pool.</summary>
    public void Reset()
    {
        published = 0;
        Cut = 0;
        references = 1;
    }

    private long BytesBelow(int index) => index == 0 ? 0 : bytesUpTo![index - 1];
}
