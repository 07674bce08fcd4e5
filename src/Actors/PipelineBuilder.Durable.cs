using AkkaPipeline.Queueing;
using AkkaPipeline.Sinking;
using AkkaPipeline.Storing;
using AkkaPipeline.Storing.Sqlite;
using AkkaPipeline.Telemetry;

namespace AkkaPipeline;

/// <summary>What outlives the process.</summary>
public sealed partial class PipelineBuilder<T>
{
    private DurableOptions durable = new();
    private IItemCodec<T>? codec;
    private Durability keeps;
    private Func<IQueueStore>? createStore;
    private IReplayableSource? replayable;
    private string? storePath;

    /// <summary>
    /// Keeps the queue in a file: a put is confirmed once it is on disk, and what is not settled when the process ends is
    /// still there at the next start, with its attempts and the dead letters. One process at a time may have it open.
    /// Where the sinks are <see cref="IResumableSink"/>s, what they hold is exactly what the settled items have put out. A
    /// single source that is an <see cref="IReplayableSource"/> goes on where the last item was kept.
    /// </summary>
    /// <param name="path">The file; it is made, with its folder, where there is none.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <remarks>See <c>docs/durability.md</c> for what is promised and what it costs.</remarks>
    public PipelineBuilder<T> Durable(string path, DurableOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var chosen = options ?? new DurableOptions();
        var file = storePath = StoreFiles.FinalPath(path);
        return StoredIn(
            () => new SqliteStore(new SqliteStoreSettings
            {
                Path = file,
                LockWait = chosen.LockWait,
                DiskBytesMax = chosen.DiskBytesMax,
                Time = time,
                Warn = told => EngineLog.StoreTells(PipelineLogger.Of(system, services), name, file, told),
            }),
            Durability.Full,
            chosen);
    }

    /// <summary>
    /// Keeps in a file how far the pipeline's source is, instead of its items: killed at any moment and started again, the
    /// run goes on where it was. Items that wait for another attempt are kept. Where the sinks are
    /// <see cref="IResumableSink"/>s, what they hold is exactly what the settled items have put out; other sinks may get an
    /// output twice. Such a pipeline has one source, an <see cref="IReplayableSource"/>, sends its dead letters to a sink, and
    /// takes no direct puts.
    /// </summary>
    /// <param name="path">The file; it is made, with its folder, where there is none. To start over, delete it.</param>
    /// <param name="options">Null: the defaults.</param>
    public PipelineBuilder<T> Checkpointed(string path, DurableOptions? options = null)
    {
        Durable(path, options);
        keeps = Durability.Checkpoint;
        return this;
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

    private ReplaySetup Replay()
    {
        if (sources.Count != 1 || replayable is null || deadLetters is null)
        {
            throw new InvalidOperationException(
                $"The pipeline {name} keeps checkpoints, so it needs exactly one source, which is an {nameof(IReplayableSource)}, and a sink "
                + $"for its dead letters (DeadLettersTo): it has {sources.Count} sources"
                + (replayable is null ? ", none of them replayable" : string.Empty)
                + (deadLetters is null ? ", and no sink for dead letters." : "."));
        }

        return new ReplaySetup(replayable, ResumableSinks()) { Letters = new LetterSink(SinkNames.DeadLetters, WriteLettersAsync) };
    }

    private async Task WriteLettersAsync(IReadOnlyList<IDeadLetter> letters, CancellationToken cancellationToken)
    {
        DeadLetteredItem<T>[] written = [.. letters.Cast<DeadLetteredItem<T>>()];
        var result = await deadLetters!.WriteAsync(new Batch<DeadLetteredItem<T>>(written, BatchClosedBy.Ready), cancellationToken).ConfigureAwait(false);
        if (result.FailuresOf(written.Length)?.First(failed => failed is not null) is { } failure)
        {
            throw new BrokenSinkException($"dead letters of items that cannot be read could not be written: {FailureReason.Of(failure)}", failure);
        }
    }

    private ReplaySetup? ReplayBesideItems()
    {
        // What is handed to another queue goes with its item's ack, which is not held back for anything else then.
        var sinks = sink?.HandsOver is null ? ResumableSinks() : [];
        var setup = new ReplaySetup(sources.Count == 1 ? replayable : null, sinks);
        return setup.Source is null && setup.Sinks.Count == 0 ? null : setup;
    }

    private Dictionary<string, IResumableSink> ResumableSinks()
    {
        var sinks = new Dictionary<string, IResumableSink>();
        if (sink?.Resumable is { } outputs)
        {
            sinks.Add(SinkNames.Outputs, outputs);
        }

        if (deadLetters is IResumableSink letters)
        {
            sinks.Add(SinkNames.DeadLetters, letters);
        }

        return sinks;
    }

    /// <summary>Sets a store, and what it keeps.</summary>
    internal PipelineBuilder<T> StoredIn(Func<IQueueStore> create, Durability what, DurableOptions? options = null)
    {
        (createStore, keeps, durable) = (create, what, options ?? new DurableOptions());
        return this;
    }
}
