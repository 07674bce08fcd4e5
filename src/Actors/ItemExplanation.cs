namespace AkkaPipeline;

/// <summary>Why an item is where it is.</summary>
public sealed record ItemExplanation
{
    /// <summary>The number that the queue gave the item.</summary>
    public required long Sequence { get; init; }

    /// <summary>Where it is.</summary>
    public required ItemStanding Standing { get; init; }

    /// <summary>Why, in one sentence, with all that is known.</summary>
    public required string Text { get; init; }

    /// <summary>Its key, where the pipeline keeps an order by key.</summary>
    public string? Key { get; init; }

    /// <summary>Queued: how many items will be granted before it.</summary>
    public long? QueuedBehind { get; init; }

    /// <summary>Queued: the number of the item that its key waits for.</summary>
    public long? KeyHeldBy { get; init; }

    /// <summary>Scheduled: when it may be granted. Queued: when the rate allows the next item.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>In flight: who has it.</summary>
    public string? Consumer { get; init; }

    /// <summary>In flight: for how long.</summary>
    public TimeSpan? Held { get; init; }

    /// <summary>What has failed so far, oldest first.</summary>
    public IReadOnlyList<FailedAttempt> Attempts { get; init; } = [];

    /// <summary>Why the pipeline grants nothing at the moment; empty when it does.</summary>
    public IReadOnlyList<string> Paused { get; init; } = [];
}

/// <summary>Where an item is.</summary>
public enum ItemStanding
{
    /// <summary>No item has this number yet.</summary>
    Unknown,

    /// <summary>It waits to be granted.</summary>
    Queued,

    /// <summary>It waits for its time.</summary>
    Scheduled,

    /// <summary>A consumer, or a direct getter, has it.</summary>
    InFlight,

    /// <summary>It is a dead letter.</summary>
    DeadLettered,

    /// <summary>It has left: done, dropped, released, or a dead letter that nobody keeps.</summary>
    Settled,
}
