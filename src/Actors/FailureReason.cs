using System.Buffers;
using System.Text;

namespace AkkaPipeline;

/// <summary>
/// What a user's exception says, in one line that is never empty, whatever its members do: nobody else reads them, since
/// they may throw too.
/// </summary>
internal static class FailureReason
{
    /// <summary>How many characters are kept.</summary>
    public const int CharactersMax = 1_024;

    private const int InnermostMax = 10;

    // What a terminal or a log takes for the end of a line, or for a command.
    private static readonly SearchValues<char> Breaks = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(char.IsControl), '\u2028', '\u2029']);

    /// <summary>The exception's message; its type's name where there is none to be had.</summary>
    public static string Of(Exception cause) => Of(null, cause);

    /// <summary>What was given as the reason; where that is nothing, as <see cref="Of(Exception)"/>.</summary>
    public static string Of(string? given, Exception cause)
    {
        var line = OneLine(given);
        line = line.Length > 0 ? line : OneLine(MessageOf(cause));
        return line.Length > 0 ? line : cause.GetType().FullName ?? cause.GetType().Name;
    }

    /// <summary>What is given for people, in one line of bounded length.</summary>
    public static string Line(string text) => OneLine(text);

    /// <summary>For a log, which reads all of an exception: itself, or where that throws what can be told of it.</summary>
    public static Exception Loggable(Exception cause)
    {
        try
        {
            return cause.ToString() is null ? new UnreadableException(cause) : cause;
        }
        catch (Exception)
        {
            return new UnreadableException(cause);
        }
    }

    /// <summary>
    /// For a log that must hold nothing of an item, which a message may: the exception's type; its message where it is about the
    /// machine.
    /// </summary>
    public static string WithoutItem(Exception cause) => IsOfTheMachine(cause) ? Of(cause) : cause.GetType().FullName ?? cause.GetType().Name;

    /// <summary>The same with where it was thrown.</summary>
    public static Exception LoggableWithoutItem(Exception cause) =>
        IsOfTheMachine(cause) ? Loggable(cause) : new UnsaidException(cause, InnermostMax);

    private static bool IsOfTheMachine(Exception cause) =>
        cause is IOException or UnauthorizedAccessException or BrokenSinkException
        && (cause.InnerException is not { } inner || IsOfTheMachine(inner));

    private static string? MessageOf(Exception cause)
    {
        try
        {
            return cause.Message;
        }
        catch (Exception)
        {
            return null;
        }
    }

    private static string OneLine(string? text)
    {
        if (text is null || (text.Length <= CharactersMax && !text.AsSpan().ContainsAny(Breaks)))
        {
            return text?.Trim() ?? string.Empty;
        }

        var line = new StringBuilder();
        foreach (var character in text.AsSpan().Trim())
        {
            if (line.Length == CharactersMax)
            {
                line.Length -= char.IsHighSurrogate(line[^2]) ? 2 : 1;
                return line.Append('…').ToString();
            }

            if (!Breaks.Contains(character))
            {
                line.Append(character);
            }
            else if (line.Length > 0 && line[^1] != ' ')
            {
                line.Append(' ');
            }
        }

        return line.ToString().TrimEnd();
    }

    private sealed class UnsaidException(Exception cause, int deep) : Exception(
        $"{cause.GetType().FullName} (what it says may hold an item, and is not logged)",
        deep > 0 && cause.InnerException is { } inner ? new UnsaidException(inner, deep - 1) : null)
    {
        public override string? StackTrace
        {
            get
            {
                try
                {
                    return cause.StackTrace;
                }
                catch (Exception)
                {
                    return null;
                }
            }
        }
    }

    private sealed class UnreadableException(Exception cause) : Exception(
        $"{Of(cause)} (an exception of type {cause.GetType().FullName}, whose own text cannot be read)");
}
