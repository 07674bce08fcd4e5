using System.Runtime.ExceptionServices;

namespace AkkaPipeline.Consuming;

/// <summary>How long the user's code may run on an item, and what happens when it does not heed that.</summary>
/// <param name="PerItem">Then its token is cancelled.</param>
/// <param name="Grace">How long it may go on after that; then it is given up.</param>
/// <param name="AbandonedMax">How many that were given up may run before the pipeline pauses.</param>
internal sealed record TimeoutSettings(TimeSpan PerItem, TimeSpan Grace, int AbandonedMax)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    /// <summary>How often runners are looked at.</summary>
    public TimeSpan WatchInterval =>
        TimeSpan.FromTicks(Math.Clamp(Math.Min(PerItem.Ticks, Grace.Ticks) / 8, Shortest.Ticks, Longest.Ticks));

    /// <summary>What an attempt has failed with that heeded its cancellation.</summary>
    public Exception Exceeded(Exception thrown) => ExceptionDispatchInfo.SetCurrentStackTrace(
        new TimeoutException($"The item took longer than its timeout of {PerItem} and was cancelled.", thrown));

    /// <summary>How long rules for failures may take that are asked elsewhere than in a runner.</summary>
    public TimeSpan ForRules => PerItem > TimeSpan.MaxValue - Grace ? TimeSpan.MaxValue : PerItem + Grace;

    /// <summary>What an attempt has failed with whose failure a rule has not judged in time.</summary>
    public TimeoutException RuleGivenUp() => new(
        $"The attempt failed, and the rule for failures that was asked did not return within the item's timeout of {PerItem} and "
        + $"its grace of {Grace}.");

    /// <summary>What an attempt has failed with whose code was given up.</summary>
    public TimeoutException GivenUp() => new(
        $"The item took longer than its timeout of {PerItem}, was cancelled, and its code did not return within {Grace} after that.");
}
