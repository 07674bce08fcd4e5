namespace AkkaPipeline.Queueing;

/// <summary>What became of a granted item.</summary>
internal enum Outcome
{
    /// <summary>Done; may be forgotten.</summary>
    Acked,

    /// <summary>Failed, and to be tried again after a while.</summary>
    Retried,

    /// <summary>Failed for good.</summary>
    DeadLettered,

    /// <summary>Handed back; not counted as an attempt.</summary>
    Released,
}

/// <summary>One outcome for consecutive items of a grant.</summary>
/// <param name="From">Index of the first item in the grant.</param>
/// <param name="Count">How many items.</param>
/// <param name="Outcome">What became of them.</param>
/// <param name="DeadLetter">With <see cref="Outcome.DeadLettered"/>: what the store keeps, where the queue keeps the
/// dead letters itself; null where a dead-letter sink has written it.</param>
/// <param name="Retry">With <see cref="Outcome.Retried"/>, of one item: when, and what has failed.</param>
/// <param name="CodeRuns">The item was given up while its code still runs. Until its consumer settles it once more, too late and
/// in vain, or dies, its key stays closed.</param>
/// <param name="NotStarted">With <see cref="Outcome.Released"/>: the user's code was never called, so they use up no rate.</param>
internal readonly record struct OutcomeRun(
    int From,
    int Count,
    Outcome Outcome,
    object? DeadLetter = null,
    Retry? Retry = null,
    bool CodeRuns = false,
    bool NotStarted = false)
{
    /// <summary>The items [from, to) are handed back as they came.</summary>
    public static OutcomeRun NeverStarted(int from, int to) => new(from, to - from, Outcome.Released, NotStarted: true);
}

/// <summary>Another attempt.</summary>
/// <param name="Delay">After which it may be granted.</param>
/// <param name="Failed">The attempt that failed.</param>
internal sealed record Retry(TimeSpan Delay, FailedAttempt Failed);
