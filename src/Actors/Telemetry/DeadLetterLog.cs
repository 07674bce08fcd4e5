using Akka.Event;

namespace AkkaPipeline.Telemetry;

/// <summary>
/// One line a dead letter. Neither the item nor what a message says of it, which may hold parts of it: that is in the dead
/// letter itself.
/// </summary>
internal static class DeadLetterLog
{
    /// <param name="log">Of whoever judged.</param>
    /// <param name="pipeline">Its name.</param>
    /// <param name="letter">The dead letter.</param>
    /// <param name="isKept">Whether somebody has to look after it; one that has a sink is where it belongs.</param>
    public static void Tell<T>(ILoggingAdapter log, string pipeline, DeadLetteredItem<T> letter, bool isKept)
    {
        const string Line = "{0}: item {1} is a dead letter after {2} attempts: {3}";
        if (!log.IsEnabled(isKept ? LogLevel.WarningLevel : LogLevel.InfoLevel))
        {
            return;
        }

        var why = letter.Attempts is [.., { Error.Type: var type }] ? $"{letter.Cause}, {type}" : $"{letter.Cause}";
        if (isKept)
        {
            log.Warning(Line, pipeline, letter.Sequence, letter.Attempts.Count, why);
        }
        else
        {
            log.Info(Line, pipeline, letter.Sequence, letter.Attempts.Count, why);
        }
    }
}
