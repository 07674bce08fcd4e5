namespace AkkaPipeline;

/// <summary>An item that will not be tried again by itself, with what is known of it.</summary>
/// <typeparam name="T">The item.</typeparam>
public sealed record DeadLetteredItem<T> : Storing.IDeadLetter
{
    /// <summary>The item as it was put; the type's default where a store has kept bytes that its codec cannot read any more.</summary>
    public required T Item { get; init; }

    /// <summary>The delivery's id, stable across attempts.</summary>
    public required string Id { get; init; }

    /// <summary>The sequence number that the queue gave it.</summary>
    public required long Sequence { get; init; }

    /// <summary>Its key, where the pipeline keeps an order by key.</summary>
    public string? Key { get; init; }

    /// <summary>The headers it was put with.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = ItemHeaders.None;

    /// <summary>Why it is a dead letter.</summary>
    public required DeadLetterCause Cause { get; init; }

    /// <summary>Why, in one line.</summary>
    public required string Reason { get; init; }

    /// <summary>Its failed attempts, oldest first; those before a requeueing too. At most 100 are kept, the latest.</summary>
    public IReadOnlyList<FailedAttempt> Attempts { get; init; } = [];

    /// <summary>When it became a dead letter.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The item's bytes, where a durable store keeps it; empty otherwise.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>What the last attempt threw; null where nothing was thrown, or where a store has kept the item as bytes.</summary>
    public Exception? Exception { get; init; }
}

/// <summary>Why an item is a dead letter.</summary>
public enum DeadLetterCause
{
    /// <summary>It failed as often as its retry policy allows; once, where there is none.</summary>
    AttemptsUsedUp,

    /// <summary>It failed with an exception that the policy does not retry.</summary>
    NotRetried,

    /// <summary>The consumer, or the failure policy, rejected it.</summary>
    Rejected,

    /// <summary>It stood behind an item of its key that had failed, and that key is parked.</summary>
    KeyParked,

    /// <summary>A store has kept it as bytes that its codec cannot read any more: its item is missing, its bytes are kept.</summary>
    Undecodable,

    /// <summary>The process died whenever it ran, alone too: as often as its retry policy allows; where there is none, once that is proven.</summary>
    KilledProcess,
}
