using System.Buffers;
using System.Globalization;

namespace AkkaPipeline.Configuring;

/// <summary>Numbers with a unit: durations and sizes. The unit must be written; a bare number is refused.</summary>
internal static class ConfigUnits
{
    public const string DurationForm = "a number with one of the units ms, s, m, h, d, as in 25 s";

    public const string SizeForm = "a number with one of the units B, kB, KiB, MB, MiB, GB, GiB, as in 64 KiB";

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("+-.0123456789");

    private static readonly Dictionary<string, decimal> Ticks = ByName(
        (0.01m, "ns nano nanos nanosecond nanoseconds"),
        (TimeSpan.TicksPerMicrosecond, "us micro micros microsecond microseconds"),
        (TimeSpan.TicksPerMillisecond, "ms milli millis millisecond milliseconds"),
        (TimeSpan.TicksPerSecond, "s second seconds"),
        (TimeSpan.TicksPerMinute, "m minute minutes"),
        (TimeSpan.TicksPerHour, "h hour hours"),
        (TimeSpan.TicksPerDay, "d day days"));

    private static readonly Dictionary<string, decimal> Bytes = ByName(
        (1, "B byte bytes"),
        (1_000, "kB KB kilobyte kilobytes"),
        (1_000_000, "MB megabyte megabytes"),
        (1_000_000_000, "GB gigabyte gigabytes"),
        (1_000_000_000_000, "TB terabyte terabytes"),
        (1L << 10, "KiB kibibyte kibibytes"),
        (1L << 20, "MiB mebibyte mebibytes"),
        (1L << 30, "GiB gibibyte gibibytes"),
        (1L << 40, "TiB tebibyte tebibytes"));

    public static TimeSpan? ParseDuration(string text) =>
        Parse(text, Ticks) is { } ticks ? TimeSpan.FromTicks(ticks) : null;

    public static long? ParseSize(string text) => Parse(text, Bytes);

    /// <summary>A duration as one would write it.</summary>
    public static string Show(TimeSpan duration) => duration switch
    {
        _ when duration == Timeout.InfiniteTimeSpan => "infinite",
        { TotalDays: >= 1, Hours: 0, Minutes: 0, Seconds: 0 } => $"{duration.TotalDays:0} d",
        _ when duration.Ticks % TimeSpan.TicksPerSecond == 0 => $"{duration.TotalSeconds:0} s",
        _ => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds} ms"),
    };

    private static long? Parse(string text, Dictionary<string, decimal> units)
    {
        int split = text.AsSpan().IndexOfAnyExcept(NumberCharacters);
        if (split <= 0 || !units.TryGetValue(text[split..].Trim(), out decimal unit))
        {
            return null;
        }

        const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;
        if (!decimal.TryParse(text.AsSpan(0, split), Style, CultureInfo.InvariantCulture, out decimal number)
            || Math.Abs(number) > long.MaxValue / unit)
        {
            return null;
        }

        return (long)(number * unit);
    }

    private static Dictionary<string, decimal> ByName(params (decimal Size, string Names)[] units) =>
        units.SelectMany(unit => unit.Names.Split(' ').Select(name => (name, unit.Size)))
            .ToDictionary(pair => pair.name, pair => pair.Size, StringComparer.Ordinal);
}
