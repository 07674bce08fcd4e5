namespace AkkaPipeline;

/// <summary>One attempt at an item that failed.</summary>
/// <param name="Number">Which attempt it was, from 1; requeueing a dead letter starts anew at 1.</param>
/// <param name="StartedAt">When the consumer's code was called; of a write that failed: when that was judged.</param>
/// <param name="Duration">How long it ran; of a write that failed: zero, or next to it.</param>
/// <param name="Error">What it threw, or what the write failed of; what the consumer has decided, where it threw nothing.</param>
public sealed record FailedAttempt(int Number, DateTimeOffset StartedAt, TimeSpan Duration, AttemptError Error);

/// <summary>What an attempt threw, as text, so that it can be kept and shown long after.</summary>
/// <param name="Type">The exception's full type name.</param>
/// <param name="Message">Its message, at most 2,048 characters.</param>
/// <param name="StackTrace">Its stack with that of its inner exceptions, at most 8,192 characters; null if it was never thrown.</param>
public sealed record AttemptError(string Type, string Message, string? StackTrace)
{
    private const int MessageMax = 2_048;
    private const int StackMax = 8_192;

    /// <summary>The text of an exception, bounded. An exception whose members throw is told by its type alone.</summary>
    public static AttemptError Of(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var type = exception.GetType();
        return new AttemptError(
            type.FullName ?? type.Name,
            Bounded(Read(() => exception.Message) ?? string.Empty, MessageMax),
            Read(() => exception.StackTrace) is null ? null : Bounded(Read(exception.ToString) ?? string.Empty, StackMax));
    }

    private static string? Read(Func<string?> member)
    {
        try
        {
            return member();
        }
        catch (Exception)
        {
            return null;
        }
    }

    private static string Bounded(string text, int most) =>
        text.Length <= most ? text : string.Concat(text.AsSpan(0, most - 1), "…");
}
