using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Event;

namespace AkkaPipeline.Tests;

/// <summary>
/// Hears what a tested system warns of. What the engine says of items, pauses and replacements is expected: tests provoke it.
/// What Akka has to say is not, and neither is a part of the engine that has crashed, unless a test has killed it.
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

    private static bool IsExpected(LogEvent told) => told.Cause is ActorKilledException
        || (told.LogSource.StartsWith(nameof(AkkaPipeline), StringComparison.Ordinal) && !IsCrash($"{told.Message}"));

    private static bool IsCrash(string line) =>
        line.Contains(" has crashed", StringComparison.Ordinal) && !line.EndsWith(": Kill", StringComparison.Ordinal);
}
