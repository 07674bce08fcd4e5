using System.Globalization;
using System.Numerics;

namespace AkkaPipeline;

/// <summary>
/// How many items may start in a time, and how many of them at once: a token bucket that is full at first. It is kept as the
/// fraction that it was given as, so that a rate such as 3 a second does not drift.
/// </summary>
public sealed record Rate
{
    /// <summary>The highest rate, in items a second.</summary>
    internal const long PerSecondMax = 1_000_000_000;

    // Slower than one item in three hundred years is a mistake.
    private const double SlowestUnits = 1e-10;

    internal const long BurstMax = 1_000_000_000_000;

    private Rate(long items, TimeSpan per, long? burst)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(items, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(per, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(burst ?? 1, 1, nameof(burst));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(burst ?? 1, BurstMax, nameof(burst));
        if ((Int128)items * TimeSpan.TicksPerSecond > (Int128)per.Ticks * PerSecondMax)
        {
            throw new ArgumentOutOfRangeException(nameof(items), items, $"A rate is at most {PerSecondMax:N0} items a second.");
        }

        Items = items;
        Per = per;
        Burst = burst ?? Math.Max(1, (long)((Int128)items * (TimeSpan.TicksPerSecond / 10) / per.Ticks));
    }

    /// <summary>How many items in the time <see cref="Per"/>.</summary>
    public long Items { get; }

    /// <summary>The time in which <see cref="Items"/> may start.</summary>
    public TimeSpan Per { get; }

    /// <summary>
    /// How many items may start at once after a rest. Default: what the rate lets through in 100 ms, at least 1; so the rate
    /// is kept though timers wake late, and a limit seen by the second is hardly exceeded.
    /// </summary>
    public long Burst { get; }

    /// <summary>The rate in items a second.</summary>
    public double ItemsPerSecond => Items / Per.TotalSeconds;

    /// <summary>So many items in a time.</summary>
    /// <param name="items">At least 1.</param>
    /// <param name="per">Above zero.</param>
    /// <param name="burst">See <see cref="Burst"/>; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range, or the rate above 1,000,000,000 items a second.</exception>
    public static Rate Of(long items, TimeSpan per, long? burst = null) => new(items, per, burst);

    /// <summary>So many items a second.</summary>
    /// <param name="items">Above zero; need not be whole.</param>
    /// <param name="burst">See <see cref="Burst"/>; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static Rate PerSecond(double items, long? burst = null) => From(items, TimeSpan.TicksPerSecond, burst);

    /// <summary>So many items a minute.</summary>
    /// <param name="items">Above zero; need not be whole.</param>
    /// <param name="burst">See <see cref="Burst"/>; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static Rate PerMinute(double items, long? burst = null) => From(items, TimeSpan.TicksPerMinute, burst);

    /// <summary>What it is, as in <c>100 per s, burst 10</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Items:#,0} per {Unit(Per)}, burst {Burst:#,0}");

    private static string Unit(TimeSpan per) => per.Ticks switch
    {
        TimeSpan.TicksPerSecond => "s",
        TimeSpan.TicksPerMinute => "min",
        TimeSpan.TicksPerHour => "h",
        TimeSpan.TicksPerDay => "d",
        _ => ReadableTime.Of(per),
    };

    // Up to six decimals are kept exactly; beyond, the time of a million units or more is rounded to 100 ns.
    private static Rate From(double items, long unit, long? burst)
    {
        const int Parts = 1_000_000;
        if (!(items >= SlowestUnits && items <= PerSecondMax * 60.0))
        {
            throw new ArgumentOutOfRangeException(nameof(items), items, "A rate has to be above zero, and finite.");
        }

        var parts = (decimal)items * Parts;
        var whole = decimal.Ceiling(parts);
        if (whole == parts && whole % Parts == 0)
        {
            return new Rate((long)(whole / Parts), new TimeSpan(unit), burst);
        }

        var ticks = whole == parts ? (decimal)unit * Parts : decimal.Round(whole * unit / (decimal)items);
        var shared = (decimal)BigInteger.GreatestCommonDivisor((BigInteger)whole, (BigInteger)ticks);
        return new Rate((long)(whole / shared), new TimeSpan((long)(ticks / shared)), burst);
    }
}
