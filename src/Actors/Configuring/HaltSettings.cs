namespace AkkaPipeline.Configuring;

/// <summary>When a pipeline stops before its items have come to an end.</summary>
/// <param name="Now">Whether what runs is cancelled.</param>
/// <param name="Failures">How many; null: any number.</param>
/// <param name="Successes">How many; null: any number.</param>
/// <param name="After">Percentages are looked at once so many items have finished.</param>
internal sealed record HaltSettings(bool Now, HaltLimit? Failures, HaltLimit? Successes, long After)
{
    /// <summary>Failures come first: where both rules are met at once, it is not a success.</summary>
    public IReadOnlyList<HaltRule> Rules => [.. new[] { FailureRule, SuccessRule }.OfType<HaltRule>()];

    private HaltRule? FailureRule => Failures is { } limit
        ? When(limit.Count is { } count ? HaltRule.AfterFailures(count) : HaltRule.AfterFailuresPercent(limit.Percent, After))
        : null;

    private HaltRule? SuccessRule => Successes is { } limit
        ? When(limit.Count is { } count ? HaltRule.AfterSuccesses(count) : HaltRule.AfterSuccessesPercent(limit.Percent, After))
        : null;

    /// <summary>Whether a pipeline has stopped because as many items were done as were wanted.</summary>
    public bool HasSucceeded(Settlement settlement) =>
        settlement.Outcome == PipelineOutcome.Halted && SuccessRule is { } rule && settlement.Reasons.Contains(rule.ToString());

    private HaltRule When(HaltRule rule) => Now ? rule.Now() : rule;
}

/// <summary>A number of items, or a percentage of those that have finished.</summary>
internal sealed record HaltLimit(long? Count, double Percent);
