using Akka.Actor;
using AkkaPipeline.Configuring;
using AkkaPipeline.Host.Configuration;
using AkkaPipeline.Host.Reporting;
using AkkaPipeline.Host.Running;
using AkkaPipeline.Host.Sinks;
using AkkaPipeline.Host.Sources;
using Microsoft.Extensions.DependencyInjection;

namespace AkkaPipeline.Host.Commands;

/// <summary><c>akka-pipeline run FILE.conf [--json] [--restart]</c></summary>
internal static class RunCommand
{
    private const int NamesMax = 10;

    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(1);

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
            var names = string.Join(", ", configuration.Pipelines.Take(NamesMax).Select(pipeline => pipeline.Name))
                + (configuration.Pipelines.Count > NamesMax ? ", …" : "");
            throw new UsageException(
                $"'{arguments.ConfigurationPath}' describes {configuration.Pipelines.Count} pipelines ({names}); a run takes a file with one.");
        }

        try
        {
            return await RunPipelineAsync(arguments, configuration, settings).ConfigureAwait(false);
        }
        catch (Exception failure) when (new SettingOrigins(configuration, settings).Told(failure.Message) is { } told)
        {
            throw new IOException(told, failure);
        }
    }

    private static async Task<int> RunPipelineAsync(RunArguments arguments, ProgramConfiguration configuration, PipelineSettings settings)
    {
        using var signals = new StopSignals();
        var built = ActorHost.Build(configuration.Akka);
        if (ActorHost.WhyNoSystem(built) is { } failure)
        {
            // It is not disposed of: that would start the system's shutdown, which is at fault too.
            Console.Error.WriteLine($"{configuration.AkkaPlace}: akka: the actor system does not start with these settings: {TerminalText.Of(failure)}");
            return ExitStatus.WrongUsage;
        }

        using var host = built;
        var state = JobState.Of(settings);
        if (arguments.Restart && state.WhyNotToRemove() is { } why)
        {
            Tell($"--restart: {why}");
            return ExitStatus.WrongUsage;
        }

        // Only now, so that a run that is refused leaves the files of an earlier one.
        using var parts = PipelineParts.Open(settings, state);
        if (arguments.Restart)
        {
            state.Remove();
        }

        await host.StartAsync().ConfigureAwait(false);
        var system = host.Services.GetRequiredService<ActorSystem>();
        var starting = ConfiguredPipeline.Of(system, settings, parts, state).StartAsync();
        if (!await HasStartedAsync(starting, settings, state, signals).ConfigureAwait(false))
        {
            Tell($"{signals.Heard}: the run had not begun");
            await host.StopAsync().ConfigureAwait(false);
            return ExitStatus.OfSignal(signals.Heard!.Value);
        }

        var settlement = await UntilEndedAsync(await starting.ConfigureAwait(false), settings, state, signals).ConfigureAwait(false);
        await host.StopAsync().ConfigureAwait(false);
        return Report(settlement, settings, parts, state, signals, arguments.Json);
    }

    /// <summary>Waits for the start. One with a state may wait for another run, or read again what is done: a signal ends that.</summary>
    private static async Task<bool> HasStartedAsync(Task starting, PipelineSettings settings, JobState state, StopSignals signals)
    {
        if (state.Keeps == QueueDurability.None || await Task.WhenAny(starting, Task.Delay(StartsWithin)).ConfigureAwait(false) == starting)
        {
            return true;
        }

        if (!signals.First.IsCompleted && state.OtherOwner() is { } owner)
        {
            string wait = ReadableTime.Of(settings.Queue.Durable.LockWait);
            Tell($"{state.Path} is in use by {owner}; waits up to {wait} for it to end (queue.lock-wait)");
        }

        return await Task.WhenAny(starting, signals.First).ConfigureAwait(false) == starting;
    }

    private static async Task<Settlement> UntilEndedAsync(
        RunningPipeline<LogLine> running, PipelineSettings settings, JobState state, StopSignals signals)
    {
        try
        {
            var completing = running.CompleteAsync().AsTask();
            if (await Task.WhenAny(completing, signals.First).ConfigureAwait(false) == signals.First)
            {
                string rest = state.Keeps == QueueDurability.None ? "what was read is finished" : "what runs is finished, the rest is kept";
                Tell($"{signals.Heard}: reading stops, {rest}; a second one ends it at once");
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
        string? damage = inPlace ? state.Damage() : null;
        bool isDamaged = damage is not null || settlement.Quarantined > 0;
        var status = enough && !inPlace ? ExitStatus.Failure : ExitStatus.Of(settlement, allowed, signals.Heard, enough, isDamaged);
        string? whyItStays = !inPlace ? null
            : isDamaged ? "kept, because something in it was damaged"
            : Remove(state);
        var report = new SettlementReport(
            damage is null ? settlement : settlement with { Reasons = [.. settlement.Reasons, damage] }, allowed)
        {
            OutputPath = inPlace ? parts.OutputPath : $"{parts.Sink.PartialPath}  (not whole)",
            StatePath = state.IsThere ? state.Path : null,
            WhyStateStays = whyItStays,
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

    private static void Tell(string text) => Console.Error.WriteLine($"akka-pipeline: {TerminalText.Of(text)}");

    /// <summary>The job is done whether or not its state can be removed.</summary>
    /// <returns>Why the file is still there; null: it is not.</returns>
    private static string? Remove(JobState state)
    {
        try
        {
            return state.Remove() is { Count: > 0 } others ? $"kept for {string.Join(", ", others)}" : null;
        }
        catch (IOException failure)
        {
            StandardErrorLog.Write("warning", failure.Message, cause: null);
            return "not removed, and of no more use";
        }
    }
}
