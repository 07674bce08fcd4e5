using AkkaPipeline.Queueing;
using AkkaPipeline.Storing;
using AkkaPipeline.Storing.Sqlite;

namespace AkkaPipeline;

/// <summary>What outlives the process.</summary>
public sealed partial class PipelineBuilder<T>
{
    private DurableOptions durable = new();
    private IItemCodec<T>? codec;
    private Durability keeps;
    private Func<IQueueStore>? createStore;

    /// <summary>
    /// Keeps the queue in a file: a put is confirmed once it is on disk, and what is not settled when the process ends is
    /// still there at the next start, with its attempts and the dead letters. One process at a time may have it open.
    /// </summary>
    /// <param name="path">The file; it is made, with its folder, where there is none.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <remarks>See <c>docs/durability.md</c> for what is promised and what it costs.</remarks>
    public PipelineBuilder<T> Durable(string path, DurableOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var chosen = options ?? new DurableOptions();
        return StoredIn(
            () => new SqliteStore(new SqliteStoreSettings
            {
                Path = Path.GetFullPath(path),
                LockWait = chosen.LockWait,
                DiskBytesMax = chosen.DiskBytesMax,
                Time = time,
            }),
            Durability.Full,
            chosen);
    }

    /// <summary>
    /// Sets how items become bytes, for a durable queue. Default: strings as UTF-8, bytes as they are, everything else as
    /// JSON by System.Text.Json.
    /// </summary>
    public PipelineBuilder<T> Codec(IItemCodec<T> itemCodec)
    {
        ArgumentNullException.ThrowIfNull(itemCodec);
        codec = itemCodec;
        return this;
    }

    /// <summary>Sets a store, and what it keeps.</summary>
    internal PipelineBuilder<T> StoredIn(Func<IQueueStore> create, Durability what, DurableOptions? options = null)
    {
        (createStore, keeps, durable) = (create, what, options ?? new DurableOptions());
        return this;
    }
}
