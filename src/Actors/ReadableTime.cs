using System.Globalization;

namespace AkkaPipeline;

/// <summary>Durations as people write them: <c>250 ms</c>, <c>1.5 s</c>, <c>2 min</c>.</summary>
internal static class ReadableTime
{
    private static readonly (long Ticks, string Name)[] Units =
    [
        (TimeSpan.TicksPerDay, "d"), (TimeSpan.TicksPerHour, "h"), (TimeSpan.TicksPerMinute, "min"), (TimeSpan.TicksPerSecond, "s"),
        (TimeSpan.TicksPerMillisecond, "ms"), (TimeSpan.TicksPerMicrosecond, "µs"),
    ];

    /// <summary>In the largest unit that tells it in three digits and no more than one decimal, else rounded to two.</summary>
    public static string Of(TimeSpan duration)
    {
        if (duration == Timeout.InfiniteTimeSpan)
        {
            return "infinite";
        }

        var ticks = duration.Ticks;
        foreach (var (unit, name) in Units)
        {
            if (ticks >= unit && ticks % (unit / 10) == 0 && (ticks / unit < 1_000 || unit == TimeSpan.TicksPerDay))
            {
                return Written(ticks, unit, name);
            }
        }

        foreach (var (unit, name) in Units)
        {
            if (ticks >= unit)
            {
                return Written(ticks, unit, name);
            }
        }

        return ticks == 0 ? "0 s" : string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMicroseconds:0.#} µs");
    }

    private static string Written(long ticks, long unit, string name) =>
        string.Create(CultureInfo.InvariantCulture, $"{(decimal)ticks / unit:0.##} {name}");
}
