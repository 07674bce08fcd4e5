namespace AkkaPipeline;

/// <summary>How a durable queue keeps its items.</summary>
public sealed record DurableOptions
{
    private const long DiskBytesLeast = 1024 * 1024;
    private const int BoundShares = 4;

    /// <summary>How long to wait for a store that another process still has open, before the start fails. Default 30 s.</summary>
    public TimeSpan LockWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How many items that wait are held in memory; the rest stays in the store and is read back in order. What is held back by its key
    /// or until its time may be four times as many. Default 65,536.
    /// </summary>
    public int WindowItems { get; init; } = 65_536;

    /// <summary>How many bytes of items that wait are held in memory, beside what is held back as above. Default 32 MiB.</summary>
    public long WindowBytes { get; init; } = 32L * 1024 * 1024;

    /// <summary>The largest item, as its codec writes it, in bytes; a larger one is refused at put. Default 16 MiB.</summary>
    public int ItemBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// How large the store may become, in bytes, from 1 MiB; 0, the default: as large as the disk. Beyond it puts wait, and
    /// sources are not read, until what settles has made room. An item may have a quarter of it.
    /// </summary>
    public long DiskBytesMax
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value is 0 or >= DiskBytesLeast
                ? value
                : throw new ArgumentOutOfRangeException(nameof(DiskBytesMax), value, $"A store has at least {DiskBytesLeast} bytes; 0 means no bound.");
        }
    }

    /// <summary>Whether puts fail with <see cref="StoreFullException"/> at <see cref="DiskBytesMax"/>. Default: false, they wait.</summary>
    public bool PutsFailAtDiskBytesMax { get; init; }

    /// <summary>How many put ids are remembered, the latest. Default 100,000.</summary>
    public int PutIdsMax { get; init; } = 100_000;

    /// <summary>For how long a put id is remembered. Default 7 days.</summary>
    public TimeSpan PutIdsFor { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// For how long at most each item that ran when an earlier process died is run alone, before the rest goes on beside it.
    /// Default 30 s.
    /// </summary>
    public TimeSpan SuspectAloneMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest item that has room in the store at all.</summary>
    internal int ItemBytesThatFit => (int)Math.Min(ItemBytesMax, BoundedShare);

    /// <summary>What may be written at once: with all else settled it finds room.</summary>
    internal long BoundedShare => DiskBytesMax == 0 ? long.MaxValue : DiskBytesMax / BoundShares;
}
