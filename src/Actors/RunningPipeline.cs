using Akka.Actor;
using AkkaPipeline.Coordinating;
using AkkaPipeline.Fronting;

namespace AkkaPipeline;

/// <summary>A pipeline that runs. Disposing it ends it at once; draining or completing it comes first where items matter.</summary>
/// <typeparam name="T">The item.</typeparam>
public sealed partial class RunningPipeline<T> : IAsyncDisposable
{
    private readonly IActorRef coordinator;
    private readonly object inside;
    private readonly TaskCompletionSource<Settlement> ended;
    private readonly bool hasPool;

    private RunningPipeline(
        IActorRef coordinator, PipelineSetup<T> setup, FrontDoor<T> door, TaskCompletionSource<Settlement> ended)
    {
        this.coordinator = coordinator;
        this.ended = ended;
        inside = setup.Inside;
        hasPool = setup.CreateWorker is not null;
        Name = setup.Name;
        DeadLetters = new DeadLetterDesk<T>(setup.Name, coordinator, setup.Store, setup.StoredItems, ended.Task);
        Queue = new WorkQueue<T>(setup.Time, door, setup.Inside);
    }

    /// <summary>The pipeline's name.</summary>
    public string Name { get; }

    /// <summary>Its queue: takes puts beside the sources, and direct gets beside the consumers.</summary>
    public IWorkQueue<T> Queue { get; }

    /// <summary>Its dead letters: to be listed, requeued and dropped. None are kept where a sink takes them.</summary>
    public IDeadLetters<T> DeadLetters { get; }

    /// <summary>
    /// Completes when the pipeline has ended, however it came to that; faults with <see cref="PipelineFailedException"/>
    /// if it failed.
    /// </summary>
    public Task<Settlement> Completion => ended.Task;

    /// <summary>
    /// Ends the pipeline when its sources have ended and everything is settled. Once the sources have ended, direct puts
    /// are refused. A second call, or one of <see cref="DrainAsync"/>, joins the first.
    /// </summary>
    public ValueTask<Settlement> CompleteAsync()
    {
        coordinator.Tell(CoordinatorProtocol.Complete.Instance);
        return EndingTask.Of(Completion, inside, Name);
    }

    /// <summary>
    /// Ends the pipeline soon: sources stop at once, what they had emitted is accepted and worked on. At the deadline what
    /// runs is cancelled, and what is unsettled is released. A second call joins the first; its deadline counts where it is the
    /// earlier one.
    /// </summary>
    /// <param name="deadline">From now; zero ends at once, <see cref="Timeout.InfiniteTimeSpan"/> waits for everything.</param>
    /// <returns>The account. A consumer of this pipeline may call it, but must not await it: its item would wait for
    /// itself. Awaiting it there throws <see cref="InvalidOperationException"/>; the drain goes on.</returns>
    public ValueTask<Settlement> DrainAsync(TimeSpan deadline)
    {
        CheckDeadline(deadline);
        return EndingTask.Of(EndWithinAsync(deadline), inside, Name);
    }

    /// <summary>Ends the pipeline at once, unless it has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await EndAtOnceAsync().ConfigureAwait(false);
        }
        catch (PipelineFailedException)
        {
            // Whoever wants to know awaits Completion.
        }
    }

    internal static async Task<RunningPipeline<T>> StartAsync(ActorSystem system, PipelineSetup<T> setup)
    {
        var started = new TaskCompletionSource<FrontDoor<T>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource<Settlement>(TaskCreationOptions.RunContinuationsAsynchronously);
        var coordinator = system.ActorOf(
            Props.Create(() => new CoordinatorActor<T>(setup, started, ended)),
            PipelineNames.In(system).Take(setup.Name));

        // In a system that is terminating, the coordinator may never come to life.
        if (await Task.WhenAny(started.Task, system.WhenTerminated).ConfigureAwait(false) != started.Task)
        {
            started.TrySetException(new PipelineFailedException(
                $"The pipeline {setup.Name} could not start: its actor system has terminated."));
        }

        return new RunningPipeline<T>(coordinator, setup, await started.Task.ConfigureAwait(false), ended);
    }

    internal Task<Settlement> EndAtOnceAsync() => EndWithinAsync(TimeSpan.Zero);

    /// <summary>As <see cref="DrainAsync"/>, for whoever may have been called by a consumer, which does not wait for itself by that.</summary>
    internal Task<Settlement> EndWithinAsync(TimeSpan deadline)
    {
        coordinator.Tell(new CoordinatorProtocol.Drain(deadline));
        return Completion;
    }
}
