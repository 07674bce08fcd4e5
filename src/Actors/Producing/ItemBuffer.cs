using System.Runtime.CompilerServices;
using AkkaPipeline.Queueing;
using AkkaPipeline.Storing;

namespace AkkaPipeline.Producing;

/// <summary>
/// Room for a chunk's items. One thread writes and publishes a count; one actor cuts what is published into chunks, so
/// that a partly filled buffer can be offered while it is still being filled.
/// </summary>
internal sealed class ItemBuffer<T>(ItemBufferPool<T> pool)
{
    // A chunk is closed by the item with which it has its bytes: there is room for one more of the usual size.
    public const int PayloadMax = Chunk.BytesMax + 1024;

    private readonly long[]? bytesUpTo = pool.Measures.AreSized ? new long[Chunk.ItemsMax] : null;

    // The items as bytes, one behind the other. Chunks point into it, and a store holds it for as long as it needs it.
    private PayloadBlock? payload;

    // Columns that few items ask for are added with the first of them, before it is published.
    private ItemColumns? columns = NewColumns(pool.Measures);
    private int published;
    private int references = 1;

    public T[] Items { get; } = new T[Chunk.ItemsMax];

    /// <summary>How many items are published.</summary>
    public int Count => Volatile.Read(ref published);

    /// <summary>How many of them have been cut into chunks; the actor's own.</summary>
    public int Cut { get; private set; }

    public long Bytes => bytesUpTo is null ? 0 : BytesBelow(Count);

    public bool IsFull => published == Chunk.ItemsMax || (bytesUpTo is not null && BytesBelow(published) >= Chunk.BytesMax);

    /// <summary>Adds an item of which nothing is measured, and publishes it. The writer's own.</summary>
    /// <returns>How many there are now.</returns>
    public int Add(T item)
    {
        var index = published;
        Items[index] = item;
        Volatile.Write(ref published, index + 1);
        return index + 1;
    }

    /// <summary>Adds an item and publishes it. The writer's own.</summary>
    /// <returns>How many there are now.</returns>
    public int Add(T item, Measured measured)
    {
        var index = published;
        Items[index] = item;
        if (columns is { } known)
        {
            Note(known, index, measured);
        }

        if (bytesUpTo is not null)
        {
            bytesUpTo[index] = BytesBelow(index) + measured.Bytes;
            if (pool.Measures.Encoder is not null)
            {
                Keep(measured.Payload, (int)BytesBelow(index));
            }
        }

        Volatile.Write(ref published, index + 1);
        return index + 1;
    }

    /// <summary>Adds an item with what was said when it was put. The writer's own.</summary>
    public void Add(T item, Measured measured, long dueAt, IReadOnlyDictionary<string, string>? headers, string? id = null)
    {
        var known = columns ?? new ItemColumns();
        columns = known with
        {
            DueAt = dueAt == 0 ? known.DueAt : known.DueAt ?? new long[Chunk.ItemsMax],
            Headers = headers is null ? known.Headers : known.Headers ?? new IReadOnlyDictionary<string, string>?[Chunk.ItemsMax],
            Ids = id is null ? known.Ids : known.Ids ?? new string?[Chunk.ItemsMax],
        };
        if (dueAt != 0)
        {
            columns.DueAt![published] = dueAt;
        }

        if (headers is not null)
        {
            columns.Headers![published] = headers;
        }

        if (id is not null)
        {
            columns.Ids![published] = id;
        }

        Add(item, measured);
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
        var chunk = new Chunk<T>(this, Cut, upTo - Cut, bytes, columns?.Slice(Cut, upTo)) { Payload = PayloadOf(Cut, upTo) };
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
        pool.PayloadExpected = payload is null ? 0 : (int)Bytes;
        published = 0;
        Cut = 0;
        references = 1;
        payload?.LetGo();
        payload = null;
        if (columns is { } used && (used.DueAt ?? (object?)used.Headers ?? used.Ids ?? (object?)used.Keys) is not null)
        {
            columns = NewColumns(pool.Measures);
        }
    }

    private static ItemColumns? NewColumns(ItemMeasures<T> measures) =>
        ItemColumns.ForItems(Chunk.ItemsMax, measures.PriorityOf is not null, measures.KeyOf is not null);

    private static void Note(ItemColumns columns, int index, Measured measured)
    {
        if (columns.Priorities is { } priorities)
        {
            priorities[index] = measured.Priority;
        }

        if (columns.Keys is { } keys)
        {
            keys[index] = measured.Key!;
        }
    }

    private void Keep(ReadOnlyMemory<byte> bytes, int at)
    {
        var needed = at + bytes.Length;
        if (payload is null || payload.Bytes.Length < needed)
        {
            // What has been cut points into the smaller one, whose bytes stay as they are: it is never let go.
            var room = payload is null ? Math.Max(2 * needed, pool.PayloadExpected) : 2 * needed;
            var larger = pool.RentBlock(needed, Math.Min(room, PayloadMax));
            payload?.Bytes.AsSpan(0, at).CopyTo(larger.Bytes);
            payload = larger;
        }

        bytes.Span.CopyTo(payload.Bytes.AsSpan(at));
    }

    private EncodedItems? PayloadOf(int from, int upTo)
    {
        if (pool.Measures.Encoder is not { } encoder)
        {
            return null;
        }

        var start = (int)BytesBelow(from);
        var ends = new int[upTo - from];
        for (var index = from; index < upTo; index++)
        {
            ends[index - from] = (int)(BytesBelow(index + 1) - start);
        }

        // A pump may be filling a larger one at the same time.
        var block = payload!;
        return new EncodedItems(
            encoder.Name, block.Bytes.AsMemory(start, ends[^1]), ends, columns?.Headers is null ? null : columns.Headers[from..upTo])
        {
            Block = block,
        };
    }

    private long BytesBelow(int index) => index == 0 ? 0 : bytesUpTo![index - 1];
}
