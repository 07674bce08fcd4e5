namespace AkkaPipeline;

/// <summary>How a pipeline ended, or how a join found the queue.</summary>
public enum PipelineOutcome
{
    /// <summary>The sources ended (or the queue was joined) and every item is settled.</summary>
    Completed,

    /// <summary>A drain ended it; what was not settled was released.</summary>
    Drained,

    /// <summary>Nothing was in flight or due, and the rest stood behind something that does not move by itself.</summary>
    Stalled,

    /// <summary>A source, a sink or a part of the engine failed.</summary>
    Failed,

    /// <summary>A rule for halting was met; what was not settled was released.</summary>
    Halted,
}

/// <summary>
/// The account of every item: <c>Accepted = Acked + DeadLettered + Dropped + Quarantined + Released</c> at the end of a pipeline.
/// </summary>
public sealed record Settlement
{
    /// <summary>The pipeline's name.</summary>
    public required string Pipeline { get; init; }

    /// <summary>How it ended.</summary>
    public required PipelineOutcome Outcome { get; init; }

    /// <summary>Items that the queue accepted.</summary>
    public long Accepted { get; init; }

    /// <summary>Items done.</summary>
    public long Acked { get; init; }

    /// <summary>Items that failed for good.</summary>
    public long DeadLettered { get; init; }

    /// <summary>Items dropped: by an immediate shutdown, by a cancellation, or as dead letters, on request or beyond their bound.</summary>
    public long Dropped { get; init; }

    /// <summary>Items of damaged rows of a durable store: moved aside, not worked on.</summary>
    public long Quarantined { get; init; }

    /// <summary>Items accepted and unsettled at the end; with a durable store they are still there at the next start.</summary>
    public long Released { get; init; }

    /// <summary>How many of them earlier runs of the same job had settled. Part of the counts above.</summary>
    public long Resumed { get; init; }

    /// <summary>Failed attempts after which the item was to be tried again. Not part of the sum.</summary>
    public long Retried { get; init; }

    /// <summary>Settlements that were refused: late, doubled or foreign. Not part of the sum.</summary>
    public long Refused { get; init; }

    /// <summary>Whether every source was read to its end.</summary>
    public bool SourcesEnded { get; init; }

    /// <summary>From start to end, or to the join's answer.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Why it stalled, halted or failed, or a drain has released something; empty otherwise.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>Where it stalled behind halted keys: all of them, in the order in which they were halted.</summary>
    public IReadOnlyList<string> HaltedKeys { get; init; } = [];

    internal static Settlement Of(string pipeline, PipelineOutcome outcome, QueueCounts counts, TimeSpan elapsed) => new()
    {
        Pipeline = pipeline,
        Outcome = outcome,
        Accepted = counts.Accepted,
        Acked = counts.Acked,
        DeadLettered = counts.DeadLettered,
        Dropped = counts.Dropped,
        Quarantined = counts.Quarantined,
        Released = counts.Released,
        Retried = counts.Retried,
        Refused = counts.Refused,
        Elapsed = elapsed,
    };
}
