using AkkaPipeline.Queueing.Orders;

namespace AkkaPipeline.Queueing;

/// <summary>What becomes of items: settled, tried again, scheduled, dropped.</summary>
internal sealed partial class QueueState
{
    /// <summary>Keys that stay closed while code that was given up still runs, by who runs it.</summary>
    private readonly Dictionary<(ConsumerKey Consumer, long GrantId, int Index), string> closed = [];

    /// <summary>Items in flight that are to be dropped if they come back.</summary>
    private readonly HashSet<long> cancelRequested = [];

    /// <summary>Dead letters come back, to be tried anew in their old places. They may exceed the capacity.</summary>
    /// <param name="chunks">Of one item each, with its sequence number and no producer.</param>
    /// <returns>Why they are not taken; null if they are.</returns>
    public string? Requeue(IReadOnlyList<Chunk> chunks)
    {
        if (phase != QueuePhase.Open || !granting)
        {
            return phase == QueuePhase.Open ? "the pipeline is ending" : "the queue has been shut down";
        }

        foreach (var chunk in chunks)
        {
            ledger.DeadLettered -= chunk.Count;
            deadLettersKept -= chunk.Count;
            StandsAlone(new ItemRun(chunk, 0, 1), QueueWrite.Standing.DeadLetter, TimeSpan.Zero);
            Queue(new ItemRun(chunk, 0, chunk.Count));
        }

        Dispatch();
        return null;
    }

    /// <summary>Dead letters are dropped on request.</summary>
    public void ForgetDeadLetters(long count)
    {
        DropDeadLetters(count);
        Dispatch();
    }

    private void Queue(ItemRun run)
    {
        ledger.Queued += run.Count;
        ready.Add(run);
        NoteSuspects(run);
    }

    /// <summary>
    /// Some items of the chunk wait for their time. Where not all do, those that wait leave the chunk: it would be held in
    /// memory by them.
    /// </summary>
    private void AcceptScheduled(ItemRun run)
    {
        var chunk = run.Chunk;
        var now = time.GetTimestamp();
        var all = run.Count == chunk.Count && Enumerable.Range(0, chunk.Count).All(index => chunk.DueAt(index) > now);
        for (var index = run.Start; index < run.Start + run.Count; index++)
        {
            if (chunk.DueAt(index) <= now)
            {
                AcceptReady(new ItemRun(chunk, index, 1));
            }
            else
            {
                var item = all && !KeepsItems ? new ItemRun(chunk, index, 1) : new ItemRun(chunk.Detach(index), 0, 1);
                var dueAt = item.Chunk.DueAt(item.Start);
                if (KeepsItems)
                {
                    StandsAlone(item, QueueWrite.Standing.Put, Timestamps.Until(time, dueAt));
                }

                Schedule(item, dueAt);
            }
        }
    }

    private void Schedule(ItemRun item, long dueAt)
    {
        ledger.Scheduled++;
        schedule.Add(item, dueAt);
    }

    /// <summary>What was scheduled and is due becomes ready; pauses that are over end.</summary>
    private void MoveWhatIsDue()
    {
        if (Earliest(Earliest(schedule.NextDue, pauses.NextEnd), ready.WakeAt) is not { } next)
        {
            return;
        }

        var now = time.GetTimestamp();
        if (next > now)
        {
            return;
        }

        pauses.Expire(now);
        ready.Wake(now);
        while (schedule.TryTake(now, out var item))
        {
            ledger.Scheduled--;
            ledger.Queued++;
            Comes(item);
        }
    }

    /// <summary>An item that waited for another attempt was granted before; one that was put for later was not.</summary>
    private void Comes(ItemRun item)
    {
        if (item.Chunk.Attempts > 0)
        {
            ready.Return(item);
        }
        else
        {
            ready.Add(item);
        }

        NoteSuspects(item);
    }

    private void Settle(ItemRun items, OutcomeRun run, bool parked)
    {
        switch (run.Outcome)
        {
            case Outcome.Released:
                Return(items);
                return;
            case Outcome.Retried:
                TryAgain(items, run.Retry!);
                return;
            case Outcome.DeadLettered:
                ledger.DeadLettered += items.Count;
                failures += items.Count;
                Keep(items, run.DeadLetter);
                break;
            default:
                ledger.Acked += items.Count;
                WriteSettled(items, dropped: false);
                break;
        }

        // What was parked has failed of its key, which may have been resumed since.
        ready.Left(items, run.Outcome == Outcome.DeadLettered && !parked);
        Forget(items);
        if (cancelRequested.Count > 0)
        {
            // Those that ended well, or failed for good, in spite of it.
            cancelRequested.RemoveWhere(items.Holds);
        }
    }

    private void Keep(ItemRun items, object? deadLetter)
    {
        WriteDeadLettered(items, deadLetter);
        if (deadLetter is null)
        {
            return;
        }

        deadLettersKept += items.Count;
        if (limits.DropsOldestDeadLetters && deadLettersKept > limits.DeadLettersMax)
        {
            DropDeadLetters(items.Count);
            effects.Write(new QueueWrite.OldestDropped(NextWrite));
        }
    }

    private void DropDeadLetters(long items)
    {
        deadLettersKept -= items;
        ledger.DeadLettered -= items;
        ledger.Dropped += items;
    }

    private void TryAgain(ItemRun item, Retry retry)
    {
        retried++;
        if (cancelRequested.Contains(item.FirstSequence))
        {
            DropCancelled(item);
            return;
        }

        var alone = item.Chunk.Detach(item.Start);
        alone.KeepFromReuse();
        alone.Failed(retry.Failed);
        StandsAlone(
            new ItemRun(alone, 0, 1),
            alone.StandsAlone ? QueueWrite.Standing.Alone : QueueWrite.Standing.InRow,
            retry.Delay);
        NoteFailedSuspect(item);
        Schedule(new ItemRun(alone, 0, 1), Timestamps.After(time, retry.Delay));
    }

    private void Return(ItemRun items)
    {
        items.Chunk.KeepFromReuse();
        if (cancelRequested.Count > 0 && FirstCancelled(items) is { } cancelled)
        {
            foreach (var rest in ReadyOrders.Around(items, cancelled))
            {
                Return(rest);
            }

            DropCancelled(items.Item(cancelled));
            return;
        }

        ledger.Queued += items.Count;
        ready.Return(items);
        NoteSuspects(items);
        if (limits.HandsOver)
        {
            effects.Write(new QueueWrite.Returned(NextWrite, items));
        }
    }

    private long? FirstCancelled(ItemRun items)
    {
        foreach (var sequence in cancelRequested)
        {
            if (items.Holds(sequence))
            {
                return sequence;
            }
        }

        return null;
    }

    /// <summary>An item that was to be cancelled while it ran has come back.</summary>
    private void DropCancelled(ItemRun item)
    {
        cancelRequested.Remove(item.FirstSequence);
        ledger.Dropped++;
        ready.Left(item, deadLettered: false);
        LetGo(item, dropped: true);
    }

    private void DropWhatWaits()
    {
        DropWhatIsInStore();
        foreach (var run in ready.TakeAll())
        {
            ledger.Queued -= run.Count;
            Drop(run);
        }

        foreach (var item in schedule.All().ToArray())
        {
            ledger.Scheduled--;
            LeaveItsKey(item);
            Drop(item);
        }

        schedule.Clear();
    }

    private void Drop(ItemRun run)
    {
        if (phase == QueuePhase.Released)
        {
            ledger.Released += run.Count;
            return;
        }

        ledger.Dropped += run.Count;
        LetGo(run, dropped: true);
    }

    /// <summary>An item between two attempts holds its key: when it goes, the key is free.</summary>
    private void LeaveItsKey(ItemRun item)
    {
        if (item.Chunk.Attempts > 0)
        {
            ready.Left(item, deadLettered: false);
        }
    }

    private void KeepClosed(InFlightGrant grant, int index, ItemRun item)
    {
        item.Chunk.KeepFromReuse();
        if (keys is not null && item.Chunk.KeyAt(item.Start) is { } key)
        {
            closed.Add((grant.Holder.Key, grant.Id, index), key);
            keys.Close(key);
        }
    }

    /// <summary>Code that was given up has returned: what it says comes too late, and opens the item's key.</summary>
    private void OpenBehind(ConsumerKey consumer, long grantId, int index)
    {
        if (closed.Count > 0 && closed.Remove((consumer, grantId, index), out var key))
        {
            keys?.Reopen(key);
        }
    }

    /// <summary>How many keys have items that may be granted once a consumer gives up what it has or has had.</summary>
    private int KeysHeldBy(ConsumerDesk.Place place)
    {
        if (keys is null)
        {
            return 0;
        }

        var held = closed.Where(running => running.Key.Consumer == place.Key && keys.Find(running.Value) is { Count: > 0 })
            .Select(running => running.Value).ToHashSet();
        foreach (var run in place.Grants == 0 ? [] : grants.Values.Where(grant => grant.Holder == place).SelectMany(grant => grant.UnsettledRuns()))
        {
            held.UnionWith(Enumerable.Range(run.Start, run.Count).Select(index => run.Chunk.KeyAt(index)!));
        }

        return held.Count;
    }

    private void ReopenKeysOf(ConsumerKey consumer)
    {
        foreach (var running in closed.Keys.Where(running => running.Consumer == consumer).ToArray())
        {
            closed.Remove(running, out var key);
            keys?.Reopen(key!);
        }
    }
}
