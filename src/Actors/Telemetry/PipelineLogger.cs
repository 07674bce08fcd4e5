using Akka.Actor;
using Akka.Event;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Level = Microsoft.Extensions.Logging.LogLevel;

namespace AkkaPipeline.Telemetry;

/// <summary>
/// Where the engine's lines go: to the host's loggers, or where there is no host to the actor system's. What a logger throws
/// stays here, since actors log on their turns.
/// </summary>
internal static class PipelineLogger
{
    private const string Category = "AkkaPipeline";

    public static ILogger Of(ActorSystem system, IServiceProvider? services) => services?.GetService<ILoggerFactory>() is { } host
        ? new OfHost(host.CreateLogger(Category))
        : new OfAkka(Logging.GetLogger(system, Category));

    private sealed class OfHost(ILogger host) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(Level logLevel)
        {
            try
            {
                return host.IsEnabled(logLevel);
            }
            catch (Exception)
            {
                return false;
            }
        }

        public void Log<TState>(
            Level logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            try
            {
                host.Log(logLevel, eventId, state, exception, formatter);
            }
            catch (Exception)
            {
                // There is nowhere left to tell it.
            }
        }
    }

    private sealed class OfAkka(ILoggingAdapter akka) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(Level logLevel) => akka.IsEnabled(Like(logLevel));

        public void Log<TState>(
            Level logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            akka.Log(Like(logLevel), exception, "{0}", formatter(state, exception));

        private static Akka.Event.LogLevel Like(Level level) => level switch
        {
            Level.Trace or Level.Debug => Akka.Event.LogLevel.DebugLevel,
            Level.Information => Akka.Event.LogLevel.InfoLevel,
            Level.Warning => Akka.Event.LogLevel.WarningLevel,
            _ => Akka.Event.LogLevel.ErrorLevel,
        };
    }
}
