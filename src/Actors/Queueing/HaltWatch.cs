namespace AkkaPipeline.Queueing;

/// <summary>
/// Tells which halt rule is met, once: after a rule that stops soon only one that stops now is told, and after that none.
/// </summary>
internal sealed class HaltWatch(IReadOnlyList<HaltRule> rules)
{
    private IReadOnlyList<HaltRule> rules = rules;

    /// <summary>What was told last; null while the pipeline goes on.</summary>
    public HaltRule? Told { get; private set; }

    /// <summary>Other rules from now on. What was told stays told.</summary>
    public void Replace(IReadOnlyList<HaltRule> replacement) => rules = replacement;

    /// <summary>The rule that is newly met, one that stops now before one that stops soon; else null.</summary>
    /// <param name="acked">Items done.</param>
    /// <param name="deadLettered">Items that have failed for good.</param>
    public HaltRule? Look(long acked, long deadLettered)
    {
        if (rules.Count == 0 || Told is { IsNow: true })
        {
            return null;
        }

        HaltRule? met = null;
        for (var index = 0; index < rules.Count; index++)
        {
            var rule = rules[index];
            if ((rule.IsNow ? met is not { IsNow: true } : met is null && Told is null) && rule.IsMet(acked, deadLettered))
            {
                met = rule;
            }
        }

        Told = met ?? Told;
        return met;
    }
}
