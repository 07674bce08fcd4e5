namespace AkkaPipeline;

/// <summary>
/// What a drain with a deadline would do, foretold from how long items have taken so far:
/// <c>WillFinish + WillBeReleased = InFlight + Queued + Scheduled</c>.
/// </summary>
public sealed record DrainPlan
{
    /// <summary>The deadline that was asked about; <see cref="Timeout.InfiniteTimeSpan"/>: none.</summary>
    public required TimeSpan Deadline { get; init; }

    /// <summary>Items that will be settled before the deadline: done, or failed for good.</summary>
    public required long WillFinish { get; init; }

    /// <summary>Items that will be handed back.</summary>
    public required long WillBeReleased { get; init; }

    /// <summary>Items that consumers hold now.</summary>
    public long InFlight { get; init; }

    /// <summary>Items that wait to be granted.</summary>
    public long Queued { get; init; }

    /// <summary>Items that wait until they are due.</summary>
    public long Scheduled { get; init; }

    /// <summary>
    /// How long everything would take that can move before the deadline, if there were time enough. Null: unknown.
    /// </summary>
    public TimeSpan? EstimatedTime { get; init; }

    /// <summary>How long an item takes on the average. Null: none was measured yet.</summary>
    public TimeSpan? MeanServiceTime { get; init; }

    /// <summary>How many consumers work.</summary>
    public int Consumers { get; init; }

    /// <summary>How this was foretold, in a sentence.</summary>
    public required string Basis { get; init; }
}
