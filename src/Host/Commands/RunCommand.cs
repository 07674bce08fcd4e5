using Akka.Actor;
using AkkaPipeline.Configuring;
using AkkaPipeline.Host.Configuration;
using AkkaPipeline.Host.Reporting;
using AkkaPipeline.Host.Running;
using AkkaPipeline.Host.Sinks;
using Microsoft.Extensions.DependencyInjection;

namespace AkkaPipeline.Host.Commands;

/// <summary><c>akka-pipeline run FILE.conf [--json] [--restart]</c></summary>
internal static class RunCommand
{
    /// <returns>The program's exit status.</returns>
    public static async Task<int> RunAsync(RunArguments arguments)
    {
        if (ProgramConfiguration.Load(arguments.ConfigurationPath, out var faults) is not { } configuration)
        {
            Console.Error.Write(faults);
            return ExitStatus.WrongUsage;
        }

        if (configuration.Pipelines is not [var settings])
        {
            var names = string.Join(", ", configuration.Pipelines.Select(pipeline => pipeline.Name));
            throw new UsageException(
                $"'{arguments.ConfigurationPath}' describes {configuration.Pipelines.Count} pipelines ({names}); a run takes a file with one.");
        }

        using var signals = new StopSignals();
        var state = JobState.Of(settings);
        if (arguments.Restart)
        {
            state.Delete();
        }

        using var parts = PipelineParts.Open(settings, state);
        using var host = ActorHost.Build(configuration.Akka);
        if (ActorHost.WhyNoSystem(host) is { } failure)
        {
            Console.Error.WriteLine($"{configuration.AkkaPlace}: akka: the actor system does not start with these settings: {failure}");
            return ExitStatus.WrongUsage;
        }

        await host.StartAsync().ConfigureAwait(false);
        var system = host.Services.GetRequiredService<ActorSystem>();
        var settlement = await RunAsync(system, settings, parts, state, signals).ConfigureAwait(false);
        await host.StopAsync().ConfigureAwait(false);
        return Report(settlement, settings, parts, state, signals, arguments.Json);
    }

    private static async Task<Settlement> RunAsync(
        ActorSystem system, PipelineSettings settings, PipelineParts parts, JobState state, StopSignals signals)
    {
        try
        {
            var running = await ConfiguredPipeline.Of(system, settings, parts, state).StartAsync().ConfigureAwait(false);
            var completing = running.CompleteAsync().AsTask();
            if (await Task.WhenAny(completing, signals.First).ConfigureAwait(false) == signals.First)
            {
                string rest = state.Keeps == QueueDurability.None ? "what was read is finished" : "what runs is finished, the rest is kept";
                Console.Error.WriteLine($"akka-pipeline: {signals.Heard}: reading stops, {rest}; a second one ends it at once");
                await running.DrainAsync(settings.DrainTimeout).ConfigureAwait(false);
            }

            return await completing.ConfigureAwait(false);
        }
        catch (PipelineFailedException failure) when (failure.Settlement is { } settlement)
        {
            return settlement;
        }
    }

    private static int Report(
        Settlement settlement, PipelineSettings settings, PipelineParts parts, JobState state, StopSignals signals, bool json)
    {
        var allowed = settings.DeadLetters.Allowed ?? long.MaxValue;
        var enough = settings.Halt?.HasSucceeded(settlement) == true;
        var inPlace = enough
            ? parts.Sink.TryTakeName()
            : settlement is { SourcesEnded: true, Released: 0, Outcome: PipelineOutcome.Completed or PipelineOutcome.Drained };
        var status = enough && !inPlace ? ExitStatus.Failure : ExitStatus.Of(settlement, allowed, signals.Heard, enough);
        if (inPlace)
        {
            state.Delete();
        }

        var report = new SettlementReport(settlement, allowed)
        {
            OutputPath = inPlace ? parts.OutputPath : $"{parts.Sink.PartialPath}  (not whole)",
            StatePath = state.IsThere ? state.Path : null,
            ReadsOnce = parts.Source is not IReplayableSource,
            DeadLettersPath = parts.HasDeadLetterFile ? parts.DeadLettersPath : null,
        };
        try
        {
            Console.Error.Write(report.ToTable());
        }
        catch (Exception exception) when (FileTrouble.Is(exception))
        {
            // Nobody reads it; the run is over, and its status is what it is.
        }

        if (json)
        {
            Console.Out.WriteLine(report.ToJson());
        }

        return status;
    }
}
