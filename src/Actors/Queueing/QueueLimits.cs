namespace AkkaPipeline.Queueing;

/// <summary>The queue's bounds.</summary>
/// <param name="Capacity">Items that may be queued; 0 or less: unbounded.</param>
/// <param name="CapacityBytes">Bytes that may be queued, where the items' sizes are known.</param>
/// <param name="DeadLettersMax">Dead letters that the store keeps; granting stops before it could be exceeded, unless the
/// oldest are dropped.</param>
/// <param name="InFlightMax">Items that may be granted and not settled.</param>
/// <param name="InFlightBytesMax">Bytes that may be granted and not settled, where the items' sizes are known; one grant
/// may exceed it.</param>
/// <param name="DropsOldestDeadLetters">Whether, beyond their bound, the oldest dead letters are dropped.</param>
/// <param name="Rate">How many items may be granted in a while; null: as many as are wanted.</param>
internal sealed record QueueLimits(
    long Capacity,
    long CapacityBytes = 64L * 1024 * 1024,
    long DeadLettersMax = 65_536,
    long InFlightMax = 65_536,
    long InFlightBytesMax = 64L * 1024 * 1024,
    bool DropsOldestDeadLetters = false,
    Rate? Rate = null)
{
    /// <summary>What the store keeps.</summary>
    public Durability Keeps { get; init; }

    /// <summary>Items that wait in memory where the store keeps all; the rest is read back in order.</summary>
    public int WindowItems { get; init; } = 65_536;

    /// <summary>Bytes of items that wait in memory where the store keeps all.</summary>
    public long WindowBytes { get; init; } = 32L * 1024 * 1024;

    /// <summary>Whether the store holds outputs of items that are not settled yet, for another queue.</summary>
    public bool HandsOver { get; init; }

    /// <summary>How many put ids are remembered.</summary>
    public int PutIdsMax { get; init; } = 100_000;

    /// <summary>For how long a put id is remembered.</summary>
    public TimeSpan PutIdsFor { get; init; } = TimeSpan.FromDays(7);

    /// <summary>For how long the rest waits for one item that ran when an earlier process died.</summary>
    public TimeSpan SuspectAloneMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The same with fewer bytes that may be accepted and not written yet.</summary>
    public QueueLimits Within(long bytes) => this with { CapacityBytes = Math.Min(CapacityBytes, bytes) };
}

/// <summary>What a store keeps of a queue.</summary>
internal enum Durability
{
    /// <summary>Dead letters, for as long as the process lives.</summary>
    None,

    /// <summary>How far replayable sources are, retries and dead letters; not the items.</summary>
    Checkpoint,

    /// <summary>Everything.</summary>
    Full,
}

/// <summary>How far the queue is on its way to its end; it never goes back.</summary>
internal enum QueuePhase
{
    /// <summary>Takes offers.</summary>
    Open,

    /// <summary>Takes only what credit was given for, and grants what is left.</summary>
    ShutDown,

    /// <summary>Drops what is queued.</summary>
    Dropping,

    /// <summary>Every grant is fenced, everything unsettled released.</summary>
    Released,
}
