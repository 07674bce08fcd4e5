using Akka.Actor;
using AkkaPipeline.Consuming;
using AkkaPipeline.Fronting;
using AkkaPipeline.Queueing;
using AkkaPipeline.Telemetry;

namespace AkkaPipeline;

/// <summary>A work queue with no pool: for programs that put and get themselves.</summary>
public static class WorkQueue
{
    /// <summary>Makes a queue.</summary>
    /// <typeparam name="T">The item.</typeparam>
    /// <param name="system">The actor system it lives in.</param>
    /// <param name="name">Unique among the pipelines and queues that run in the system.</param>
    /// <param name="capacity">How many items may be queued; 0 or less, the default: unbounded.</param>
    /// <param name="order">The order of gets. Default: first in, first out.</param>
    /// <returns>The queue, in a pipeline that has no sources and no consumers; dispose it to end it.</returns>
    public static Task<RunningPipeline<T>> StartAsync<T>(
        ActorSystem system, string name, long capacity = 0, ItemOrder<T>? order = null) =>
        Pipeline.Create<T>(system, name).Capacity(capacity).Order(order ?? ItemOrder.FirstInFirstOut<T>()).StartAsync();
}

/// <summary>The queue as this process's callers hold it: all of them share one front end.</summary>
internal sealed class WorkQueue<T>(TimeProvider time, FrontDoor<T> door, object inside) : IWorkQueue<T>
{
    private const int PutIdLengthMax = 512;

    private readonly PutBuffer<T> puts = door.Puts;
    private readonly long startedAt = time.GetTimestamp();

    public string Name => door.Name;

    public ValueTask PutAsync(T item, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        return puts.PutAsync(item, SaidOfTrace(), cancellationToken);
    }

    public ValueTask PutAsync(T item, PutOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        ArgumentNullException.ThrowIfNull(options);
        return puts.PutAsync(item, new SaidOfPut(DueAt(options.NotBefore), TraceHeaders.With(options.Headers)), cancellationToken);
    }

    public ValueTask<PutOutcome> PutAsync(
        T item, string id, PutOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(id.Length, PutIdLengthMax, nameof(id));
        return puts.PutOnceAsync(
            item, new SaidOfPut(DueAt(options?.NotBefore), TraceHeaders.With(options?.Headers), id), cancellationToken);
    }

    public ValueTask<bool> TryPutAsync(T item, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        cancellationToken.ThrowIfCancellationRequested();
        var said = SaidOfTrace();
        return puts.TryPut(item, said, out var confirmed) switch
        {
            null => new ValueTask<bool>(door.AskAsync<bool>(asked => new FrontEndProtocol.TryPut<T>(item, said, asked))),
            true when confirmed is not null => new ValueTask<bool>(TrueAfterAsync(confirmed, cancellationToken)),
            { } answer => ValueTask.FromResult(answer),
        };
    }

    public ValueTask<LeasedDelivery<T>> GetAsync(CancellationToken cancellationToken = default) =>
        new(GetAsync(lease: null, waits: true, cancellationToken)!);

    public ValueTask<LeasedDelivery<T>> GetAsync(TimeSpan lease, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lease, TimeSpan.Zero);
        return new(GetAsync(lease, waits: true, cancellationToken)!);
    }

    public ValueTask<LeasedDelivery<T>?> TryGetAsync(CancellationToken cancellationToken = default) =>
        new(GetAsync(lease: null, waits: false, cancellationToken));

    public async Task<Settlement> JoinAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Inside.Of(inside))
        {
            throw new InvalidOperationException(
                $"A consumer must not join its own pipeline ({Name}): its item would wait for itself. Join elsewhere.");
        }

        var joined = NewPromise<QueueCounts>();
        await using var registration = cancellationToken.UnsafeRegister(
            (_, token) =>
            {
                if (joined.TrySetCanceled(token))
                {
                    door.Tell(new FrontEndProtocol.Leave(joined));
                }
            },
            null).ConfigureAwait(false);
        var counts = await door.AskAsync(answer => new FrontEndProtocol.Join(answer), joined).ConfigureAwait(false);
        return Settlement.Of(Name, PipelineOutcome.Completed, counts, time.GetElapsedTime(startedAt));
    }

    public Task ShutDownAsync(bool immediate = false, CancellationToken cancellationToken = default)
    {
        puts.Close(new QueueShutDownException($"The queue {Name} has been shut down."));
        return ShutDownOnceAsync(immediate).WaitAsync(cancellationToken);
    }

    public async Task<QueueCounts> CountsAsync(CancellationToken cancellationToken = default) =>
        (await ReportAsync(cancellationToken).ConfigureAwait(false)).Counts;

    public async Task<IReadOnlyList<Holding>> HoldingsAsync(CancellationToken cancellationToken = default) =>
        (await ReportAsync(cancellationToken).ConfigureAwait(false)).Holdings;

    /// <summary>The activity of whoever puts; null where there is none, or nobody listens.</summary>
    private static SaidOfPut? SaidOfTrace() => TraceHeaders.With(null) is { } headers ? new SaidOfPut(0, headers) : null;

    private long DueAt(DateTimeOffset? notBefore)
    {
        var delay = notBefore is { } moment ? moment - time.GetUtcNow() : TimeSpan.Zero;
        return delay <= TimeSpan.Zero ? 0 : Timestamps.After(time, delay);
    }

    private async Task ShutDownOnceAsync(bool immediate)
    {
        try
        {
            await door.AskAsync<bool>(answer => new FrontEndProtocol.ShutDown(immediate, answer)).ConfigureAwait(false);
        }
        catch (QueueShutDownException)
        {
            // It has ended meanwhile, which is more than was asked for.
        }
    }

    private static async Task<bool> TrueAfterAsync(Task confirmed, CancellationToken cancellationToken)
    {
        await confirmed.WaitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static TaskCompletionSource<TResult> NewPromise<TResult>() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task<QueueProtocol.Report> ReportAsync(CancellationToken cancellationToken) =>
        door.AskAsync<QueueProtocol.Report>(answer => new FrontEndProtocol.GetReport(answer)).WaitAsync(cancellationToken);

    private async Task<LeasedDelivery<T>?> GetAsync(TimeSpan? lease, bool waits, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var got = NewPromise<LeasedDelivery<T>?>();
        await using var registration = cancellationToken.UnsafeRegister(
            (_, token) => got.TrySetCanceled(token), null).ConfigureAwait(false);
        return await door.AskAsync(answer => new FrontEndProtocol.Get<T>(answer, lease, waits), got).ConfigureAwait(false);
    }
}
