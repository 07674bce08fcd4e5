using AkkaPipeline.Queueing;

namespace AkkaPipeline.Storing;

/// <summary>
/// What has happened in a queue since the last commit, gathered into the next. What is settled before it is written is
/// never written; it only counts.
/// </summary>
/// <param name="setup">What the store keeps, and who makes bytes of what has none yet.</param>
/// <param name="counts">As the store has them.</param>
internal sealed class BatchGathering(StoreSetup setup, StoreCounts counts)
{
    /// <summary>More than a queue gives between two commits.</summary>
    private const long NumbersReserved = 1 << 24;

    private readonly IStoredItems items = setup.Items;
    private readonly List<StoredPutId> putIds = [];
    private readonly List<PendingItems> accepted = [];
    private readonly List<NumberRange> settled = [];
    private readonly Dictionary<long, (StoredItem Item, bool IsPut)> alone = [];
    private readonly HashSet<long> aloneRemoved = [];
    private readonly List<IDeadLetter> deadLetters = [];
    private readonly List<long> deadLettersRemoved = [];
    private readonly HandoverGathering? handover = setup.HandsOver is { } into ? new HandoverGathering(into) : null;
    private HandoverTaken? handoverTaken;
    private long oldestDropped;
    private long? dropsAbove;
    private StoredCheckpoint? checkpoint;
    private StoreCounts now = counts;
    private long reserved = counts.LastSequence + NumbersReserved;
    private long heard;

    /// <summary>Whether there is anything to commit.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>Items that are accepted and not written.</summary>
    private long Unwritten => accepted.Sum(pending => pending.Unsettled) + alone.Values.LongCount(one => one.IsPut);

    public void Add(QueueWrite write)
    {
        IsEmpty = false;
        heard = Math.Max(heard, write.Number);
        handover?.Heard(write);
        switch (write)
        {
            case QueueWrite.Accepted one:
                accepted.Add(new PendingItems(one.Run.FirstSequence, PartOf(one.Run), one.BeginsRow));
                RememberIds(one.Run);
                RememberTaken(one.Run);
                now = now with { Accepted = now.Accepted + one.Run.Count, LastSequence = one.Run.FirstSequence + one.Run.Count - 1 };
                break;
            case QueueWrite.Settled one:
                Leave(one.Run);
                now = one.Dropped
                    ? now with { Dropped = now.Dropped + one.Run.Count }
                    : now with { Acked = now.Acked + one.Run.Count };
                break;
            case QueueWrite.DeadLettered one:
                DeadLettered(one);
                break;
            case QueueWrite.StandsAlone one:
                StandsAlone(one);
                break;
            case QueueWrite.RowsDropped one:
                DropRows(one);
                break;
            case QueueWrite.OldestDropped:
                oldestDropped++;
                CountForgotten(1);
                break;
        }
    }

    /// <summary>Something has happened that a later batch will hold: it is confirmed with this one.</summary>
    public void Hear(long number)
    {
        IsEmpty = false;
        heard = Math.Max(heard, number);
    }

    /// <summary>How far a source and its outputs are with what has been added.</summary>
    public void Reached(StoredCheckpoint how)
    {
        IsEmpty = false;
        checkpoint = how;
    }

    /// <summary>An item has outputs for another queue: they are committed with its being done.</summary>
    public void HandOver(long sequence, IReadOnlyList<HandedOver> outputs) => handover!.Add(sequence, outputs);

    /// <summary>An item that was read cannot be decoded.</summary>
    public void Undecodable(IDeadLetter letter, bool stoodAlone)
    {
        IsEmpty = false;
        deadLetters.Add(letter);
        now = now with { DeadLettered = now.DeadLettered + 1 };
        if (stoodAlone)
        {
            aloneRemoved.Add(letter.Sequence);
        }
        else
        {
            SettleRows(letter.Sequence, 1);
        }
    }

    /// <summary>The store has set damaged rows aside; it has counted them already.</summary>
    public void Quarantined(long items) => now = now with { Quarantined = now.Quarantined + items };

    /// <summary>Dead letters have gone back to the queue, or to nowhere.</summary>
    /// <param name="numbers">The store's.</param>
    /// <param name="dropped">Whether they were dropped.</param>
    public void LettersLeft(IEnumerable<long> numbers, bool dropped)
    {
        IsEmpty = false;
        var before = deadLettersRemoved.Count;
        deadLettersRemoved.AddRange(numbers);
        if (dropped)
        {
            CountForgotten(deadLettersRemoved.Count - before);
        }
    }

    /// <summary>
    /// Numbers are reserved before they are given: what was delivered and not yet written when a process died has had its
    /// number, and nothing else may get it.
    /// </summary>
    public StoreBatch Reservation() => new() { Counts = WithReserved(now) };

    /// <summary>The last batch: the numbers that were not given are free.</summary>
    public StoreBatch TakeLast() => Take().Batch with { Counts = now };

    /// <summary>Everything that has gathered; the next begins empty.</summary>
    public GatheredBatch Take()
    {
        long[] put = [.. alone.Where(one => one.Value.IsPut).Select(one => one.Key)];
        var batch = new StoreBatch
        {
            Accepted = [.. accepted.Where(pending => pending.Unsettled > 0).Select(pending => pending.ToAccepted())],
            Settled = [.. settled],
            DropsRowsAbove = dropsAbove,
            Alone = [.. alone.Values.Select(one => one.Item)],
            AloneRemoved = [.. aloneRemoved],
            DeadLetters = [.. deadLetters],
            DeadLettersRemoved = [.. deadLettersRemoved],
            OldestDeadLettersDropped = oldestDropped,
            PutIds = [.. putIds],
            PutIdsMax = setup.PutIdsMax,
            Counts = WithReserved(now),
            Checkpoint = checkpoint,
            HandedOver = handover?.Take(),
            HandoverTaken = handoverTaken,
        };
        handoverTaken = null;
        foreach (var pending in accepted)
        {
            pending.LetGoIfSettled();
        }

        accepted.Clear();
        alone.Clear();
        putIds.Clear();
        ClearTheRest();
        IsEmpty = true;
        return new GatheredBatch(batch, AcceptsUpTo: heard, RestUpTo: heard) { IsWhole = true, PutAlone = put };
    }

    /// <summary>Everything but accepted items, which wait for room.</summary>
    public GatheredBatch TakeWithoutAccepts()
    {
        StoredPutId[] ids = [.. putIds.Where(id => !IsUnwritten(id.Sequence))];
        putIds.RemoveAll(id => !IsUnwritten(id.Sequence));
        var batch = new StoreBatch
        {
            PutIds = ids,
            PutIdsMax = setup.PutIdsMax,
            Settled = [.. settled],
            DropsRowsAbove = dropsAbove,
            Alone = [.. alone.Values.Where(one => !one.IsPut).Select(one => one.Item)],
            AloneRemoved = [.. aloneRemoved],
            DeadLetters = [.. deadLetters],
            DeadLettersRemoved = [.. deadLettersRemoved],
            OldestDeadLettersDropped = oldestDropped,
            Counts = WithReserved(now with { Accepted = now.Accepted - Unwritten }),
            Checkpoint = checkpoint,
            HandedOver = handover?.Take(),
        };
        foreach (var sequence in alone.Where(one => !one.Value.IsPut).Select(one => one.Key).ToArray())
        {
            alone.Remove(sequence);
        }

        ClearTheRest();
        return new GatheredBatch(batch, AcceptsUpTo: 0, RestUpTo: heard);
    }

    /// <summary>A batch was not committed: it is gathered again, before what has come since.</summary>
    public void GiveBack(GatheredBatch taken)
    {
        IsEmpty = false;
        var batch = taken.Batch;
        accepted.InsertRange(0, batch.Accepted.Select(PendingItems.Of));
        NumberRange[] since = [.. settled];
        settled.Clear();
        settled.AddRange(batch.Settled);
        foreach (var range in since)
        {
            SettleRows(range.First, range.Count);
        }

        foreach (var item in batch.Alone.Where(item => !aloneRemoved.Contains(item.Sequence)))
        {
            alone.TryAdd(item.Sequence, (item, taken.PutAlone.Contains(item.Sequence)));
        }

        aloneRemoved.UnionWith(batch.AloneRemoved.Where(sequence => !alone.ContainsKey(sequence)));
        putIds.InsertRange(0, batch.PutIds);
        handover?.GiveBack(batch.HandedOver);
        handoverTaken ??= batch.HandoverTaken;
        deadLetters.InsertRange(0, batch.DeadLetters);
        deadLettersRemoved.AddRange(batch.DeadLettersRemoved);
        oldestDropped += batch.OldestDeadLettersDropped;
        checkpoint ??= batch.Checkpoint;
        if (dropsAbove is not null)
        {
            DropPending();
        }

        dropsAbove = Math.Min(dropsAbove ?? long.MaxValue, batch.DropsRowsAbove ?? long.MaxValue) is var lowest && lowest < long.MaxValue ? lowest : null;
    }

    private StoreCounts WithReserved(StoreCounts counts)
    {
        if (counts.LastSequence > reserved - (NumbersReserved / 2))
        {
            reserved = counts.LastSequence + NumbersReserved;
        }

        return counts with { LastSequence = reserved };
    }

    private bool IsUnwritten(long sequence) =>
        (alone.TryGetValue(sequence, out var one) && one.IsPut)
        || (FirstEndingAfter(sequence) is var index && index < accepted.Count && accepted[index].IsUnsettled(sequence));

    private void DeadLettered(QueueWrite.DeadLettered one)
    {
        if (one.Letter is IDeadLetter letter)
        {
            deadLetters.Add(items.ToStored(letter, one.Run));
        }

        Leave(one.Run);
        now = now with { DeadLettered = now.DeadLettered + one.Run.Count };
    }

    private void StandsAlone(QueueWrite.StandsAlone one)
    {
        var sequence = one.Item.FirstSequence;
        if (one.From == QueueWrite.Standing.Put)
        {
            RememberIds(one.Item);
        }

        var isPut = one.From == QueueWrite.Standing.Put || (alone.TryGetValue(sequence, out var before) && before.IsPut);
        aloneRemoved.Remove(sequence);
        alone[sequence] = (new StoredItem(sequence, items.PayloadOf(one.Item), one.Due, one.Delay, one.Attempts, one.History), isPut);
        now = one.From switch
        {
            QueueWrite.Standing.Put => now with { Accepted = now.Accepted + 1, LastSequence = Math.Max(now.LastSequence, sequence) },
            QueueWrite.Standing.DeadLetter => now with { DeadLettered = now.DeadLettered - 1 },
            _ => now with { Retried = now.Retried + 1 },
        };
        if (one.From == QueueWrite.Standing.InRow)
        {
            SettleRows(sequence, 1);
        }
    }

    private void RememberIds(ItemRun run)
    {
        for (var index = run.Start; run.Chunk.Columns?.Ids is { } ids && index < run.Start + run.Count; index++)
        {
            if (ids[index] is { } id)
            {
                putIds.Add(new StoredPutId(id, run.Chunk.FirstSequence + index, setup.Time.GetUtcNow()));
            }
        }
    }

    private void RememberTaken(ItemRun run)
    {
        if (setup.TakesOver is var (from, source) && run.Chunk.Producer.Index == source)
        {
            handoverTaken = new HandoverTaken(from.Name, from.TakenBelow(run.Chunk.FirstNumber + run.Start + run.Count));
        }
    }

    private void Leave(ItemRun run)
    {
        if (!run.Chunk.StandsAlone)
        {
            SettleRows(run.FirstSequence, run.Count);
            return;
        }

        aloneRemoved.Add(run.FirstSequence);
        alone.Remove(run.FirstSequence);
    }

    private void SettleRows(long first, long count)
    {
        if (setup.Keeps != Durability.Full)
        {
            return;
        }

        var (at, end) = (first, first + count);
        for (var index = FirstEndingAfter(first); index < accepted.Count && accepted[index].First < end; index++)
        {
            var pending = accepted[index];
            var (from, to) = (Math.Max(at, pending.First), Math.Min(end, pending.End));
            AddSettled(at, from);
            pending.Settle(from, to);
            at = to;
        }

        AddSettled(at, end);
    }

    private void AddSettled(long first, long end)
    {
        if (first >= end)
        {
            return;
        }

        if (settled.Count > 0 && settled[^1].End == first)
        {
            settled[^1] = settled[^1] with { Count = settled[^1].Count + end - first };
        }
        else
        {
            settled.Add(new NumberRange(first, end - first));
        }
    }

    /// <summary>By bisection: accepted items come by growing numbers.</summary>
    private int FirstEndingAfter(long sequence)
    {
        var (low, high) = (0, accepted.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = accepted[middle].End <= sequence ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private void DropRows(QueueWrite.RowsDropped one)
    {
        dropsAbove = Math.Min(dropsAbove ?? one.Above, one.Above);
        DropPending();
        now = now with { Dropped = now.Dropped + one.Count };
    }

    private void DropPending()
    {
        foreach (var pending in accepted)
        {
            pending.Settle(Math.Max(pending.First, dropsAbove!.Value + 1), pending.End);
        }
    }

    private void CountForgotten(long letters) =>
        now = now with { DeadLettered = now.DeadLettered - letters, Dropped = now.Dropped + letters };

    private void ClearTheRest()
    {
        settled.Clear();
        aloneRemoved.Clear();
        deadLetters.Clear();
        deadLettersRemoved.Clear();
        oldestDropped = 0;
        dropsAbove = null;
        checkpoint = null;
    }

    private static EncodedItems PartOf(ItemRun run)
    {
        var payload = run.Chunk.Payload!;
        return run.Count == payload.Count ? payload : payload.Part(run.Start, run.Count);
    }

    /// <summary>Accepted items that are not written yet, and which of them are settled.</summary>
    private sealed class PendingItems(long first, EncodedItems payload, bool beginsRow)
    {
        private ulong[]? settled;

        public long First => first;

        public long End => first + payload.Count;

        public int Unsettled { get; private set; } = payload.Count;

        public static PendingItems Of(AcceptedItems accepted)
        {
            var pending = new PendingItems(accepted.First, accepted.Items, accepted.BeginsRow) { settled = accepted.Settled };
            pending.Unsettled -= SettledBits.Count(accepted.Settled);
            return pending;
        }

        public bool IsUnsettled(long sequence) => sequence >= first && Unsettled > 0
            && (settled is null || !SettledBits.IsSet(settled, (int)(sequence - first)));

        /// <summary>What is settled before it was written needs no bytes.</summary>
        public void LetGoIfSettled()
        {
            if (Unsettled == 0)
            {
                payload.Block?.LetGo();
            }
        }

        public AcceptedItems ToAccepted() => new(first, payload, settled, beginsRow);

        /// <summary>The items [from, end), those that are settled already too.</summary>
        public void Settle(long from, long end)
        {
            if (from <= first && end >= End)
            {
                Unsettled = 0;
                return;
            }

            if (from < end)
            {
                settled ??= SettledBits.For(payload.Count);
                Unsettled -= SettledBits.SetRange(settled, (int)(from - first), (int)(end - first));
            }
        }
    }
}

/// <summary>A batch, and what it lets be confirmed.</summary>
/// <param name="Batch">What is to be committed.</param>
/// <param name="AcceptsUpTo">Accepts up to this number are in it, or were before.</param>
/// <param name="RestUpTo">All else up to this number is.</param>
internal sealed record GatheredBatch(StoreBatch Batch, long AcceptsUpTo, long RestUpTo)
{
    /// <summary>Whether nothing was left out of it that had gathered.</summary>
    public bool IsWhole { get; init; }

    /// <summary>Those of the items that stand alone which are new: they wait where there is no room.</summary>
    public IReadOnlyCollection<long> PutAlone { get; init; } = [];

    /// <summary>It is committed: the store needs the bytes of its items no more.</summary>
    public void LetGoOfPayloads()
    {
        foreach (var written in Batch.Accepted)
        {
            written.Items.Block?.LetGo();
        }
    }
}
