using AkkaPipeline.Storing;

namespace AkkaPipeline.Queueing;

/// <summary>
/// A run of items that travels as one message. The queue's core sees only numbers and counts; the items' type is known
/// where they are put and where they are consumed.
/// </summary>
internal abstract class Chunk(int count, long bytes, ItemColumns? columns)
{
    /// <summary>How many items a chunk holds at most.</summary>
    public const int ItemsMax = 1024;

    /// <summary>How many bytes a chunk gathers before it is closed (one larger item may exceed it).</summary>
    public const int BytesMax = 64 * 1024;

    public int Count { get; } = count;

    public long Bytes { get; } = bytes;

    /// <summary>What is known of each item; null where nothing asks for it.</summary>
    public ItemColumns? Columns { get; } = columns;

    // From here on: written when the queue accepts the chunk, and by it alone; or when a dead letter is requeued, before.

    public ProducerKey Producer { get; private set; }

    /// <summary>The producer's own number of the first item, from 0.</summary>
    public long FirstNumber { get; private set; }

    /// <summary>The queue's number of the first item, from 1.</summary>
    public long FirstSequence { get; private set; }

    public int Unsettled { get; private set; }

    /// <summary>False once a part was given back or fenced: somebody may still read it, so it is never reused.</summary>
    public bool Reusable { get; private set; } = true;

    /// <summary>Failed attempts since the item was put or requeued; only a chunk of one item has any.</summary>
    public int Attempts { get; private set; }

    /// <summary>The failed attempts, those before a requeueing too.</summary>
    public IReadOnlyList<FailedAttempt> History { get; private set; } = [];

    /// <summary>The items as bytes, for a durable store; null where there is none, or where it can be made when it is needed.</summary>
    public EncodedItems? Payload { get; init; }

    /// <summary>Whether the store keeps its only item in a row of its own.</summary>
    public bool StandsAlone { get; private set; }

    public string? KeyAt(int index) => Columns?.Keys?[index];

    public IReadOnlyDictionary<string, string> HeadersAt(int index) => Columns?.Headers?[index] ?? ItemHeaders.None;

    /// <summary>When the item may be granted, as a timestamp; 0: at once.</summary>
    public long DueAt(int index) => Columns?.DueAt?[index] ?? 0;

    public void Accept(ProducerKey producer, long firstNumber, long firstSequence)
    {
        Producer = producer;
        FirstNumber = firstNumber;
        FirstSequence = firstSequence;
        Unsettled = Count;
    }

    public void KeepFromReuse() => Reusable = false;

    /// <summary>The store is told of some of its items: their bytes stay until it lets go of them.</summary>
    public void HoldPayload() => Payload?.Block?.Hold();

    /// <summary>The store is told to keep its only item in a row of its own.</summary>
    public void StandAlone() => StandsAlone = true;

    /// <summary>Counts settled items; the last one lets the chunk go.</summary>
    public void Settle(int items)
    {
        Unsettled -= items;
        if (Unsettled == 0 && Reusable)
        {
            Forget();
        }
    }

    /// <summary>
    /// Moves an item that will stay for long into a chunk of its own, with its numbers: it would hold the room of all the
    /// others. A chunk of one item is returned as it is.
    /// </summary>
    public Chunk Detach(int index)
    {
        if (Count == 1)
        {
            return this;
        }

        var alone = CopyOf(index);
        alone.Accept(Producer, FirstNumber + index, FirstSequence + index);
        Settle(1);
        return alone;
    }

    /// <summary>Notes a failed attempt of a chunk's only item.</summary>
    public void Failed(FailedAttempt attempt)
    {
        Attempts++;
        History = AttemptHistory.Add(History, attempt);
    }

    /// <summary>The attempts begin anew; what was before stays known.</summary>
    public void BeginAnew(IReadOnlyList<FailedAttempt> history) => Goes(0, history);

    /// <summary>What is known of the attempts of a chunk's only item, read back from a store.</summary>
    public void Goes(int attempts, IReadOnlyList<FailedAttempt> history)
    {
        Attempts = attempts;
        History = history;
    }

    /// <summary>A chunk of one of the items, with its columns.</summary>
    protected abstract Chunk CopyOf(int index);

    /// <summary>Every item is settled and nobody reads them any more: the room may be used again.</summary>
    protected virtual void Forget()
    {
    }
}
