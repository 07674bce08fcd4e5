namespace AkkaPipeline;

/// <summary>What is to become of an item whose attempt has failed. It cannot be made a success.</summary>
public readonly record struct FailureOutcome
{
    private FailureOutcome(FailureOutcomeKind kind, TimeSpan? delay = null, string? reason = null)
    {
        Kind = kind;
        Delay = delay;
        Reason = reason;
    }

    /// <summary>As the retry policy says: the default.</summary>
    public static FailureOutcome ByPolicy => default;

    /// <summary>Another attempt after the policy's backoff, whatever the exception; a dead letter once the attempts are used up.</summary>
    public static FailureOutcome Retry => new(FailureOutcomeKind.Retry);

    /// <summary>A dead letter, now.</summary>
    /// <param name="reason">Why, in one line; null: the exception's message.</param>
    public static FailureOutcome Reject(string? reason = null) => new(FailureOutcomeKind.Reject, reason: reason);

    /// <summary>Handed back to the queue; not counted as an attempt.</summary>
    public static FailureOutcome Release => new(FailureOutcomeKind.Release);

    internal FailureOutcomeKind Kind { get; }

    internal TimeSpan? Delay { get; }

    internal string? Reason { get; }

    /// <summary>
    /// Another attempt after a delay of one's own. It counts as an attempt: with a retry policy, its maximum holds; without
    /// one the item is tried again as often as this is said.
    /// </summary>
    /// <param name="delay">Zero or more.</param>
    public static FailureOutcome RetryAfter(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return new(FailureOutcomeKind.RetryAfter, delay);
    }
}

/// <summary>The kinds of <see cref="FailureOutcome"/>.</summary>
internal enum FailureOutcomeKind
{
    ByPolicy,
    Retry,
    RetryAfter,
    Reject,
    Release,
}
