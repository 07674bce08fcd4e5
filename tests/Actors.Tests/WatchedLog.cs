using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Event;
using AkkaPipeline.Consuming;

namespace AkkaPipeline.Tests;

/// <summary>
/// Hears what a tested system warns of. What the engine says of items, pauses and replacements is expected: tests provoke it.
/// What Akka has to say is not, and neither is a part of the engine that has crashed; but for what tests do to it on purpose.
/// </summary>
internal sealed class WatchedLog : ReceiveActor
{
    private static readonly ConcurrentDictionary<ActorSystem, ConcurrentQueue<string>> Heard = new();

    public WatchedLog()
    {
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(Hear);
    }

    /// <summary>The warnings and errors of a system that nothing has provoked.</summary>
    public static IReadOnlyCollection<string> Unexpected(ActorSystem system) => Heard.GetValueOrDefault(system) ?? [];

    private void Hear(LogEvent told)
    {
        if (told.LogLevel() >= LogLevel.WarningLevel && !IsExpected(told))
        {
            Heard.GetOrAdd(Context.System, _ => new ConcurrentQueue<string>()).Enqueue(told.ToString());
        }
    }

    private static bool IsExpected(LogEvent told) =>
        told.Cause is ActorKilledException or WorkerNotMadeException or QueueShutDownException
        || (told.LogSource.StartsWith(nameof(AkkaPipeline), StringComparison.Ordinal)
            && !$"{told.Message}".Contains(" has crashed", StringComparison.Ordinal));
}
