namespace AkkaPipeline.Queueing;

/// <summary>The failed attempts of an item, oldest first: a list that is never changed, so that many may read it.</summary>
internal static class AttemptHistory
{
    /// <summary>How many are kept, the latest.</summary>
    public const int AttemptsMax = 100;

    /// <summary>A history with one more attempt.</summary>
    public static IReadOnlyList<FailedAttempt> Add(IReadOnlyList<FailedAttempt> history, FailedAttempt attempt)
    {
        var kept = Math.Min(history.Count, AttemptsMax - 1);
        var longer = new FailedAttempt[kept + 1];
        for (var index = 0; index < kept; index++)
        {
            longer[index] = history[history.Count - kept + index];
        }

        longer[kept] = attempt;
        return longer;
    }
}
