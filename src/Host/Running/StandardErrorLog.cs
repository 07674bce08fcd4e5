using Microsoft.Extensions.Logging;

namespace AkkaPipeline.Host.Running;

/// <summary>
/// Log lines on stderr, in the form of the program's other messages. What a user can mend, such as a full disk, is told
/// by its message alone; a stack trace follows where the fault is likely the program's.
/// </summary>
internal sealed class StandardErrorLog : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Write(Name(logLevel), formatter(state, exception), exception);

    public void Dispose()
    {
    }

    public static void Write(string level, string? message, Exception? cause)
    {
        string trace = cause is null or BrokenSinkException or IOException or UnauthorizedAccessException
            ? ""
            : Environment.NewLine + cause;
        Console.Error.WriteLine($"akka-pipeline: {level}: {message}{trace}");
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Critical or LogLevel.Error => "error",
        LogLevel.Warning => "warning",
        _ => "note",
    };
}
