using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AkkaPipeline.Hosting;

/// <summary>
/// Starts a pipeline with the host and drains it when the host stops: before the servers stop listening, so that requests
/// in progress can still be answered.
/// </summary>
internal sealed class HostedPipeline<T> : IHostedLifecycleService
{
    // The host's own shutdown timeout is 30 s by default; the drain has to end before it.
    private static readonly TimeSpan DrainDeadline = TimeSpan.FromSeconds(25);

    private readonly IServiceProvider services;
    private readonly Action<PipelineBuilder<T>> configure;
    private readonly TaskCompletionSource<RunningPipeline<T>> running =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HostedPipeline(IServiceProvider services, string name, Action<PipelineBuilder<T>> configure)
    {
        this.services = services;
        this.configure = configure;
        Name = name;
        Queue = new HostedQueue<T>(name, running.Task);
    }

    public string Name { get; }

    public IWorkQueue<T> Queue { get; }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            var builder = new PipelineBuilder<T>(services.GetRequiredService<ActorSystem>(), Name, services);
            configure(builder);
            running.TrySetResult(await builder.StartAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (Exception cause)
        {
            running.TrySetException(cause);
            throw;
        }
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (running.Task.IsCompletedSuccessfully)
        {
            var started = await running.Task.ConfigureAwait(false);
            await started.DrainAsync(DrainDeadline).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
