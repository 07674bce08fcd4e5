using AkkaPipeline.Queueing;
using AkkaPipeline.Storing;

namespace AkkaPipeline.Producing;

/// <summary>The items of a queue, between their type and what a store keeps: bytes, or the things themselves.</summary>
/// <param name="measures">What is read off an item.</param>
/// <param name="encoder">Null where the store keeps things as they are.</param>
/// <param name="time">For when items are due.</param>
internal sealed class StoredItems<T>(ItemMeasures<T> measures, ItemEncoder<T>? encoder, TimeProvider time) : IStoredItems
{
    public EncodedItems PayloadOf(ItemRun item)
    {
        if (item.Chunk.Payload is { } payload)
        {
            return payload.Only(item.Start);
        }

        var chunk = (Chunk<T>)item.Chunk;
        var bytes = encoder!.Encode(chunk.Items[chunk.Offset + item.Start]).ToArray();
        return new EncodedItems(encoder.Name, bytes, [bytes.Length], chunk.Columns?.Headers?[item.Start] is { } headers ? [headers] : null);
    }

    public IDeadLetter ToStored(IDeadLetter letter, ItemRun item)
    {
        if (encoder is null)
        {
            return letter;
        }

        var payload = PayloadOf(item);
        return new EncodedDeadLetter
        {
            Id = letter.Id,
            Sequence = letter.Sequence,
            Key = letter.Key,
            Headers = letter.Headers,
            Cause = letter.Cause,
            Reason = letter.Reason,
            Attempts = letter.Attempts,
            At = letter.At,
            Codec = payload.Codec,
            Payload = payload.At(0),
        };
    }

    public IDeadLetter FromStored(IDeadLetter letter)
    {
        if (letter is not EncodedDeadLetter stored)
        {
            return letter;
        }

        T? item = default;
        var reason = stored.Reason;
        try
        {
            item = Decode(stored.Codec, stored.Payload.Span);
        }
        catch (Exception thrown)
        {
            reason += $" (its item cannot be read: {AttemptError.Of(thrown).Message})";
        }

        return new DeadLetteredItem<T>
        {
            Item = item!,
            Id = stored.Id,
            Sequence = stored.Sequence,
            Key = stored.Key,
            Headers = stored.Headers,
            Cause = stored.Cause,
            Reason = reason,
            Attempts = stored.Attempts,
            At = stored.At,
            Payload = stored.Payload,
        };
    }

    public Chunk ToChunk(StoredRow row, Action<int, Exception> failed)
    {
        var payload = row.Items!;
        var items = new T[row.Count];
        var columns = ItemColumns.ForItems(row.Count, measures.PriorityOf is not null, measures.KeyOf is not null);
        for (var index = 0; index < row.Count; index++)
        {
            if (row.Settled is { } settled && SettledBits.IsSet(settled, index))
            {
                continue;
            }

            try
            {
                items[index] = Decode(payload.Codec, payload.At(index).Span);
                Note(columns, index, measures.Of(items[index], null, payload.At(index)));
            }
            catch (Exception thrown)
            {
                failed(index, thrown);
            }
        }

        if (payload.Headers is not null)
        {
            columns = (columns ?? new ItemColumns()) with { Headers = payload.Headers };
        }

        return Numbered(new Chunk<T>(items, payload.Bytes.Length, columns) { Payload = payload }, row.First);
    }

    public Chunk ToChunk(StoredItem item)
    {
        var value = Decode(item.Item.Codec, item.Item.At(0).Span);
        var measured = measures.Of(value, null, item.Item.At(0));
        var columns = ItemColumns.ForItems(1, measures.PriorityOf is not null, measures.KeyOf is not null);
        Note(columns, 0, measured);
        var chunk = new Chunk<T>(value, measured.Bytes, (columns ?? new ItemColumns()) with
        {
            DueAt = DueAt(item) is { } due ? [due] : null,
            Headers = item.Item.Headers,
        })
        {
            Payload = item.Item,
        };
        chunk.Goes(item.Attempts, item.History);
        return Numbered(chunk, item.Sequence);
    }

    public Chunk ToRequeued(IDeadLetter letter)
    {
        var typed = (DeadLetteredItem<T>)FromStored(letter);
        if (letter is EncodedDeadLetter stored)
        {
            if (stored.Damaged)
            {
                throw new InvalidOperationException("its row in the store is damaged: it can only be dropped");
            }

            // What cannot be decoded cannot be worked on.
            Decode(stored.Codec, stored.Payload.Span);
            return RequeuedItem.Of(typed, measures, new EncodedItems(
                stored.Codec, stored.Payload, [stored.Payload.Length], stored.Headers.Count == 0 ? null : [stored.Headers]));
        }

        return RequeuedItem.Of(typed, measures);
    }

    private T Decode(CodecName writer, ReadOnlySpan<byte> bytes)
    {
        var codec = encoder!.Codec;
        return writer.Name == codec.Name
            ? codec.Decode(bytes, writer.Version) ?? throw new InvalidOperationException("The codec read null, which is not an item.")
            : throw new InvalidOperationException(
                $"it was written by the codec '{writer.Name}', and the queue reads with '{codec.Name}'");
    }

    /// <summary>By this process's clock; it never waits longer than was once decided.</summary>
    private long? DueAt(StoredItem item)
    {
        if (item.Due is not { } due)
        {
            return null;
        }

        var left = due - time.GetUtcNow();
        return Timestamps.After(time, left <= TimeSpan.Zero ? TimeSpan.Zero : left < item.Delay ? left : item.Delay);
    }

    private static void Note(ItemColumns? columns, int index, Measured measured)
    {
        if (columns?.Priorities is { } priorities)
        {
            priorities[index] = measured.Priority;
        }

        if (columns?.Keys is { } keys)
        {
            keys[index] = measured.Key!;
        }
    }

    /// <summary>Of no producer: its source has been told that the store answers for it.</summary>
    private static Chunk<T> Numbered(Chunk<T> chunk, long first)
    {
        chunk.Accept(ProducerKey.None, 0, first);
        chunk.KeepFromReuse();
        return chunk;
    }
}
