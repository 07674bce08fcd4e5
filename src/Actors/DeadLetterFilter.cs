using AkkaPipeline.Storing;

namespace AkkaPipeline;

/// <summary>Which dead letters are meant: those that fit all that is set. What is null fits any.</summary>
public sealed record DeadLetterFilter
{
    private readonly HashSet<string>? ids;

    /// <summary>The key, exactly.</summary>
    public string? Key { get; init; }

    /// <summary>Why the item is a dead letter.</summary>
    public DeadLetterCause? Cause { get; init; }

    /// <summary>
    /// The type of what the last attempt threw, by its full name or by its name alone: <c>System.IO.IOException</c> or
    /// <c>IOException</c>. That type itself, not those derived from it.
    /// </summary>
    public string? ErrorType { get; init; }

    /// <summary>A part of the reason; upper and lower case are the same.</summary>
    public string? ReasonContains { get; init; }

    /// <summary>Dead letters from this moment on.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Dead letters from before this moment.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The lowest sequence number.</summary>
    public long? FirstSequence { get; init; }

    /// <summary>The highest sequence number.</summary>
    public long? LastSequence { get; init; }

    /// <summary>The delivery ids; copied when it is set. An empty collection fits nothing.</summary>
    public IReadOnlyCollection<string>? Ids
    {
        get => ids;
        init => ids = value is null ? null : new HashSet<string>(value, StringComparer.Ordinal);
    }

    internal bool Matches(IDeadLetter letter) =>
        (Key is null || Key == letter.Key)
        && (Cause is null || Cause == letter.Cause)
        && (FirstSequence is null || letter.Sequence >= FirstSequence)
        && (LastSequence is null || letter.Sequence <= LastSequence)
        && (Since is null || letter.At >= Since)
        && (Until is null || letter.At < Until)
        && (ids is null || ids.Contains(letter.Id))
        && (ReasonContains is null || letter.Reason.Contains(ReasonContains, StringComparison.OrdinalIgnoreCase))
        && (ErrorType is null || (letter.Attempts is [.., var last] && IsNameOf(ErrorType, last.Error.Type)));

    /// <summary>A nested type's name comes after a plus sign; what a generic type is made of is not part of its name.</summary>
    private static bool IsNameOf(string name, string type)
    {
        if (name == type)
        {
            return true;
        }

        var end = type.IndexOf('[', StringComparison.Ordinal);
        var full = end < 0 ? type.AsSpan() : type.AsSpan(0, end);
        return name.AsSpan().SequenceEqual(full[(full.LastIndexOfAny('.', '+') + 1)..]);
    }
}
