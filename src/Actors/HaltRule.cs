using System.Globalization;

namespace AkkaPipeline;

/// <summary>
/// When a pipeline is to stop before its items have come to an end, as with <c>--halt</c> of GNU parallel. A failure is an
/// item that has become a dead letter, a success one that is done; what is tried again is neither yet.
/// </summary>
public sealed record HaltRule
{
    private HaltRule(bool onFailures, long? count, double? percent, long after)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count ?? 1, 1, nameof(count));
        ArgumentOutOfRangeException.ThrowIfLessThan(after, 1);
        if (percent is { } share && !(share > 0 && share <= 100))
        {
            throw new ArgumentOutOfRangeException(nameof(percent), percent, "It has to be above 0 and at most 100.");
        }

        OnFailures = onFailures;
        Count = count;
        Percent = percent;
        After = after;
    }

    /// <summary>Whether what runs is cancelled; otherwise nothing more starts, and what runs finishes.</summary>
    public bool IsNow { get; private init; }

    internal bool OnFailures { get; }

    internal long? Count { get; }

    internal double? Percent { get; }

    internal long After { get; }

    /// <summary>Stops once so many items have failed.</summary>
    /// <param name="count">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public static HaltRule AfterFailures(long count) => new(onFailures: true, count, null, 1);

    /// <summary>Stops once so large a part of the items finished so far has failed.</summary>
    /// <param name="percent">Above 0, at most 100.</param>
    /// <param name="after">Looked at once so many have finished; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static HaltRule AfterFailuresPercent(double percent, long after = 3) => new(onFailures: true, null, percent, after);

    /// <summary>Stops once so many items are done.</summary>
    /// <param name="count">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public static HaltRule AfterSuccesses(long count) => new(onFailures: false, count, null, 1);

    /// <summary>Stops once so large a part of the items finished so far is done.</summary>
    /// <param name="percent">Above 0, at most 100.</param>
    /// <param name="after">Looked at once so many have finished; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static HaltRule AfterSuccessesPercent(double percent, long after = 3) => new(onFailures: false, null, percent, after);

    /// <summary>Nothing more starts, and what runs finishes: the default.</summary>
    public HaltRule Soon() => this with { IsNow = false };

    /// <summary>What runs is cancelled and handed back.</summary>
    public HaltRule Now() => this with { IsNow = true };

    /// <summary>What it is, as in <c>soon after 10 % failures (of at least 3 items)</c>.</summary>
    public override string ToString()
    {
        var when = IsNow ? "now" : "soon";
        var what = (OnFailures, Count) switch { (true, 1) => "failure", (true, _) => "failures", (_, 1) => "success", _ => "successes" };
        return Count is { } count
            ? string.Create(CultureInfo.InvariantCulture, $"{when} after {count:#,0} {what}")
            : string.Create(CultureInfo.InvariantCulture, $"{when} after {Percent} % {what} (of at least {After:#,0} items)");
    }

    internal bool IsMet(long acked, long deadLettered)
    {
        var matched = OnFailures ? deadLettered : acked;
        var finished = (double)acked + deadLettered;
        return Count is { } count ? matched >= count : finished >= After && matched * 100.0 >= Percent * finished;
    }
}
