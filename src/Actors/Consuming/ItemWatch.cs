namespace AkkaPipeline.Consuming;

/// <summary>
/// Watches how long the user's code runs on an item, without a timer an item: the runner notes what it begins and ends, the
/// consumer's actor looks from time to time. Between the two it is decided once whether code has returned or was given up.
/// </summary>
internal sealed class ItemWatch<T>(TimeoutSettings settings, TimeProvider time)
{
    private readonly Lock gate = new();
    private GrantedWork<T>? work;
    private int index;
    private long startedAt;
    private long since;
    private ItemEnd end;
    private bool judged;

    /// <summary>Whether the code at hand was given up: what was done before it has been reported in its place.</summary>
    public bool IsGivenUp => end == ItemEnd.GivenUp;

    /// <summary>Keeps what is known as it is, for as long as something is done about it.</summary>
    public Lock.Scope Hold() => gate.EnterScope();

    /// <summary>The runner enters the user's code.</summary>
    /// <param name="workAtHand">The grant.</param>
    /// <param name="itemAtHand">The item.</param>
    /// <param name="now">A timestamp.</param>
    public void Begin(GrantedWork<T> workAtHand, int itemAtHand, long now)
    {
        lock (gate)
        {
            (work, index, startedAt, since, end, judged) = (workAtHand, itemAtHand, now, now, ItemEnd.InTime, false);
        }
    }

    /// <summary>How long the code runs on an item; null if it is not the one at hand.</summary>
    public TimeSpan? RunsFor(GrantedWork<T> asked, int askedIndex)
    {
        lock (gate)
        {
            return work == asked && index == askedIndex ? time.GetElapsedTime(startedAt) : null;
        }
    }

    /// <summary>The consumer has failed, and rules for failures are asked: they may not take longer than it.</summary>
    /// <returns>How it stood when the consumer returned.</returns>
    public ItemEnd Returned()
    {
        lock (gate)
        {
            judged = true;
            return end;
        }
    }

    /// <summary>The user's code has returned. How it ended is told once.</summary>
    public ItemEnd End()
    {
        lock (gate)
        {
            var ended = end;
            (work, end) = (null, ItemEnd.InTime);
            return ended;
        }
    }

    /// <summary>Looks at the item at hand: each thing that is to be done is told once.</summary>
    public WatchedItem<T> Look()
    {
        lock (gate)
        {
            var passed = work is null ? TimeSpan.Zero : time.GetElapsedTime(since);
            return end switch
            {
                ItemEnd.InTime when work is not null && passed >= settings.PerItem => Now(ItemEnd.TimedOut),
                ItemEnd.TimedOut when work is not null && passed >= settings.Grace => Now(ItemEnd.GivenUp),
                _ => default,
            };
        }
    }

    private WatchedItem<T> Now(ItemEnd what)
    {
        (end, since) = (what, time.GetTimestamp());
        return new WatchedItem<T>(what, work!, index, startedAt, judged);
    }
}

/// <summary>How the user's code has ended on an item.</summary>
internal enum ItemEnd
{
    InTime,

    /// <summary>After its token was cancelled.</summary>
    TimedOut,

    /// <summary>After its grace: the item has been settled without it.</summary>
    GivenUp,
}

/// <summary>What was found by a look.</summary>
/// <param name="Now">What the item has become; <see cref="ItemEnd.InTime"/>: nothing to do.</param>
/// <param name="Work">Its grant.</param>
/// <param name="Index">The item.</param>
/// <param name="StartedAt">When its code began, a timestamp.</param>
/// <param name="Judged">Whether its consumer has failed, and it is a rule for failures that does not return.</param>
internal readonly record struct WatchedItem<T>(ItemEnd Now, GrantedWork<T> Work, int Index, long StartedAt, bool Judged);
