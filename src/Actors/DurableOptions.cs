namespace AkkaPipeline;

/// <summary>How a durable queue keeps its items.</summary>
public sealed record DurableOptions
{
    /// <summary>How long to wait for a store that another process still has open, before the start fails. Default 30 s.</summary>
    public TimeSpan LockWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many items that wait are held in memory; the rest stays in the store and is read back in order. Default 65,536.</summary>
    public int WindowItems { get; init; } = 65_536;

    /// <summary>How many bytes of items that wait are held in memory. Default 32 MiB.</summary>
    public long WindowBytes { get; init; } = 32L * 1024 * 1024;

    /// <summary>The largest item, as its codec writes it, in bytes; a larger one is refused at put. Default 16 MiB.</summary>
    public int ItemBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>How large the store may become, in bytes; 0, the default: as large as the disk. Beyond it puts fail.</summary>
    public long DiskBytesMax { get; init; }

    /// <summary>How many put ids are remembered, the latest. Default 100,000.</summary>
    public int PutIdsMax { get; init; } = 100_000;

    /// <summary>For how long a put id is remembered. Default 7 days.</summary>
    public TimeSpan PutIdsFor { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// For how long at most each item that ran when an earlier process died is run alone, before the rest goes on beside it.
    /// Default 30 s.
    /// </summary>
    public TimeSpan SuspectAloneMax { get; init; } = TimeSpan.FromSeconds(30);
}
