using Akka.Actor;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AkkaPipeline.Hosting;

/// <summary>
/// Starts a pipeline with the host and drains it when the host stops: before the servers stop listening, so that requests
/// in progress can still be answered.
/// </summary>
internal sealed class HostedPipeline<T> : IHostedLifecycleService
{
    private readonly IServiceProvider services;
    private readonly Action<PipelineBuilder<T>> configure;
    private readonly TaskCompletionSource<RunningPipeline<T>> running =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan drainTimeout;

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
            configure(builder.ApplyConfigured(services.GetService<IConfiguration>()));
            drainTimeout = builder.DrainsWithin;
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
            await started.DrainAsync(drainTimeout).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
