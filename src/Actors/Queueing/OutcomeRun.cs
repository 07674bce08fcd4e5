namespace AkkaPipeline.Queueing;

/// <summary>What became of a granted item.</summary>
internal enum Outcome
{
    /// <summary>Done; may be forgotten.</summary>
    Acked,

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
internal readonly record struct OutcomeRun(int From, int Count, Outcome Outcome, object? DeadLetter = null);
