namespace AkkaPipeline.Sinking;

/// <summary>What became of a batch: every output written, or what each failed of.</summary>
/// <param name="Failure">What the whole batch failed of.</param>
/// <param name="Failures">What each output failed of, null for those written.</param>
internal readonly record struct BatchOutcome(Exception? Failure, Exception?[]? Failures = null)
{
    /// <summary>Failures after which nothing is written again.</summary>
    public IReadOnlySet<Exception>? Final { get; init; }

    /// <summary>Everything is written.</summary>
    public static BatchOutcome Written => default;

    public bool IsWritten => Failure is null && Failures is null;

    /// <summary>Whether no output is written.</summary>
    public bool FailedAltogether =>
        Failure is not null || (Failures is not null && Array.TrueForAll(Failures, static failure => failure is not null));

    /// <summary>A failure to tell of, where there is one.</summary>
    public Exception? FirstFailure => Failure ?? (Failures is null ? null : Array.Find(Failures, static failure => failure is not null));

    /// <summary>Whether anything has failed that may be written again.</summary>
    public bool AnyMayRepeat => Failure is { } all
        ? MayRepeat(all)
        : Failures is { } failures && (Final is null ? !IsWritten : Array.Exists(failures, MayRepeat));

    /// <summary>Whether an output with this failure may be written again; null: it is written.</summary>
    public bool MayRepeat(Exception? failure) => failure is not null && Final?.Contains(failure) != true;

    /// <summary>What an output failed of; null if it is written.</summary>
    public Exception? Of(int index) => Failure ?? Failures?[index];
}
