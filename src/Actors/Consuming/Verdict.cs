namespace AkkaPipeline.Consuming;

/// <summary>What becomes of an item whose attempt has failed.</summary>
/// <param name="Kind">Which of the three.</param>
/// <param name="Delay">With <see cref="VerdictKind.Retry"/>: the wait before the next attempt.</param>
/// <param name="Cause">With <see cref="VerdictKind.DeadLetter"/>: why.</param>
/// <param name="Reason">Why, in one line; never empty.</param>
internal readonly record struct Verdict(VerdictKind Kind, TimeSpan Delay, DeadLetterCause Cause, string Reason);

/// <summary>The kinds of <see cref="Verdict"/>.</summary>
internal enum VerdictKind
{
    /// <summary>Another attempt, after the delay.</summary>
    Retry,

    /// <summary>No attempt any more by itself.</summary>
    DeadLetter,

    /// <summary>Handed back; no attempt is charged.</summary>
    Release,
}
