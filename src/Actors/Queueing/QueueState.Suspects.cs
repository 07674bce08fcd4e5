namespace AkkaPipeline.Queueing;

/// <summary>Items that ran when an earlier process died are run alone, before anything else is.</summary>
internal sealed partial class QueueState
{
    private readonly SuspectWatch suspects = new();

    /// <summary>Until then what comes is granted only once it is in the store.</summary>
    private long? writesFirstUntil;

    /// <summary>Until then the next suspect waits for what runs to end; null: it does not wait for that.</summary>
    private long? suspectWaitsUntil;

    private long? SuspectWakeAt => suspectWaitsUntil > time.GetTimestamp() ? suspectWaitsUntil : null;

    /// <summary>Without a pool nobody could run them alone: direct gets are not watched.</summary>
    private bool HoldsBackForSuspects => suspects.HoldBack && desk.Workers > 0;

    /// <summary>Items have come to where they can be granted.</summary>
    private void NoteSuspects(ItemRun run)
    {
        foreach (var sequence in suspects.In(run))
        {
            if (suspects.Alone == sequence)
            {
                effects.Suspect(sequence, SuspectStanding.Suspected);
            }

            suspects.Comes(sequence);
        }
    }

    /// <summary>
    /// The attempt of an item has failed, and it waits for another: not before that is safe, or the process could die of it
    /// again and again without its being charged.
    /// </summary>
    private void NoteFailedSuspect(ItemRun item)
    {
        foreach (var sequence in suspects.In(item))
        {
            var standing = suspects.Failed(sequence) ? SuspectStanding.Charged : SuspectStanding.Suspected;
            gate.Then(() =>
            {
                suspects.FailureIsSafe(sequence);
                effects.Suspect(sequence, standing);
            });
        }
    }

    /// <summary>They have left the queue. Until that is safe they are suspected still.</summary>
    private void ForgetSuspects(ItemRun run)
    {
        foreach (var sequence in suspects.In(run))
        {
            suspects.Left(sequence);
            gate.Then(() => effects.Suspect(sequence, SuspectStanding.Cleared));
        }
    }

    /// <summary>
    /// Everything in the store has been read: a suspect that was not there was settled before the process died, or had not been
    /// written. In that case it will be put again, and would never be found out if it killed again before it is.
    /// </summary>
    private void ForgetSuspectsThatAreNotHere()
    {
        foreach (var sequence in suspects.AllHaveCome())
        {
            effects.Suspect(sequence, SuspectStanding.Cleared);
            writesFirstUntil = Timestamps.After(time, limits.SuspectAloneMax);
        }
    }

    private bool WritesFirst()
    {
        if (writesFirstUntil is { } until && time.GetTimestamp() >= until)
        {
            writesFirstUntil = null;
        }

        return writesFirstUntil is not null;
    }

    /// <summary>
    /// Grants the next suspect once nothing else runs, and lets go of one that takes too long. Where something else runs too long
    /// they are granted beside it, and stay suspected.
    /// </summary>
    private void GrantSuspects()
    {
        if (suspects.Alone is { } alone && time.GetTimestamp() >= suspects.AloneUntil)
        {
            suspects.EndAlone();
            effects.Suspect(alone, SuspectStanding.Suspected);
        }

        while (granting && !IsRecovering && suspects is { Alone: null, Next: { } next } && MayGrantSuspect(out var isAlone)
            && RoomToGrant > 0 && desk.NextWorker() is { } place)
        {
            var suspect = next;
            if (keys?.FirstOfKeyOf(next) is { } first && first != next)
            {
                suspects.Precede(first);
                next = first;
            }

            if (TakeSuspect(next) is not { } item)
            {
                suspects.Trust(next);
                suspects.Trust(suspect);
                effects.Suspect(suspect, SuspectStanding.Cleared);
                continue;
            }

            suspects.Granted(next, isAlone ? Timestamps.After(time, limits.SuspectAloneMax) : null);
            effects.Suspect(next, isAlone ? SuspectStanding.RunsAlone : SuspectStanding.Suspected);
            Grant(place, new GrantItems(item) { HasKilled = suspects.IsProven(next) });
        }

        suspectWaitsUntil = suspects.Next is null ? null : suspectWaitsUntil;
    }

    private bool MayGrantSuspect(out bool isAlone)
    {
        isAlone = ledger.InFlight <= suspects.Overdue;
        suspectWaitsUntil = isAlone ? null : suspectWaitsUntil ?? Timestamps.After(time, limits.SuspectAloneMax);
        return isAlone || time.GetTimestamp() >= suspectWaitsUntil;
    }

    /// <summary>Out of its turn; null where another item of its key is under way.</summary>
    private ItemRun? TakeSuspect(long sequence)
    {
        if (!ready.TryRemove(sequence, out var item))
        {
            return null;
        }

        if (keys?.Find(item.Chunk.KeyAt(item.Start)!) is { Out: > 0 } or { State: not Orders.LaneState.Open })
        {
            ready.Add(item);
            return null;
        }

        ready.Expect(item);
        return item;
    }
}
