using Akka.Actor;
using AkkaPipeline.Coordinating;
using AkkaPipeline.Fronting;
using AkkaPipeline.Queueing;

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
internal sealed class WorkQueue<T>(string name, TimeProvider time, StartedPipeline<T> started) : IWorkQueue<T>
{
    private readonly IActorRef frontEnd = started.FrontEnd;
    private readonly PutBuffer<T> puts = started.Puts;
    private readonly long startedAt = time.GetTimestamp();

    public string Name => name;

    public ValueTask PutAsync(T item, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        return puts.PutAsync(item, cancellationToken);
    }

    public ValueTask<bool> TryPutAsync(T item, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        cancellationToken.ThrowIfCancellationRequested();
        if (puts.TryPut(item) is { } answer)
        {
            return ValueTask.FromResult(answer);
        }

        var asked = NewPromise<bool>();
        frontEnd.Tell(new FrontEndProtocol.TryPut<T>(item, asked));
        return new ValueTask<bool>(asked.Task);
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
        var joined = NewPromise<QueueCounts>();
        frontEnd.Tell(new FrontEndProtocol.Join(joined));
        await using var registration = cancellationToken.UnsafeRegister(
            (_, token) =>
            {
                if (joined.TrySetCanceled(token))
                {
                    frontEnd.Tell(new FrontEndProtocol.Leave(joined));
                }
            },
            null).ConfigureAwait(false);
        var counts = await joined.Task.ConfigureAwait(false);
        return new Settlement
        {
            Pipeline = name,
            Outcome = PipelineOutcome.Completed,
            Accepted = counts.Accepted,
            Acked = counts.Acked,
            DeadLettered = counts.DeadLettered,
            Dropped = counts.Dropped,
            Released = counts.Released,
            Elapsed = time.GetElapsedTime(startedAt),
        };
    }

    public Task ShutDownAsync(bool immediate = false, CancellationToken cancellationToken = default)
    {
        puts.Close(new QueueShutDownException($"The queue {name} has been shut down."));
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        frontEnd.Tell(new FrontEndProtocol.ShutDown(immediate, done));
        return done.Task.WaitAsync(cancellationToken);
    }

    public async Task<QueueCounts> CountsAsync(CancellationToken cancellationToken = default) =>
        (await ReportAsync(cancellationToken).ConfigureAwait(false)).Counts;

    public async Task<IReadOnlyList<Holding>> HoldingsAsync(CancellationToken cancellationToken = default) =>
        (await ReportAsync(cancellationToken).ConfigureAwait(false)).Holdings;

    private static TaskCompletionSource<TResult> NewPromise<TResult>() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task<QueueProtocol.Report> ReportAsync(CancellationToken cancellationToken)
    {
        var report = NewPromise<QueueProtocol.Report>();
        frontEnd.Tell(new FrontEndProtocol.GetReport(report));
        return report.Task.WaitAsync(cancellationToken);
    }

    private async Task<LeasedDelivery<T>?> GetAsync(TimeSpan? lease, bool waits, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var answer = NewPromise<LeasedDelivery<T>?>();
        frontEnd.Tell(new FrontEndProtocol.Get<T>(answer, lease, waits));
        await using var registration = cancellationToken.UnsafeRegister(
            (_, token) => answer.TrySetCanceled(token), null).ConfigureAwait(false);
        return await answer.Task.ConfigureAwait(false);
    }
}
