using AkkaPipeline.Storing;

namespace AkkaPipeline.Queueing;

/// <summary>The queue's side of a store that keeps items: what is written, what is read back, what may be confirmed.</summary>
internal sealed partial class QueueState
{
    // What is held back by keys, until its time or between attempts may take as many windows; then nothing more is read.
    private const int WindowsHeld = 4;

    // What an item that stands alone costs in memory, beside its bytes.
    private const int BytesOfScheduled = 512;

    private readonly CommitGate gate;

    /// <summary>Items in rows that are to be dropped when they are read back.</summary>
    private readonly HashSet<long> cancelledInStore = [];

    /// <summary>Items that have come to stand alone while those of earlier runs are being read: they are read too.</summary>
    private readonly HashSet<long> aloneAlready = [];

    /// <summary>What earlier runs have settled of what the source brings again, by sequence numbers; sorted.</summary>
    private IReadOnlyList<(long First, long Count)> settledBefore = [];

    /// <summary>Items that are only in the store's rows: those above <see cref="readUpTo"/>.</summary>
    private long inStore;
    private long aloneInStore;
    private long readUpTo;
    private bool reading;

    /// <summary>With this write the store was full although nothing in it could be worked off.</summary>
    private long? fullAndEmptyUpTo;

    /// <summary>Why no puts are let in although there is room in the queue; null: they are.</summary>
    public string? WhyPutsWait { get; private set; }

    private bool KeepsItems => limits.Keeps == Durability.Full;

    /// <summary>Items that wait, wherever they are.</summary>
    private long Waiting => ready.Count + schedule.Count + inStore + aloneInStore;

    /// <summary>
    /// Nothing is granted until what has to be known of all items is: items that wait for another attempt hold their keys,
    /// and an order other than by number needs all.
    /// </summary>
    private bool IsRecovering => aloneInStore > 0 || (inStore > 0 && !ready.IsByNumber);

    /// <summary>What earlier runs have left in the store is read back, ahead of need.</summary>
    public void Begin(RecoveredQueue left)
    {
        lastSequence = left.Counts.LastSequence;
        ledger.Accepted = left.Counts.Accepted;
        ledger.Acked = left.Counts.Acked;
        ledger.DeadLettered = left.Counts.DeadLettered;
        ledger.Dropped = left.Counts.Dropped;
        ledger.Quarantined = left.Counts.Quarantined;
        ledger.Queued = left.InRows + left.Alone;
        retried = left.Counts.Retried;
        deadLettersKept = left.DeadLettersKept;
        foreach (var (id, at) in left.PutIds)
        {
            putIds.Recall(id, at);
        }

        settledBefore = left.SettledBefore;
        suspects.Expect(left.Suspects);
        (inStore, aloneInStore) = (left.InRows, left.Alone);
        Dispatch();
    }

    /// <summary>Items that stand alone have been read.</summary>
    /// <param name="items">Chunks of one item each, with its number and its attempts.</param>
    /// <param name="after">Where to read on; null: these were the last.</param>
    /// <param name="deadLettered">How many could not be read, and are dead letters now.</param>
    /// <returns>How many items the store has fewer than it has counted: they count as quarantined.</returns>
    public long AloneRead(IReadOnlyList<Chunk> items, long? after, long deadLettered)
    {
        var missing = 0L;
        reading = false;
        foreach (var chunk in items.Where(chunk => !aloneAlready.Contains(chunk.FirstSequence)))
        {
            aloneInStore--;
            ledger.Queued--;
            Recover(new ItemRun(chunk, 0, 1));
        }

        DeadLetteredByStore(deadLettered);
        aloneInStore -= deadLettered;
        if (after is { } next && aloneInStore > 0)
        {
            reading = true;
            effects.ReadAlone(next);
        }
        else
        {
            missing = Missing(ref aloneInStore);
            aloneAlready.Clear();
        }

        Dispatch();
        return missing;
    }

    /// <summary>Rows have been read.</summary>
    /// <param name="runs">Their unsettled items, in order.</param>
    /// <param name="upTo">The number of the last that was read; null: there are no more rows.</param>
    /// <param name="deadLettered">How many could not be decoded, and are dead letters now.</param>
    /// <param name="quarantined">How many stood in damaged rows, which have been moved aside.</param>
    /// <returns>How many items the store has fewer than it has counted: they count as quarantined.</returns>
    public long RowsRead(IReadOnlyList<ItemRun> runs, long? upTo, long deadLettered, long quarantined)
    {
        var missing = 0L;
        reading = false;
        if (inStore == 0)
        {
            // Dropped meanwhile.
            Dispatch();
            return missing;
        }

        foreach (var run in runs)
        {
            inStore -= run.Count;
            ledger.Queued -= run.Count;
            AddRead(run);
        }

        inStore -= deadLettered + quarantined;
        ledger.Queued -= quarantined;
        ledger.Quarantined += quarantined;
        DeadLetteredByStore(deadLettered);
        readUpTo = upTo ?? lastSequence;
        if (upTo is null)
        {
            missing = Missing(ref inStore);
        }

        Dispatch();
        return missing;
    }

    /// <summary>The store has no room, so that puts wait until what settles has made some.</summary>
    /// <param name="why">Null: it has room again.</param>
    /// <param name="emptyUpTo">The write with which there were no more items in it that could be worked off; null: there are.</param>
    public void PutsWait(string? why, long? emptyUpTo)
    {
        (WhyPutsWait, fullAndEmptyUpTo) = (why, emptyUpTo);
        if (why is not null)
        {
            credit.RecallAll();
        }

        Dispatch();
    }

    /// <summary>The store has committed what it was told up to these numbers.</summary>
    public void Committed(long acceptsUpTo, long restUpTo)
    {
        gate.IsCommitted(acceptsUpTo, restUpTo);
        Dispatch();
    }

    /// <summary>Does something once all that has happened is committed.</summary>
    public void WhenCommitted(Action then)
    {
        if (limits.Keeps == Durability.Checkpoint)
        {
            effects.CommitNow(gate.Next(), atEnd: false, last: true);
        }

        gate.Then(then);
    }

    /// <summary>Parts of a chunk that earlier runs have not settled.</summary>
    private IEnumerable<ItemRun> WithoutSettled(Chunk chunk)
    {
        var (from, end) = (0, chunk.Count);
        foreach (var (first, count) in settledBefore)
        {
            if (first >= chunk.FirstSequence + end)
            {
                break;
            }

            var (skipFrom, skipTo) = ((int)Math.Max(0, first - chunk.FirstSequence), (int)Math.Min(end, first + count - chunk.FirstSequence));
            if (skipTo <= from)
            {
                continue;
            }

            if (skipFrom > from)
            {
                yield return new ItemRun(chunk, from, skipFrom - from);
            }

            Forget(new ItemRun(chunk, Math.Max(from, skipFrom), skipTo - Math.Max(from, skipFrom)));
            from = skipTo;
        }

        if (from < end)
        {
            yield return new ItemRun(chunk, from, end - from);
        }
    }

    private long NextWrite => limits.Keeps == Durability.None ? 0 : gate.Next();

    /// <summary>Accepted items that need not wait are written and queued; beyond the window they are only written.</summary>
    private void AcceptReady(ItemRun run)
    {
        if (!KeepsItems)
        {
            Queue(run);
            return;
        }

        var spills = inStore > 0 || !HasRoomInWindow || (ready.IsByNumber && WritesFirst());
        run.Chunk.HoldPayload();
        effects.Write(new QueueWrite.Accepted(NextWrite, run, BeginsRow: spills && inStore == 0));
        if (spills)
        {
            readUpTo = inStore == 0 ? run.FirstSequence - 1 : readUpTo;
            inStore += run.Count;
            ledger.Queued += run.Count;
            run.Chunk.Settle(run.Count);
        }
        else
        {
            Queue(run);
        }
    }

    /// <summary>
    /// The bytes that hold back those who put: what spills presses only until it is written, what is scheduled where there is more
    /// of it than the queue itself would take.
    /// </summary>
    private long BytesThatPress => KeepsItems && ready.IsByNumber
        ? gate.UncommittedBytes + Math.Max(0, BytesScheduled - (WindowsHeld * limits.WindowBytes))
        : ready.Bytes + schedule.Bytes + gate.UncommittedBytes;

    private long BytesScheduled => schedule.Bytes + ((long)BytesOfScheduled * schedule.Count);

    /// <summary>Whether what is here fills the memory: what is in the store stays there until some of it has gone.</summary>
    private bool HoldsAllItMay => ready.IsByNumber
        && (ready.Count >= (long)WindowsHeld * limits.WindowItems
            || ready.Bytes + BytesScheduled >= WindowsHeld * limits.WindowBytes);

    private bool HasRoomInWindow => !ready.IsByNumber
        || (ready.Count < limits.WindowItems && ready.Bytes < limits.WindowBytes);

    /// <summary>
    /// Reads on when half of the window is free; what is held back by its key does not fill it for others, as long as all that is
    /// held stays within bounds.
    /// </summary>
    private void ReadIfWanted()
    {
        if (reading)
        {
            return;
        }

        if (inStore == 0 && aloneInStore == 0)
        {
            if (KeepsItems && suspects.Any)
            {
                ForgetSuspectsThatAreNotHere();
            }

            return;
        }

        if (aloneInStore > 0)
        {
            reading = true;
            effects.ReadAlone(0);
        }
        else if (!ready.IsByNumber || (!HoldsAllItMay && (ready.Ready == 0
            || (ready.Ready < limits.WindowItems / 2 && ready.Bytes < limits.WindowBytes / 2))))
        {
            reading = true;
            effects.ReadRows(readUpTo, Math.Max(1, limits.WindowItems / 4), Math.Max(1, limits.WindowBytes / 4));
        }
    }

    private void StandsAlone(ItemRun item, QueueWrite.Standing from, TimeSpan delay)
    {
        var chunk = item.Chunk;
        if (limits.Keeps == Durability.None)
        {
            return;
        }

        var due = delay <= TimeSpan.Zero ? (DateTimeOffset?)null : Timestamps.UtcAfter(time, delay);
        chunk.StandAlone();

        // The store makes bytes of the item when it hears of it: what is due at once may be settled by then.
        chunk.KeepFromReuse();
        if (aloneInStore > 0)
        {
            aloneAlready.Add(item.FirstSequence);
        }

        effects.Write(new QueueWrite.StandsAlone(NextWrite, item, from, due, delay, chunk.Attempts, chunk.History));
    }

    private void WriteSettled(ItemRun run, bool dropped)
    {
        if (limits.Keeps != Durability.None)
        {
            effects.Write(new QueueWrite.Settled(NextWrite, run, dropped));
        }
    }

    private void WriteDeadLettered(ItemRun run, object? letter)
    {
        if (limits.Keeps != Durability.None || letter is not null)
        {
            // The store makes bytes of the item when it hears of it.
            run.Chunk.KeepFromReuse();
            effects.Write(new QueueWrite.DeadLettered(NextWrite, run, letter));
        }
    }

    /// <summary>An item that stood alone: it waits, comes back after an attempt, or is new.</summary>
    private void Recover(ItemRun item)
    {
        var chunk = item.Chunk;
        chunk.StandAlone();
        if (chunk.Attempts > 0)
        {
            ready.Expect(item);
        }

        if (chunk.DueAt(0) is var due && due > time.GetTimestamp())
        {
            foreach (var sequence in suspects.In(item))
            {
                suspects.IsHere(sequence);
            }

            Schedule(item, due);
            return;
        }

        ledger.Queued++;
        Comes(item);
    }

    private void AddRead(ItemRun run)
    {
        foreach (var sequence in cancelledInStore)
        {
            if (run.Holds(sequence))
            {
                cancelledInStore.Remove(sequence);
                foreach (var rest in Orders.ReadyOrders.Around(run, sequence))
                {
                    AddRead(rest);
                }

                ledger.Dropped++;
                LetGo(run.Item(sequence), dropped: true);
                return;
            }
        }

        Queue(run);
    }

    private void DeadLetteredByStore(long count)
    {
        ledger.Queued -= count;
        ledger.DeadLettered += count;
        deadLettersKept += count;
        failures += count;
    }

    private void DropWhatIsInStore()
    {
        if (inStore == 0)
        {
            return;
        }

        if (phase == QueuePhase.Released)
        {
            ledger.Released += inStore;
        }
        else
        {
            effects.Write(new QueueWrite.RowsDropped(NextWrite, readUpTo, inStore));
            ledger.Dropped += inStore;
        }

        ledger.Queued -= inStore;
        inStore = 0;
    }

    /// <summary>The store has fewer items than it has counted.</summary>
    private long Missing(ref long count)
    {
        var missing = count;
        ledger.Queued -= missing;
        ledger.Quarantined += missing;
        count = 0;
        return missing;
    }
}

/// <summary>What earlier runs have left in a store.</summary>
internal sealed record RecoveredQueue
{
    public StoreCounts Counts { get; init; } = StoreCounts.None;

    public long DeadLettersKept { get; init; }

    /// <summary>Items in rows, not settled.</summary>
    public long InRows => Counts.Left - Alone;

    /// <summary>Items that stand alone.</summary>
    public long Alone { get; init; }

    /// <summary>What is settled of what a replayable source brings again, by sequence numbers; sorted.</summary>
    public IReadOnlyList<(long First, long Count)> SettledBefore { get; init; } = [];

    /// <summary>The ids of the latest puts, oldest first.</summary>
    public IReadOnlyList<(string Id, DateTimeOffset At)> PutIds { get; init; } = [];

    /// <summary>What ran when the last process died.</summary>
    public IReadOnlyList<SuspectedItem> Suspects { get; init; } = [];
}
