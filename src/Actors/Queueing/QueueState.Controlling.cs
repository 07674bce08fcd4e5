namespace AkkaPipeline.Queueing;

/// <summary>What people, sinks and consumers tell a running queue to do.</summary>
internal sealed partial class QueueState
{
    /// <summary>Grants nothing until a time, or until it is told to go on.</summary>
    /// <param name="name">Who says so: a second pause of the name replaces the first.</param>
    /// <param name="reason">For people.</param>
    /// <param name="until">Null: until it is told.</param>
    /// <param name="endsByItself">Whether who says so will end it without being asked.</param>
    public void Pause(string name, string reason, DateTimeOffset? until, bool endsByItself)
    {
        var end = until is { } moment ? Timestamps.After(time, moment - time.GetUtcNow()) : (long?)null;
        pauses.Set(name, reason, end, endsByItself);
        Dispatch();
        if (!endsByItself)
        {
            AskAllBack();
        }
    }

    /// <summary>Ends a pause.</summary>
    /// <param name="name">Null: all that wait to be told.</param>
    public void Resume(string? name)
    {
        if (name is null)
        {
            pauses.EndAllThatWaitToBeTold();
        }
        else
        {
            pauses.End(name);
        }

        Dispatch();
    }

    /// <summary>Lets a few items through a pause.</summary>
    public void Probe(string name, int items)
    {
        pauses.Allow(name, items);
        Dispatch();
    }

    /// <summary>Changes the rate of grants; null: none.</summary>
    public void ChangeRate(Rate? rate)
    {
        var isLower = IsLower(rate, limiter?.Rate);
        Limit(rate);
        Dispatch();
        if (isLower)
        {
            AskAllBack();
        }
    }

    /// <summary>Changes the rate of each key; null: none.</summary>
    public void ChangeRatePerKey(Rate? rate)
    {
        var isLower = IsLower(rate, keys?.Limiter?.Rate);
        keys?.Change(rate);
        Dispatch();
        if (isLower)
        {
            AskAllBack();
        }
    }

    /// <summary>Lets a halted or parked key go on.</summary>
    /// <returns>False if it was neither.</returns>
    public bool ResumeKey(string key)
    {
        var resumed = keys?.Resume(key) == true;
        Dispatch();
        return resumed;
    }

    /// <summary>Replaces the rules for halting.</summary>
    public void HaltWhen(IReadOnlyList<HaltRule> rules)
    {
        halts.Replace(rules);
        Dispatch();
    }

    /// <summary>Cancels an item: one that waits is dropped, one that runs is told.</summary>
    public ItemCancellation Cancel(long sequence)
    {
        var found = CancelWaiting(sequence) ?? CancelRunning(sequence) ?? CancelInStore(sequence);
        Dispatch();
        return found ?? ItemCancellation.NotFound;
    }

    /// <summary>Tells again whether what is left can move.</summary>
    public void TellStall() => effects.Stalled(new Stall(++stalls, toldStalled, toldTakesMore, Asked: true) { Keys = toldStalled.Count == 0 ? [] : HaltedKeys() });

    private ItemCancellation? CancelWaiting(long sequence)
    {
        if (ready.TryRemove(sequence, out var item))
        {
            ledger.Queued--;
        }
        else if (schedule.Remove(sequence, out item))
        {
            ledger.Scheduled--;
            LeaveItsKey(item);
        }
        else
        {
            return null;
        }

        ledger.Dropped++;
        LetGo(item, dropped: true);
        return ItemCancellation.Dropped;
    }

    private ItemCancellation? CancelRunning(long sequence)
    {
        if (FindInFlight(sequence) is not { } running)
        {
            return null;
        }

        cancelRequested.Add(sequence);
        effects.CancelItem(running.Grant.Holder.Key, running.Grant.Id, running.Index);
        return ItemCancellation.Requested;
    }

    /// <summary>It is only in the store, or was: whether it still waits there is known when it is read back.</summary>
    private ItemCancellation? CancelInStore(long sequence)
    {
        if (inStore == 0 || sequence <= readUpTo || sequence > lastSequence)
        {
            return null;
        }

        cancelledInStore.Add(sequence);
        return ItemCancellation.Requested;
    }

    private (InFlightGrant Grant, int Index)? FindInFlight(long sequence)
    {
        foreach (var grant in grants.Values)
        {
            if (grant.IndexOfUnsettled(sequence) is { } index)
            {
                return (grant, index);
            }
        }

        return null;
    }

    private static bool IsLower(Rate? rate, Rate? before) =>
        rate is not null && (before is null || rate.ItemsPerSecond < before.ItemsPerSecond);

    private void Limit(Rate? rate)
    {
        rateDueAt = null;
        var before = limiter;
        limiter = rate is { } given ? new RateLimiter(given, time.TimestampFrequency, time.GetTimestamp()) : null;
        rateState = limiter is null || before is null ? 0 : limiter.Adopt(rateState, before, time.GetTimestamp());
    }

    /// <summary>Tells when what is left cannot move by itself, and when it moves again.</summary>
    private void AnnounceStall()
    {
        IReadOnlyList<string> reasons = granting && ledger.InFlight == 0 && ledger.Unfinished > 0 ? WhyNothingMoves() : [];
        var takesMore = TakesMore;
        if (!reasons.SequenceEqual(toldStalled) || (reasons.Count > 0 && takesMore != toldTakesMore))
        {
            (toldStalled, toldTakesMore) = (reasons, takesMore);
            effects.Stalled(new Stall(++stalls, reasons, takesMore, Asked: false));
        }
    }

    /// <summary>Whether what comes now could be taken and granted: only single keys are stopped, and there is room.</summary>
    private bool TakesMore => !pauses.Any && WhyPutsWait is null && RoomForDeadLetters > 0
        && (limits.Capacity <= 0 || Waiting < limits.Capacity) && InStoreForNow == 0
        && ready.Bytes + schedule.Bytes < limits.CapacityBytes / 2;

    /// <summary>Items in the store that are not read while nothing here moves: there is no room for them in memory.</summary>
    private long InStoreForNow => HoldsAllItMay ? inStore : 0;

    private static string ItemsWait(long items) => items == 1 ? "1 item waits" : $"{items} items wait";

    private IReadOnlyList<string> HaltedKeys() => keys is null
        ? []
        : [.. keys.Stopped.Where(lane => lane is { State: Orders.LaneState.Halted, Count: > 0 }).OrderBy(lane => lane.FailedSequence).Select(lane => lane.Key)];

    private IReadOnlyList<string> WhyNothingMoves()
    {
        if (pauses.Any)
        {
            return pauses.EndByThemselves ? [] : [.. pauses.All.Select(pause => $"paused: {pause.Value.Reason}")];
        }

        if (ready.Ready > 0)
        {
            return RoomForDeadLetters > 0
                ? []
                : [$"the dead letters have reached their bound of {limits.DeadLettersMax}: {ItemsWait(ready.Count)}"];
        }

        if (schedule.Count + aloneInStore == 0 && inStore > 0 && fullAndEmptyUpTo >= gate.Written)
        {
            return [$"{WhyPutsWait}, and nothing that is left would make room for the {inStore} items that wait for it: requeue or drop dead letters, or raise DurableOptions.DiskBytesMax"];
        }

        if (schedule.Count + aloneInStore > 0 || inStore > InStoreForNow || keys is null || keys.AnyWillMove)
        {
            return [];
        }

        var halted = keys.Stopped.Where(lane => lane.Count > 0).ToArray();
        var behind = halted.Sum(lane => lane.Count);
        return
        [
            .. behind == 0 ? (IEnumerable<string>)[] :
                [$"{ItemsWait(behind)} behind {halted.Length} halted {(halted.Length == 1 ? "key" : "keys")}, {string.Join(", ", halted.Take(3).Select(lane => lane.Key))}"
                    + (halted.Length > 3 ? ", …" : string.Empty)],
            .. ready.Count == behind ? (IEnumerable<string>)[] :
                [$"{ItemsWait(ready.Count - behind)} for keys whose timed-out code has not returned"],
            .. inStore == 0 ? (IEnumerable<string>)[] :
                [$"{ItemsWait(inStore)} in the store behind the {ready.Count}, which fill the memory for them ({WindowsHeld} windows)"],
        ];
    }
}
