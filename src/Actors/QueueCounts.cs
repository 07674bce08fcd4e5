namespace AkkaPipeline;

/// <summary>
/// The ledger of a queue at one moment:
/// <c>Accepted = Acked + DeadLettered + Dropped + Quarantined + Released + Queued + Scheduled + InFlight</c>.
/// </summary>
public readonly record struct QueueCounts
{
    /// <summary>Items that the queue has taken.</summary>
    public long Accepted { get; init; }

    /// <summary>Items that wait to be granted.</summary>
    public long Queued { get; init; }

    /// <summary>Items that wait for their time: put with a moment before which they must not run, or between two attempts.</summary>
    public long Scheduled { get; init; }

    /// <summary>Items granted and not settled.</summary>
    public long InFlight { get; init; }

    /// <summary>Items done.</summary>
    public long Acked { get; init; }

    /// <summary>Items that failed for good.</summary>
    public long DeadLettered { get; init; }

    /// <summary>Items dropped on request: by an immediate shutdown, a cancellation, or as dead letters.</summary>
    public long Dropped { get; init; }

    /// <summary>Items of damaged rows of a durable store: moved aside, not to be worked on.</summary>
    public long Quarantined { get; init; }

    /// <summary>Items unsettled when the queue ended; with a durable store they are still there at the next start.</summary>
    public long Released { get; init; }

    /// <summary>Settlements that were refused: late, doubled or foreign. Not part of the sum.</summary>
    public long Refused { get; init; }

    /// <summary>Failed attempts after which the item was to be tried again. Not part of the sum.</summary>
    public long Retried { get; init; }

    /// <summary>Items accepted and not settled: what a join waits for.</summary>
    public long Unfinished => Queued + Scheduled + InFlight;
}
