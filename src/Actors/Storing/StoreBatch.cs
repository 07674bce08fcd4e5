namespace AkkaPipeline.Storing;

/// <summary>What one commit makes durable. Whoever made it does not change it any more.</summary>
internal sealed record StoreBatch
{
    /// <summary>
    /// Items to be written in rows, by growing numbers that never overlap and never come again. A store packs them into
    /// rows of its own; what is settled in them already needs no payload.
    /// </summary>
    public IReadOnlyList<AcceptedItems> Accepted { get; init; } = [];

    /// <summary>Items in rows that are settled; in no order, disjoint, each of them in a row of an earlier commit.</summary>
    public IReadOnlyList<NumberRange> Settled { get; init; } = [];

    /// <summary>
    /// Everything above this number that stands in rows of earlier commits is settled (dropped), before anything else of this
    /// batch; null: nothing is.
    /// </summary>
    public long? DropsRowsAbove { get; init; }

    /// <summary>Items that stand alone from now on, or stand so in another way than before; one of a number.</summary>
    public IReadOnlyList<StoredItem> Alone { get; init; } = [];

    /// <summary>Numbers of items that stood alone and are settled; none of them in <see cref="Alone"/>.</summary>
    public IReadOnlyList<long> AloneRemoved { get; init; } = [];

    /// <summary>They get growing numbers, in this order.</summary>
    public IReadOnlyList<IDeadLetter> DeadLetters { get; init; } = [];

    /// <summary>Dead letters that go, by the store's numbers: requeued or dropped.</summary>
    public IReadOnlyList<long> DeadLettersRemoved { get; init; } = [];

    /// <summary>How many of the oldest dead letters go, once those above have been kept.</summary>
    public long OldestDeadLettersDropped { get; init; }

    /// <summary>To be remembered; the oldest beyond the window are forgotten.</summary>
    public IReadOnlyList<StoredPutId> PutIds { get; init; } = [];

    /// <summary>How many put ids stay remembered, the newest; 0: all.</summary>
    public int PutIdsMax { get; init; }

    /// <summary>The counts as they are with this batch; null: unchanged.</summary>
    public StoreCounts? Counts { get; init; }

    /// <summary>How far a replayable source is; null: unchanged.</summary>
    public StoredCheckpoint? Checkpoint { get; init; }

    /// <summary>What this batch's items hand to another queue; the store gives each its number. Null: nothing.</summary>
    public HandoverPart? HandedOver { get; init; }

    /// <summary>What of a handover is in this batch's items, and goes; null: nothing.</summary>
    public HandoverTaken? HandoverTaken { get; init; }

    /// <summary>Whether it makes the store larger: what comes out of a handover was there before.</summary>
    public bool NeedsRoom => Accepted.Count > 0 && HandoverTaken is null;

    /// <summary>How many items it writes or settles.</summary>
    public long ItemCount => Accepted.Sum(items => (long)items.Items.Count) + Settled.Sum(range => range.Count)
        + Alone.Count + AloneRemoved.Count;
}

/// <summary>Consecutive numbers.</summary>
internal readonly record struct NumberRange(long First, long Count)
{
    public long End => First + Count;
}

/// <summary>Consecutive items with their payloads.</summary>
/// <param name="First">Number of the first.</param>
/// <param name="Items">Their payloads and headers.</param>
/// <param name="Settled">Which are settled already, one bit an item from the lowest; null: none. Never all.</param>
/// <param name="BeginsRow">Whether they must not share a row with items before them, which will not be read back with them.</param>
internal sealed record AcceptedItems(long First, EncodedItems Items, ulong[]? Settled = null, bool BeginsRow = false);

/// <summary>Payloads of some items, one behind the other.</summary>
/// <param name="Codec">Who wrote them.</param>
/// <param name="Bytes">All of them.</param>
/// <param name="Ends">Where each ends in <paramref name="Bytes"/>; the first begins at 0.</param>
/// <param name="Headers">Null, or null where an item has none.</param>
internal sealed record EncodedItems(
    CodecName Codec, ReadOnlyMemory<byte> Bytes, int[] Ends, IReadOnlyDictionary<string, string>?[]? Headers = null)
{
    public int Count => Ends.Length;

    /// <summary>Whose bytes they are, to be used again; null: they stay as they are for as long as somebody points to them.</summary>
    public PayloadBlock? Block { get; init; }

    public ReadOnlyMemory<byte> At(int index)
    {
        var start = index == 0 ? 0 : Ends[index - 1];
        return Bytes[start..Ends[index]];
    }

    /// <summary>Some of them, with the bytes they share.</summary>
    public EncodedItems Part(int from, int count)
    {
        var start = from == 0 ? 0 : Ends[from - 1];
        var ends = new int[count];
        for (var index = 0; index < count; index++)
        {
            ends[index] = Ends[from + index] - start;
        }

        return new EncodedItems(Codec, Bytes.Slice(start, ends[^1]), ends, Headers?[from..(from + count)]) { Block = Block };
    }

    /// <summary>One of them, which may stay for long: with bytes of its own.</summary>
    public EncodedItems Only(int index) => Count == 1 && Block is null
        ? this
        : new(Codec, At(index).ToArray(), [At(index).Length], Headers?[index] is { } headers ? [headers] : null);
}

/// <summary>A codec's name and the version of what it writes.</summary>
internal readonly record struct CodecName(string Name, int Version);

/// <summary>A row as it was read.</summary>
/// <param name="First">Number of its first item; of a row whose numbers are damaged, that of the row before it.</param>
/// <param name="Count">How many numbers it spans; of a row whose numbers are damaged, 1.</param>
/// <param name="Unsettled">How many of them are not settled.</param>
/// <param name="Items">As many as it spans; what is settled may have an empty payload. Null: the row is damaged.</param>
/// <param name="Settled">Which are settled, one bit an item; null: none.</param>
/// <param name="Damage">What is wrong with it, for people; null: nothing.</param>
internal sealed record StoredRow(
    long First, int Count, int Unsettled, EncodedItems? Items, ulong[]? Settled, string? Damage = null);

/// <summary>An item in a row of its own.</summary>
/// <param name="Sequence">Its number.</param>
/// <param name="Item">One item.</param>
/// <param name="Due">By the wall clock; null: at once.</param>
/// <param name="Delay">How long it was to wait when that was decided: after a restart it never waits longer.</param>
/// <param name="Attempts">Failed attempts since it was put or requeued.</param>
/// <param name="History">The failed attempts, those before a requeueing too.</param>
internal sealed record StoredItem(
    long Sequence, EncodedItems Item, DateTimeOffset? Due, TimeSpan Delay, int Attempts, IReadOnlyList<FailedAttempt> History);

/// <summary>A put's id, the number its item got, and when.</summary>
internal readonly record struct StoredPutId(string Id, long Sequence, DateTimeOffset At);

/// <summary>
/// The ledger of a store, cumulative: accepted = acked + dead-lettered + dropped + quarantined + what its rows hold
/// unsettled + what stands alone.
/// </summary>
/// <param name="LastSequence">No higher number has been given to an item.</param>
/// <param name="Accepted">Items taken.</param>
/// <param name="Acked">Items done.</param>
/// <param name="DeadLettered">Items that failed for good, those requeued since not.</param>
/// <param name="Dropped">Items dropped on request.</param>
/// <param name="Retried">Failed attempts that were to be tried again.</param>
/// <param name="Quarantined">Written by the store itself when it moves damaged rows aside; ignored in a batch.</param>
internal sealed record StoreCounts(
    long LastSequence, long Accepted, long Acked, long DeadLettered, long Dropped, long Retried, long Quarantined = 0)
{
    public static StoreCounts None { get; } = new(0, 0, 0, 0, 0, 0);

    /// <summary>What has left: done, failed for good, dropped.</summary>
    public long Settled => Acked + DeadLettered + Dropped;

    /// <summary>What is left: in rows and alone.</summary>
    public long Left => Accepted - Acked - DeadLettered - Dropped - Quarantined;
}

/// <summary>How far a replayable source is, and the files that belong to exactly that.</summary>
/// <param name="Source">Which source, by its name in the pipeline.</param>
/// <param name="Watermark">Items of a smaller number are settled; the source goes on from here.</param>
/// <param name="Settled">What is settled above it; sorted and disjoint.</param>
/// <param name="Position">Where in the source the watermark is; the source's own words.</param>
/// <param name="Outputs">Length of each output file, by its name.</param>
internal sealed record StoredCheckpoint(
    string Source,
    long Watermark,
    IReadOnlyList<NumberRange> Settled,
    string Position,
    IReadOnlyDictionary<string, long> Outputs);
