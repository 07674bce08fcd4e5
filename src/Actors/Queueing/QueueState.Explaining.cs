using System.Globalization;

namespace AkkaPipeline.Queueing;

/// <summary>What can be asked of a queue.</summary>
internal sealed partial class QueueState
{
    public IReadOnlyList<Holding> Holdings() =>
    [
        .. grants.Values.GroupBy(grant => grant.Holder.Key).Select(held => new Holding(
            held.Key.ToString(),
            held.Sum(grant => (long)grant.Unsettled),
            held.Min(grant => grant.FirstUnsettledSequence()),
            time.GetElapsedTime(held.Min(grant => grant.GrantedAt)))),
    ];

    /// <summary>Why nothing is granted; empty when something is.</summary>
    public IReadOnlyList<PauseReason> PauseReasons() =>
    [
        .. pauses.All.Select(pause => new PauseReason(
            pause.Key, pause.Value.Reason, pause.Value.Until is { } until ? Timestamps.ToUtc(time, until) : null)),
        .. RoomForDeadLetters > 0 ? (IEnumerable<PauseReason>)[] : [new PauseReason("dead-letters", WhyNoRoomForDeadLetters(), null)],
    ];

    private string WhyNoRoomForDeadLetters() => ledger.InFlight == 0 || deadLettersKept >= limits.DeadLettersMax
        ? $"the dead letters have reached their bound of {limits.DeadLettersMax}: requeue or drop some"
        : $"the dead letters may reach their bound of {limits.DeadLettersMax}: {deadLettersKept} are kept, and {ledger.InFlight} places are reserved for what is in flight";

    /// <summary>The keys that are halted or parked.</summary>
    public IReadOnlyList<KeyStanding> StoppedKeys() => keys is null
        ? []
        : [.. keys.Stopped.OrderBy(lane => lane.FailedSequence).Select(lane => new KeyStanding(
            lane.Key,
            lane.State == Orders.LaneState.Halted ? KeyFailure.Halt : KeyFailure.Park,
            lane.FailedSequence,
            lane.Count))];

    /// <summary>Predicts a drain.</summary>
    /// <param name="deadline">From now.</param>
    /// <param name="sourcesOpen">How many sources have not been read to their end.</param>
    public DrainPlan PlanDrain(TimeSpan deadline, int sourcesOpen = 0)
    {
        var measured = desk.Places.Where(place => place.Wants.MeanNanoseconds > 0).Select(place => place.Wants.MeanNanoseconds).ToArray();
        return DrainForecast.Predict(new DrainFacts
        {
            Deadline = deadline,
            InFlight = ledger.InFlight,
            Queued = ledger.Queued,
            Scheduled = ledger.Scheduled,
            ScheduledDue = deadline == Timeout.InfiniteTimeSpan
                ? ledger.Scheduled
                : schedule.CountDueBefore(Timestamps.After(time, deadline)),
            Blocked = pauses.Any && !pauses.EndByThemselves ? ready.Count : keys?.Blocked ?? 0,
            DeadLettersFull = !limits.DropsOldestDeadLetters && deadLettersKept >= limits.DeadLettersMax,
            Consumers = desk.Workers,
            SourcesOpen = sourcesOpen,
            RatePerSecond = limiter?.Rate.ItemsPerSecond,
            RateNow = limiter?.Available(rateState, time.GetTimestamp(), int.MaxValue) ?? 0,
            MeanNanoseconds = measured.Length == 0 ? null : measured.Average(),
        });
    }

    /// <summary>Who of the pool holds an item, so that it can be asked; null if nobody does.</summary>
    public (ConsumerKey Consumer, long GrantId, int Index)? HolderOf(long sequence) =>
        FindInFlight(sequence) is { Grant: var grant, Index: var index } && grant.Holder.Key.Index != ConsumerKey.FrontEndIndex
            ? (grant.Holder.Key, grant.Id, index)
            : null;

    /// <summary>Why an item is where it is.</summary>
    public ItemExplanation Explain(long sequence)
    {
        if (FindInFlight(sequence) is { } running)
        {
            return ExplainRunning(sequence, running.Grant, running.Index);
        }

        foreach (var run in ready.All())
        {
            if (run.Holds(sequence))
            {
                return ExplainQueued(run.Item(sequence));
            }
        }

        if (schedule.DueOf(sequence) is { } dueAt)
        {
            return ExplainScheduled(schedule.All().First(item => item.Holds(sequence)), dueAt);
        }

        if (inStore > 0 && sequence > readUpTo && sequence <= lastSequence)
        {
            return Explained(sequence, ItemStanding.Queued, $"in the store, beyond the {ready.Count} items that wait in memory") with
            {
                QueuedBehind = ready.Count + sequence - readUpTo - 1,
            };
        }

        return sequence > 0 && sequence <= lastSequence
            ? Explained(sequence, ItemStanding.Settled, "it has left the queue: done, dropped, released, or a dead letter that nobody keeps")
            : Explained(sequence, ItemStanding.Unknown, $"no item has this number: {lastSequence} have been accepted");
    }

    private static ItemExplanation Explained(long sequence, ItemStanding standing, string text) =>
        new() { Sequence = sequence, Standing = standing, Text = text };

    private ItemExplanation ExplainRunning(long sequence, InFlightGrant grant, int index)
    {
        var item = grant.Items.At(index);
        var held = time.GetElapsedTime(grant.GrantedAt);
        return Explained(sequence, ItemStanding.InFlight, $"{grant.Holder.Key} has it since {Seconds(held)} (attempt {item.Chunk.Attempts + 1}){(cancelRequested.Contains(sequence) ? "; its cancellation was asked for" : "")}") with
        {
            Key = item.Chunk.KeyAt(item.Start),
            Consumer = grant.Holder.Key.ToString(),
            Held = held,
            Attempts = item.Chunk.History,
        };
    }

    private ItemExplanation ExplainScheduled(ItemRun item, long dueAt)
    {
        var due = Timestamps.ToUtc(time, dueAt);
        var why = item.Chunk.Attempts > 0
            ? $"attempt {item.Chunk.Attempts} failed; backs off until {due:O}"
            : $"it was put for {due:O}";
        return Explained(item.FirstSequence, ItemStanding.Scheduled, why) with
        {
            Key = item.Chunk.KeyAt(item.Start),
            Due = due,
            Attempts = item.Chunk.History,
        };
    }

    private ItemExplanation ExplainQueued(ItemRun item)
    {
        var behind = ready.CountBefore(item);
        var key = item.Chunk.KeyAt(item.Start);
        var holder = key is null ? null : HolderOf(key, item.FirstSequence);
        var due = RateWakeAt is { } at && Timestamps.Until(time, at) > TimeSpan.Zero ? Timestamps.ToUtc(time, at) : (DateTimeOffset?)null;
        string[] paused = [.. PauseReasons().Select(pause => pause.Reason)];
        List<string> text = [string.Create(CultureInfo.InvariantCulture, $"queued behind {behind} items")];
        if (holder is { } held)
        {
            text.Add(held.Why);
        }

        if (due is { } token)
        {
            text.Add($"the rate allows the next item at {token:O}");
        }

        if (Starves)
        {
            text.Add("what is in flight, the sink has yet to write");
        }

        text.AddRange(paused.Select(reason => $"paused: {reason}"));
        return Explained(item.FirstSequence, ItemStanding.Queued, string.Join("; ", text)) with
        {
            Key = key,
            QueuedBehind = behind,
            KeyHeldBy = holder?.Sequence,
            Due = due,
            Attempts = item.Chunk.History,
            Paused = paused,
        };
    }

    /// <summary>What a key waits for, if it waits.</summary>
    private (long? Sequence, string Why)? HolderOf(string key, long sequence)
    {
        if (keys?.Find(key) is not { } lane)
        {
            return null;
        }

        if (lane.State != Orders.LaneState.Open)
        {
            return (lane.FailedSequence, $"its key {key} is {(lane.State == Orders.LaneState.Halted ? "halted" : "parked")} since item {lane.FailedSequence} failed");
        }

        if (lane.WaitsUntil != 0)
        {
            return (null, $"its key {key} has used up its rate until {Timestamps.ToUtc(time, lane.WaitsUntil):O}");
        }

        if (InFlightOf(key) is { } running)
        {
            return (running, $"its key {key} is held by item {running}, in flight");
        }

        if (schedule.All().FirstOrDefault(item => item.Chunk.Attempts > 0 && item.Chunk.KeyAt(item.Start) == key) is { Count: > 0 } again)
        {
            return (again.FirstSequence, $"its key {key} is held by item {again.FirstSequence}, which backs off");
        }

        if (lane.Out > 0)
        {
            return (null, $"its key {key} is held by timed-out code that has not returned");
        }

        var head = lane.Head.FirstSequence;
        return head == sequence ? null : (head, $"its key {key} runs item {head} before it");
    }

    private long? InFlightOf(string key)
    {
        foreach (var run in grants.Values.SelectMany(grant => grant.UnsettledRuns()))
        {
            for (var index = run.Start; index < run.Start + run.Count; index++)
            {
                if (run.Chunk.KeyAt(index) == key)
                {
                    return run.Chunk.FirstSequence + index;
                }
            }
        }

        return null;
    }

    private static string Seconds(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.###} s");
}
