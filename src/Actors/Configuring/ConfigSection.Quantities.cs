using System.Globalization;

namespace AkkaPipeline.Configuring;

/// <content>Durations, sizes and numbers that need not be whole.</content>
internal sealed partial class ConfigSection
{
    public TimeSpan Duration(string key, TimeSpan min, TimeSpan max, bool infinite = false) =>
        DurationOrWord(key, min, max, infinite ? "infinite" : null) ?? Timeout.InfiniteTimeSpan;

    /// <summary>A duration, or null where the value is <paramref name="word"/>.</summary>
    public TimeSpan? DurationOrWord(string key, TimeSpan min, TimeSpan max, string? word) =>
        ScalarOrMissing(key) is not { } scalar ? min
        : word is not null && scalar.Text == word ? null
        : DurationOf(key, scalar, min, max, word);

    /// <summary>A list of durations; null where the value is no list.</summary>
    public IReadOnlyList<TimeSpan>? DurationsOrNull(string key, TimeSpan min, TimeSpan max)
    {
        if (Find(key)?.Value is not ConfigArray array)
        {
            return null;
        }

        if (array.Items.Count == 0)
        {
            Refuse(key, array, "is empty", $"an array of at least one duration, each from {Range(min, max)}", 0);
        }

        if (array.Items.Count > ConfigLimits.ListedMax)
        {
            return Refuse<IReadOnlyList<TimeSpan>>(key, array, "is too long", $"an array of at most {ConfigLimits.ListedMax} durations", [min]);
        }

        faults.Spend(array.Items.Count, array.Place);
        return [.. array.Items.Select(item => item is ConfigScalar { IsBroken: false } scalar
            ? DurationOf(key, scalar, min, max, word: null)
            : Refuse(key, item, "cannot stand in an array of durations", $"{ConfigUnits.DurationForm}, from {Range(min, max)}", min))];
    }

    /// <summary>A number of bytes.</summary>
    public long Size(string key, long min, long max) => SizeOrWord(key, min, max, word: null)!.Value;

    /// <summary>A number of bytes, or null where the value is <paramref name="word"/>.</summary>
    public long? SizeOrWord(string key, long min, long max, string? word)
    {
        string or = word is null ? "" : $", or {word}";
        if (ScalarOrMissing(key) is not { } scalar)
        {
            return min;
        }

        if (word is not null && scalar.Text == word)
        {
            return null;
        }

        if (ConfigUnits.ParseSize(scalar.Text) is not { } size)
        {
            return Refuse(key, scalar, "is not a size", ConfigUnits.SizeForm + or, min);
        }

        return size >= min && size <= max ? size : Refuse(key, scalar, "is out of range", $"{min} B to {max} B{or}", min);
    }

    /// <summary>A number that need not be whole, or null where the value is <paramref name="word"/>.</summary>
    public double? NumberOrWord(string key, double min, double max, string? word)
    {
        string range = string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}{(word is null ? "" : $", or {word}")}");
        if (ScalarOrMissing(key) is not { } scalar)
        {
            return min;
        }

        if (word is not null && scalar.Text == word)
        {
            return null;
        }

        const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;
        if (!double.TryParse(scalar.Text, Style, CultureInfo.InvariantCulture, out double number) || !double.IsFinite(number))
        {
            return Refuse(key, scalar, word is null ? "is not a number" : $"is neither a number nor {word}", range, min);
        }

        return number >= min && number <= max ? number : Refuse(key, scalar, "is out of range", range, min);
    }

    public double Number(string key, double min, double max) => NumberOrWord(key, min, max, word: null)!.Value;

    /// <summary>A value in a form of its own.</summary>
    /// <param name="key">The key.</param>
    /// <param name="parse">Reads the text; null: it is none.</param>
    /// <param name="allowed">What is allowed, for the message.</param>
    /// <returns>Null where there is a fault, which is reported.</returns>
    public T? Form<T>(string key, Func<string, T?> parse, string allowed)
        where T : class
    {
        if (ScalarOrMissing(key) is not { } scalar)
        {
            return null;
        }

        return parse(scalar.Text) ?? Refuse<T?>(key, scalar, "is not allowed", allowed, null);
    }

    private TimeSpan DurationOf(string key, ConfigScalar scalar, TimeSpan min, TimeSpan max, string? word)
    {
        string range = Range(min, max) + (word is null ? "" : $", or {word}");
        if (ConfigUnits.ParseDuration(scalar.Text) is not { } duration)
        {
            return Refuse(key, scalar, "is not a duration", $"{ConfigUnits.DurationForm}, from {range}", min);
        }

        return duration >= min && duration <= max ? duration : Refuse(key, scalar, "is out of range", range, min);
    }

    private static string Range(TimeSpan min, TimeSpan max) => $"{ConfigUnits.Show(min)} to {ConfigUnits.Show(max)}";
}
