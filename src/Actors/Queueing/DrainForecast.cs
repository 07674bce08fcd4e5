using System.Globalization;

namespace AkkaPipeline.Queueing;

/// <summary>What is known when a drain is planned. Counts below zero count as zero.</summary>
internal readonly record struct DrainFacts
{
    public required TimeSpan Deadline { get; init; }

    public long InFlight { get; init; }

    public long Queued { get; init; }

    /// <summary>Of those queued, how many do not move by themselves: all in a pause, those behind a halted key.</summary>
    public long Blocked { get; init; }

    /// <summary>Whether the store of dead letters is full: then nothing is granted.</summary>
    public bool DeadLettersFull { get; init; }

    public long Scheduled { get; init; }

    /// <summary>Of those scheduled, how many are due before the deadline; without one they all are.</summary>
    public long ScheduledDue { get; init; }

    public int Consumers { get; init; }

    /// <summary>How many sources have not been read to their end.</summary>
    public int SourcesOpen { get; init; }

    /// <summary>How many items the rate lets start in a second; null: it is not limited.</summary>
    public double? RatePerSecond { get; init; }

    /// <summary>How many it lets start now.</summary>
    public long RateNow { get; init; }

    /// <summary>How long an item takes on the average; null or less than 1: not measured.</summary>
    public double? MeanNanoseconds { get; init; }
}

/// <summary>
/// Foretells a drain: consumers that each do one item after the other, all taking the mean, from now on. So what is in
/// flight is thought to begin anew, and what becomes due to be there already; it is a prediction, no promise.
/// </summary>
internal static class DrainForecast
{
    public static DrainPlan Predict(in DrainFacts facts)
    {
        var inFlight = Math.Max(0, facts.InFlight);
        var queued = Math.Max(0, facts.Queued);
        var scheduled = Math.Max(0, facts.Scheduled);
        var blocked = facts.DeadLettersFull ? queued : Math.Clamp(facts.Blocked, 0, queued);
        var due = facts.DeadLettersFull ? 0 : IsEndless(facts) ? scheduled : Math.Clamp(facts.ScheduledDue, 0, scheduled);
        var movable = Sum(inFlight, queued - blocked, due);
        var capacity = Math.Min(movable, Capacity(facts));
        var started = Started(facts);
        var finish = Math.Min(capacity, Sum(inFlight, started, 0));
        return new DrainPlan
        {
            Deadline = facts.Deadline,
            WillFinish = finish,
            WillBeReleased = Sum(inFlight, queued, scheduled) - finish,
            InFlight = inFlight,
            Queued = queued,
            Scheduled = scheduled,
            EstimatedTime = Estimated(facts, movable),
            MeanServiceTime = Mean(facts) is { } mean ? TimeOf(mean) : null,
            Consumers = Math.Max(0, facts.Consumers),
            Basis = Basis(facts, movable, blocked, scheduled - due) + RateBasis(facts, finish < capacity ? started : null, movable)
                + SourcesLeft(facts.SourcesOpen) + ".",
        };
    }

    private static double? Mean(in DrainFacts facts) => facts.MeanNanoseconds is { } mean && mean >= 1 ? mean : null;

    private static bool IsEndless(in DrainFacts facts) => facts.Deadline == Timeout.InfiniteTimeSpan;

    /// <summary>How many items can be done in the time.</summary>
    private static long Capacity(in DrainFacts facts)
    {
        if (facts.Consumers <= 0)
        {
            return 0;
        }

        if (IsEndless(facts))
        {
            return long.MaxValue;
        }

        var each = Mean(facts) is { } mean ? Math.Floor(Math.Max(0, facts.Deadline.Ticks) * 100.0 / mean) : 0;
        return Whole(each * facts.Consumers);
    }

    /// <summary>How many items the rate lets start in the time.</summary>
    private static long Started(in DrainFacts facts) => facts.RatePerSecond is not { } rate || IsEndless(facts)
        ? long.MaxValue
        : Sum(Math.Max(0, facts.RateNow), Whole(Math.Floor(Math.Max(0, facts.Deadline.TotalSeconds) * rate)), 0);

    private static TimeSpan? Estimated(in DrainFacts facts, long movable)
    {
        if (movable == 0)
        {
            return TimeSpan.Zero;
        }

        if (facts.Consumers <= 0 || Mean(facts) is not { } mean)
        {
            return null;
        }

        var served = TimeOf((((movable - 1) / facts.Consumers) + 1) * mean);
        return RateTime(facts, movable) is { } started && started > served ? started : served;
    }

    /// <summary>How long the rate takes to let all start that is not in flight; null where there is none.</summary>
    private static TimeSpan? RateTime(in DrainFacts facts, long movable) => facts.RatePerSecond is { } rate
        ? TimeOf(Math.Max(0, movable - Math.Max(0, facts.InFlight) - Math.Max(0, facts.RateNow)) / rate * 1e9)
        : null;

    private static string RateBasis(in DrainFacts facts, long? limitedTo, long movable)
    {
        if (limitedTo is { } started)
        {
            return string.Create(CultureInfo.InvariantCulture, $"; the rate lets {started:#,0} start by then");
        }

        return RateTime(facts, movable) is { } time && time > TimeSpan.Zero ? $"; the rate takes {ReadableTime.Of(time)} to let them start" : "";
    }

    private static string Basis(in DrainFacts facts, long movable, long blocked, long later)
    {
        var first = (movable, facts.Consumers, Mean(facts)) switch
        {
            (0, _, _) => "nothing is left that moves by itself",
            (_, <= 0, _) => "there is no consumer",
            (_, _, null) when IsEndless(facts) => "no item was measured yet, so how long it takes is not known",
            (_, _, null) => "no item was measured yet, so nothing is known and nothing promised",
            var (items, consumers, mean) => string.Create(
                CultureInfo.InvariantCulture,
                $"{consumers:#,0} {(consumers == 1 ? "consumer" : "consumers")} for {items:#,0} {(items == 1 ? "item" : "items")} that take {ReadableTime.Of(TimeOf(mean.Value))} on the average"),
        };
        if (facts.DeadLettersFull && Sum(blocked, later, 0) is > 0 and var stopped)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{Capital(first)}; {stopped:#,0} stand behind the full store of dead letters");
        }

        var standing = blocked == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; {blocked:#,0} stand behind a pause or a halted key");
        var waiting = later == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; {later:#,0} are due later than the deadline");
        return $"{Capital(first)}{standing}{waiting}";
    }

    private static string Capital(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}";

    private static string SourcesLeft(int open) => open switch
    {
        <= 0 => "",
        1 => "; a source is not read to its end: what it has emitted and the queue has not taken yet comes in addition, the rest of it is not read",
        _ => string.Create(
            CultureInfo.InvariantCulture,
            $"; {open:#,0} sources are not read to their end: what they have emitted and the queue has not taken yet comes in addition, the rest of them is not read"),
    };

    private static TimeSpan TimeOf(double nanoseconds) => new(Whole(Math.Ceiling(nanoseconds / 100)));

    private static long Whole(double number) => number >= long.MaxValue ? long.MaxValue : (long)number;

    private static long Sum(long one, long two, long three) => (long)Int128.Min(long.MaxValue, (Int128)one + two + three);
}
