using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AkkaPipeline.Hosting;

/// <summary>
/// Says to the host's actor system, before it is made, what pipelines need of it: that it outlives their drain. The host makes
/// this before its other services; an actor system that was made earlier still, or not by Akka.Hosting, is left as it is, and
/// the log says what that means.
/// </summary>
internal sealed class ActorSystemJoining : IHostedService
{
    private const string Hook = "akka.coordinated-shutdown.run-by-clr-shutdown-hook";

    private const string DrainPhaseTimeout = $"akka.coordinated-shutdown.phases.{CoordinatedShutdown.PhaseServiceRequestsDone}.timeout";

    private const string PhaseTimeout = "akka.coordinated-shutdown.default-phase-timeout";

    // Akka's own.
    private static readonly TimeSpan PhaseTimeoutDefault = TimeSpan.FromSeconds(5);

    public ActorSystemJoining(IServiceProvider services, IOptions<PipelineHostOptions> options)
    {
        if (services.GetService<AkkaConfigurationBuilder>() is { } akka)
        {
            var said = akka.Configuration.GetOrElse(Config.Empty);
            var timeout = options.Value.RaisedToFit(said.GetTimeSpan(DrainPhaseTimeout, said.GetTimeSpan(PhaseTimeout, PhaseTimeoutDefault)));
            akka.AddHocon(
                $"""
                {Hook} = off
                {DrainPhaseTimeout} = {timeout.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)} ms
                """,
                HoconAddMode.Prepend);
        }
    }

    /// <summary>What will cut the drain short, each with what to do about it.</summary>
    public static IEnumerable<string> WhatCutsTheDrain(ActorSystem system, PipelineHostOptions options)
    {
        var config = system.Settings.Config;
        if (config.GetBoolean(Hook))
        {
            yield return $"{Hook} is on: a signal ends the actor system {system.Name} while the host still drains, and what is not settled "
                + "by then is lost from memory. Set it to off.";
        }

        var timeout = CoordinatedShutdown.Get(system).Timeout(CoordinatedShutdown.PhaseServiceRequestsDone);
        if (options.RaisedToFit(timeout) != timeout)
        {
            yield return $"{DrainPhaseTimeout} is {ReadableTime.Of(timeout)}: where the actor system {system.Name} ends before the host, "
                + $"the drain is cut off then. Set it to {ReadableTime.Of(options.RaisedToFit(timeout))}.";
        }
    }

    /// <summary>The drains that the host cuts short, once its pipelines have started, each with what to do about it.</summary>
    public static IEnumerable<string> WhatCutsTheDrainOf(IEnumerable<HostedPipeline> pipelines, PipelineHostOptions options) =>
        from pipeline in pipelines
        let own = pipeline.DrainTimeout ?? TimeSpan.Zero
        where own > options.DrainTimeout
        select $"The drain-timeout of the pipeline {pipeline.Name} is {ReadableTime.Of(own)}, but the host ends its drain "
            + $"after {ReadableTime.Of(options.DrainTimeout)}. Set {nameof(PipelineHostOptions)}.{nameof(PipelineHostOptions.DrainTimeout)} to as much.";

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
