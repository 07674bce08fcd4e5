using Microsoft.Extensions.Logging;

namespace AkkaPipeline.Hosting;

/// <summary>What a host's log says of its pipelines: how each has ended, and what would cut a drain.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Cut}")]
    public static partial void DrainIsCut(ILogger log, string cut);

    [LoggerMessage(2, LogLevel.Warning, "The drain is cut by {Timeout}: what still runs is cancelled, and what is left is released.")]
    public static partial void DrainWasCut(ILogger log, string timeout);

    [LoggerMessage(4, LogLevel.Information, "{Several}")]
    public static partial void AskForByName(ILogger log, string several);

    [LoggerMessage(5, LogLevel.Critical, "{Failure} The host stops, by HostOptions.BackgroundServiceExceptionBehavior.")]
    public static partial void FailedAndStops(ILogger log, string failure, Exception exception);

    [LoggerMessage(6, LogLevel.Critical, "{Failure}")]
    public static partial void FailedAndStays(ILogger log, string failure, Exception exception);

    public static void Failed(ILogger log, PipelineFailedException failure, bool stops)
    {
        if (stops)
        {
            FailedAndStops(log, failure.Message, failure);
        }
        else
        {
            FailedAndStays(log, failure.Message, failure);
        }
    }

    public static void Ended(ILogger log, Settlement settlement)
    {
        var level = settlement.Released > 0 || settlement.Outcome is PipelineOutcome.Halted or PipelineOutcome.Stalled
            ? LogLevel.Warning
            : LogLevel.Information;
        Ended(
            log,
            level,
            settlement.Pipeline,
            settlement.Outcome,
            settlement.Accepted,
            settlement.Acked,
            settlement.DeadLettered,
            settlement.Released,
            settlement.Reasons.Count == 0 ? string.Empty : $": {FailureReason.Line(string.Join("; ", settlement.Reasons))}");
    }

    [LoggerMessage(
        EventId = 3,
        Message = "The pipeline {Pipeline} has ended, {Outcome}: {Accepted} accepted, {Acked} acked, {DeadLettered} dead-lettered, {Released} released{Reasons}")]
    private static partial void Ended(
        ILogger log,
        LogLevel level,
        string pipeline,
        PipelineOutcome outcome,
        long accepted,
        long acked,
        long deadLettered,
        long released,
        string reasons);
}
