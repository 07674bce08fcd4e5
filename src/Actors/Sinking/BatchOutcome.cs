namespace AkkaPipeline.Sinking;

/// <summary>What became of a batch: every output written, or what each failed of.</summary>
/// <param name="Failure">What the whole batch failed of.</param>
/// <param name="Failures">What each output failed of, null for those written.</param>
internal readonly record struct BatchOutcome(Exception? Failure, Exception?[]? Failures = null)
{
    /// <summary>Everything is written.</summary>
    public static BatchOutcome Written => default;

    public bool IsWritten => Failure is null && Failures is null;

    /// <summary>Whether no output is written.</summary>
    public bool FailedAltogether =>
        Failure is not null || (Failures is not null && Array.TrueForAll(Failures, static failure => failure is not null));

    /// <summary>A failure to tell of, where there is one.</summary>
    public Exception? FirstFailure => Failure ?? (Failures is null ? null : Array.Find(Failures, static failure => failure is not null));

    /// <summary>What an output failed of; null if it is written.</summary>
    public Exception? Of(int index) => Failure ?? Failures?[index];
}
