using Akka;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AkkaPipeline.Hosting;

/// <summary>
/// Starts the host's pipelines, and drains them all at the same time, once: when the host stops, before its servers stop
/// listening, so that requests in progress can still be answered; or when the actor system ends without the host.
/// </summary>
internal sealed class PipelinesService(
    IServiceProvider services,
    HostedPipelines pipelines,
    RegisteredClasses classes,
    IOptions<PipelineHostOptions> options,
    IOptions<HostOptions> hostOptions,
    IHostApplicationLifetime lifetime,
    ILogger<PipelinesService> log) : IHostedLifecycleService
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource startGivenUp = new();
    private Task started = Task.CompletedTask;
    private volatile Task? drained;

    /// <summary>Whether the host has been told to stop, or the actor system has.</summary>
    public bool IsDraining => drained is not null || lifetime.ApplicationStopping.IsCancellationRequested;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return drained is null
                ? started = StartPipelinesAsync(cancellationToken)
                : throw new OperationCanceledException("The host stops before its pipelines have started.");
        }
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var drain = DrainAsync();
        try
        {
            await drain.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            HostingLog.DrainWasCut(log, $"{nameof(HostOptions)}.{nameof(HostOptions.ShutdownTimeout)}");
            await EndAllAsync(TimeSpan.Zero).ConfigureAwait(false);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task StartPipelinesAsync(CancellationToken cancellationToken)
    {
        // What users have described is not made under the lock.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        string[] inVain = [.. classes.AskingInVain(pipelines)];
        if (inVain.Length > 0)
        {
            throw new InvalidOperationException(string.Join(' ', inVain));
        }

        var system = services.GetRequiredService<PipelinesEnd>().System;
        foreach (var cut in ActorSystemJoining.WhatCutsTheDrain(system, options.Value))
        {
            HostingLog.DrainIsCut(log, cut);
        }

        foreach (var several in pipelines.Several)
        {
            HostingLog.AskForByName(log, several);
        }

        using (var givenUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, startGivenUp.Token))
        {
            await StartAllAsync(system, givenUp.Token).ConfigureAwait(false);
        }

        foreach (var cut in ActorSystemJoining.WhatCutsTheDrainOf(pipelines.All, options.Value))
        {
            HostingLog.DrainIsCut(log, cut);
        }

        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, "drain-pipelines", async () =>
        {
            await DrainAsync().ConfigureAwait(false);
            return Done.Instance;
        });
        foreach (var pipeline in pipelines.All)
        {
            _ = WatchAsync(pipeline);
        }
    }

    private async Task StartAllAsync(ActorSystem system, CancellationToken cancellationToken)
    {
        Task[] starts = [.. pipelines.All.Select(pipeline => pipeline.StartAsync(system, cancellationToken))];
        await Task.WhenAll(starts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Exception[] failures = [.. starts.Where(start => start.IsFaulted).Select(start => start.Exception!.InnerException!)];
        if (starts.All(start => start.IsCompletedSuccessfully))
        {
            var registry = ActorRegistry.For(system);
            foreach (var pipeline in pipelines.All.Where(pipelines.IsOnly))
            {
                registry.TryRegister(pipeline.ActorKey, await pipeline.CoordinatorAsync(cancellationToken).ConfigureAwait(false), overwrite: true);
            }

            return;
        }

        if (failures.Length > 0 || !startGivenUp.IsCancellationRequested)
        {
            // Else they are drained.
            await EndAllAsync(TimeSpan.Zero).ConfigureAwait(false);
        }

        if (failures.Length == 0)
        {
            throw new OperationCanceledException("The start of the host was cancelled.", cancellationToken);
        }

        throw failures is [var only]
            ? only
            : new PipelineFailedException(string.Join(' ', failures.Select(failure => failure.Message)), new AggregateException(failures));
    }

    private Task DrainAsync()
    {
        lock (gate)
        {
            return drained ??= DrainOnceAsync();
        }
    }

    /// <summary>A start that is still going on is given up: what it has started is drained as all the rest.</summary>
    private async Task DrainOnceAsync()
    {
        await startGivenUp.CancelAsync().ConfigureAwait(false);
        await started.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await EndAllAsync(options.Value.DrainTimeout).ConfigureAwait(false);
    }

    private Task EndAllAsync(TimeSpan deadline) => Task.WhenAll(pipelines.All.Select(pipeline => pipeline.DrainAsync(deadline)));

    /// <summary>Tells how it ended. One that has failed takes the host with it, as a background service does.</summary>
    private async Task WatchAsync(HostedPipeline pipeline)
    {
        try
        {
            HostingLog.Ended(log, await pipeline.Completion!.ConfigureAwait(false));
        }
        catch (PipelineFailedException failure)
        {
            var counts = hostOptions.Value.BackgroundServiceExceptionBehavior == BackgroundServiceExceptionBehavior.StopHost;
            var stops = counts && !IsDraining;
            HostingLog.Failed(log, failure, stops);
            if (counts && Environment.ExitCode == 0)
            {
                // So that whoever watches the process starts it again.
                Environment.ExitCode = 1;
            }

            if (stops)
            {
                lifetime.StopApplication();
            }
        }
    }
}
