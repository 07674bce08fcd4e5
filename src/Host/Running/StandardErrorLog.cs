using AkkaPipeline.Host.Reporting;
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

    public static void Write(string level, string? message, Exception? cause) => Console.Error.WriteLine(Line(level, message, cause));

    /// <summary>What is written: messages and traces may quote what was read, and none of it is to pass for a line of the program's.</summary>
    public static string Line(string level, string? message, Exception? cause)
    {
        string told = $"akka-pipeline: {level}: {TerminalText.Of(message ?? "")}";
        return cause is null or BrokenSinkException or IOException or UnauthorizedAccessException
            ? told
            : string.Join(Environment.NewLine, [told, .. cause.ToString().ReplaceLineEndings("\n").Split('\n').Select(line => "  " + TerminalText.Of(line))]);
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Critical or LogLevel.Error => "error",
        LogLevel.Warning => "warning",
        _ => "note",
    };
}
