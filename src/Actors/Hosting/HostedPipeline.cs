using Akka.Actor;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AkkaPipeline.Hosting;

/// <summary>A pipeline of a host, whatever its items are.</summary>
internal abstract class HostedPipeline(string name)
{
    public string Name => name;

    /// <summary>The key of its actor in Akka.Hosting's registry: its <see cref="RunningPipeline{T}"/>.</summary>
    public abstract Type ActorKey { get; }

    /// <summary>Null until it has started; faults if it could not start, or failed later.</summary>
    public abstract Task<Settlement>? Completion { get; }

    /// <summary>How long it may take to drain, where code or configuration says so of itself; else null. Known once it has started.</summary>
    public abstract TimeSpan? DrainTimeout { get; }

    /// <summary>Null until it has started.</summary>
    public abstract IActorRef? Coordinator { get; }

    public abstract Task StartAsync(ActorSystem system, CancellationToken cancellationToken);

    public abstract Task<IActorRef> CoordinatorAsync(CancellationToken cancellationToken);

    public abstract Task<PipelineStatus> StatusAsync(CancellationToken cancellationToken);

    /// <summary>Drains it, if it has started, within its own drain timeout if that is shorter; how it ended is told by <see cref="Completion"/>.</summary>
    public abstract Task DrainAsync(TimeSpan deadline);

    /// <summary>The host ends: what still waits for the start of the pipeline waits in vain.</summary>
    public abstract void GiveUp();
}

internal sealed class HostedPipeline<T> : HostedPipeline, IHostedPipeline<T>
{
    private readonly IServiceProvider services;
    private readonly Action<PipelineBuilder<T>, IServiceProvider> configure;
    private readonly TaskCompletionSource<RunningPipeline<T>> running = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Task<Settlement>? completion;
    private volatile IActorRef? coordinator;
    private TimeSpan? drainTimeout;

    public HostedPipeline(IServiceProvider services, string name, Action<PipelineBuilder<T>, IServiceProvider> configure)
        : base(name)
    {
        this.services = services;
        this.configure = configure;
        Queue = new HostedQueue<T>(this);
    }

    public IWorkQueue<T> Queue { get; }

    public override Type ActorKey => typeof(RunningPipeline<T>);

    public override Task<Settlement>? Completion => completion;

    public override TimeSpan? DrainTimeout => drainTimeout;

    public override IActorRef? Coordinator => coordinator;

    public override async Task StartAsync(ActorSystem system, CancellationToken cancellationToken)
    {
        try
        {
            var builder = new PipelineBuilder<T>(system, Name, services);
            configure(builder.ApplyConfigured(services.GetService<IConfiguration>()), services);
            builder.ReleasesFailuresWhile(EndsWithItsContainer);
            drainTimeout = builder.DrainsWithin;
            await builder.TryConsumerAsync().ConfigureAwait(false);
            var started = await builder.StartAsync(cancellationToken).ConfigureAwait(false);
            (completion, coordinator) = (started.Completion, started.Coordinator);
            running.TrySetResult(started);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            GiveUp();
            throw;
        }
        catch (Exception cause)
        {
            var failure = new PipelineFailedException($"The pipeline {Name} could not start: {cause.Message}", cause);
            completion = Task.FromException<Settlement>(failure);
            running.TrySetException(failure);
            throw failure;
        }
    }

    public Task<RunningPipeline<T>> GetAsync(CancellationToken cancellationToken = default) => running.Task.WaitAsync(cancellationToken);

    public override async Task<IActorRef> CoordinatorAsync(CancellationToken cancellationToken) =>
        (await GetAsync(cancellationToken).ConfigureAwait(false)).Coordinator;

    public override async Task<PipelineStatus> StatusAsync(CancellationToken cancellationToken) =>
        await (await GetAsync(cancellationToken).ConfigureAwait(false)).StatusAsync(cancellationToken).ConfigureAwait(false);

    public override async Task DrainAsync(TimeSpan deadline)
    {
        if (running.Task.IsCompletedSuccessfully)
        {
            // A consumer may have told the host to stop: what it has called is not refused as its own waiting would be.
            RunningPipeline<T> started = await running.Task.ConfigureAwait(false);
            Task ended = started.EndWithinAsync(drainTimeout < deadline ? drainTimeout.Value : deadline);
            await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public override void GiveUp() =>
        running.TrySetException(new PipelineFailedException($"The host ended before the pipeline {Name} had started."));

    /// <summary>A host that is disposed without a stop, say since its server could not start, takes away what consumers work with.</summary>
    private bool EndsWithItsContainer()
    {
        try
        {
            _ = services.GetService<IServiceScopeFactory>();
            return false;
        }
        catch (ObjectDisposedException)
        {
            _ = DrainAsync(TimeSpan.Zero);
            return true;
        }
    }
}
