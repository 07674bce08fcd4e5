using System.Globalization;

namespace AkkaPipeline.Configuring;

/// <summary>
/// Reads the keys of one object by type. Each key that is asked for is thereby known; <see cref="Close"/> reports
/// the others. A value at fault is reported with its place, key path and what is allowed, and read as the type's
/// default, so that the reading goes on and finds the next fault. Null counts as not set.
/// </summary>
/// <param name="values">What it holds, defaults included.</param>
/// <param name="place">Where its key is written.</param>
/// <param name="path">Its key path.</param>
/// <param name="faults">Takes what is wrong.</param>
/// <param name="own">
/// Where the values stand over those of pipeline-defaults: what is not a default, and the defaults' path. What is wrong with a
/// default is told with the defaults' path, and a default that means nothing for a pipeline is left alone.
/// </param>
internal sealed partial class ConfigSection(
    ConfigObject values, ConfigPlace place, IReadOnlyList<string> path, ConfigFaults faults, OwnValues? own = null)
{
    /// <summary>Longer ones no system opens.</summary>
    private const int PathMax = 4_096;

    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private readonly HashSet<string> foreign = new(StringComparer.Ordinal);

    /// <summary>How many faults there are so far, in the whole configuration.</summary>
    public int FaultCount => faults.Count;

    /// <summary>The section's key path as HOCON writes it.</summary>
    public string Path { get; } = HoconCharacters.ShowPath(own is { Values: null } ? own.DefaultsPath : path);

    /// <summary>Where the section's key is written.</summary>
    public ConfigPlace Place { get; } = place;

    public IEnumerable<string> Keys => values.Fields.Select(pair => pair.Name);

    /// <summary>Counts work against the bound on all that is done for one configuration.</summary>
    /// <returns>Whether it may be done.</returns>
    public bool Spend(long steps) => faults.Spend(steps, Place);

    public string PathOf(string key) =>
        HoconCharacters.ShowPath([.. own is not null && (own.Values is null || (IsDefault(key) && IsWritten(key))) ? own.DefaultsPath : path, key]);

    public bool Has(string key) => Find(key) is not null;

    /// <summary>Whether a key is set by the user, not only by reference.conf.</summary>
    public bool IsWritten(string key) => Find(key) is { } field && field.Value.Place.File != ReferenceConfiguration.Source.File;

    /// <summary>Whether a key is set by the user here, and not only for all pipelines.</summary>
    public bool IsOwn(string key) => IsWritten(key) && !IsDefault(key);

    /// <summary>The place of a key's value, or of the section where the key is not set.</summary>
    public ConfigPlace PlaceOf(string key) => Find(key)?.Value.Place ?? Place;

    public string Text(string key) => TextOrNull(key) ?? Require(key, "");

    public string? TextOrNull(string key)
    {
        if (Scalar(key) is not { } scalar)
        {
            return null;
        }

        return scalar.Text.Length > 0 || scalar.IsBroken ? scalar.Text : Refuse(key, scalar, "is empty", "a text", "");
    }

    public int WholeNumber(string key, int min, int max) => (int)LongNumber(key, min, max);

    public long LongNumber(string key, long min, long max) => LongNumberOrWord(key, min, max, word: null)!.Value;

    /// <summary>A whole number, or null where the value is <paramref name="word"/>.</summary>
    public long? LongNumberOrWord(string key, long min, long max, string? word)
    {
        string range = $"a whole number from {min} to {max}" + (word is null ? "" : $", or {word}");
        if (ScalarOrMissing(key) is not { } scalar)
        {
            return min;
        }

        if (word is not null && scalar.Text == word)
        {
            return null;
        }

        if (!long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
        {
            string what = word is null ? "is not a whole number" : $"is neither a whole number nor {word}";
            return Refuse(key, scalar, IsDigits(scalar.Text) ? "is out of range" : what, range, min);
        }

        return number >= min && number <= max ? number : Refuse(key, scalar, "is out of range", range, min);
    }

    public bool Flag(string key) => Scalar(key) is { FlagsInAnyCase: true } scalar && bool.TryParse(scalar.Text, out bool flag)
        ? flag
        : Word(key, [("true", true), ("false", false), ("on", true), ("off", false), ("yes", true), ("no", false)]);

    /// <summary>One of a few words.</summary>
    public T Word<T>(string key, params IReadOnlyList<(string Word, T Meaning)> words) => WordOr(key, null, words);

    /// <summary>One of a few words.</summary>
    /// <param name="key">The key.</param>
    /// <param name="orElse">What else is allowed, which the caller has looked for before; null: nothing.</param>
    /// <param name="words">The words; the first is taken where there is a fault.</param>
    public T WordOr<T>(string key, string? orElse, params IReadOnlyList<(string Word, T Meaning)> words)
    {
        if (ScalarOrMissing(key) is not { } scalar)
        {
            return words[0].Meaning;
        }

        foreach ((string word, T meaning) in words)
        {
            if (word == scalar.Text)
            {
                return meaning;
            }
        }

        IEnumerable<string> allowed = words.Select(pair => pair.Word);
        string suggestion = SecretKeys.IsSecret(key) || scalar.IsSecret ? "" : Suggestions.For(scalar.Text, allowed);
        return Refuse(key, scalar, "is not known", string.Join(", ", allowed) + (orElse is null ? "" : $", or {orElse}") + suggestion, words[0].Meaning);
    }

    public string FilePath(string key) => FilePathOrNull(key) ?? Require(key, "");

    /// <summary>A file's full path; a relative one starts from the folder of the file in which it is written.</summary>
    public string? FilePathOrNull(string key)
    {
        if (TextOrNull(key) is not { Length: > 0 } text)
        {
            return Has(key) ? "" : null;
        }

        ConfigScalar scalar = Scalar(key)!;
        return text.Contains('\0') ? Refuse(key, scalar, "holds a NUL", "a path", "")
            : text.Length > PathMax ? Refuse(key, scalar, "is too long", $"a path of at most {PathMax} characters", "")
            : System.IO.Path.GetFullPath(text, scalar.Place.File.Folder);
    }

    /// <summary>The object under a key; where it is missing or no object (reported), an empty one.</summary>
    public ConfigSection Section(string key)
    {
        ConfigField? field = Find(key);
        if (field?.Value is ConfigObject inner)
        {
            return new ConfigSection(inner, field.Place, [.. path, key], faults, own?.Below(key));
        }

        if (field is null)
        {
            Require(key, 0);
        }
        else if (field.Value is not ConfigScalar { IsBroken: true })
        {
            Refuse(key, field.Value, "is not an object", $"{HoconCharacters.ShowName(key)} {{ … }}", 0);
        }

        return new ConfigSection(new ConfigObject(Place, []), Place, [.. path, key], new ConfigFaults());
    }

    /// <summary>The object under a key, or null if it is not there.</summary>
    public ConfigSection? SectionOrNull(string key) => Find(key) is null ? null : Section(key);

    /// <summary>Reports a fault at a key's value, which is shown unless it is secret.</summary>
    public void Report(string key, string message)
    {
        string shown = Find(key) is { } field ? $" = {Shown(key, field.Value)}" : "";
        faults.AddOncePerPlace(PlaceOf(key), $"{PathOf(key)}{shown}: {message}");
    }

    /// <summary>Reports that there is no such key.</summary>
    public void ReportUnknown(string key, string message)
    {
        if (values.TryGet(key, out ConfigField? field))
        {
            faults.AddOncePerPlace(field.Place, $"{HoconCharacters.ShowPath([.. path, key])} {message}");
        }
    }

    /// <summary>Reports that a key must be set.</summary>
    public void ReportMissing(string key, string example = "")
    {
        if (!faults.KeysLost)
        {
            faults.Add(Place, $"{PathOf(key)} is required and not set{(example.Length == 0 ? "" : $"; for example: {example}")}");
        }
    }

    /// <summary>Keys that belong to another reader of such files: where the user has set one, it is a fault here.</summary>
    public void Foreign(string why, params IReadOnlyList<string> keys)
    {
        foreach (string key in keys)
        {
            if (IsWritten(key))
            {
                Report(key, why);
            }

            known.Remove(key);
            foreign.Add(key);
        }
    }

    /// <summary>Reports the keys that nobody asked for.</summary>
    /// <param name="hint">Told with a key that is near to no known one.</param>
    public void Close(string hint = "")
    {
        if (!faults.Spend(values.Fields.Count, Place))
        {
            return;
        }

        // A default that this pipeline has no use for is none of its mistakes; what is misspelt there is told there.
        foreach (ConfigField field in values.Fields
            .Where(field => !known.Contains(field.Name) && !foreign.Contains(field.Name) && !IsDefault(field.Name))
            .TakeWhile(_ => !faults.Full))
        {
            string allowed = known.Count == 0 ? "none" : string.Join(", ", known);
            string suggestion = Suggestions.For(field.Name, known) is { Length: > 0 } near ? near : hint;
            faults.AddOncePerPlace(field.Place, $"{HoconCharacters.ShowPath([.. path, field.Name])} is not a key that is known here; allowed: {allowed}{suggestion}");
        }
    }

    /// <summary>Whether what stands under a key, if anything does, comes from the defaults of all pipelines.</summary>
    private bool IsDefault(string key) => own is not null && own.Values?.TryGet(key, out _) != true;

    private ConfigField? Find(string key)
    {
        known.Add(key);
        faults.Spend(1, Place);
        return values.TryGet(key, out ConfigField? field) && field.Value is not ConfigScalar { IsNull: true } ? field : null;
    }

    private ConfigScalar? ScalarOrMissing(string key)
    {
        if (Find(key) is null)
        {
            return Require<ConfigScalar?>(key, null);
        }

        return Scalar(key) is { IsBroken: false } scalar ? scalar : null;
    }

    private ConfigScalar? Scalar(string key)
    {
        ConfigValue? value = Find(key)?.Value;
        return value is null or ConfigScalar ? (ConfigScalar?)value : RefuseKind(key, value);
    }

    private ConfigScalar RefuseKind(string key, ConfigValue value)
    {
        Refuse(key, value, "cannot stand here", "a single value", 0);
        return new ConfigScalar(value.Place, "", ConfigScalarKind.Broken);
    }

    private T Require<T>(string key, T instead)
    {
        ReportMissing(key);
        return instead;
    }

    private T Refuse<T>(string key, ConfigValue value, string what, string allowed, T instead)
    {
        faults.AddOncePerPlace(value.Place, $"{PathOf(key)} = {Shown(key, value)} {what}; allowed: {allowed}");
        return instead;
    }

    /// <summary>A value in a message; what is below a secret key is secret. The library's own sections are none, whatever a pipeline is called.</summary>
    private string Shown(string key, ConfigValue value)
    {
        bool secretAround = path is not [ReferenceConfiguration.RootKey, ..] && path.Any(SecretKeys.IsSecret);
        return ConfigShowing.ShowValue(key, value, secretAround);
    }

    private static bool IsDigits(string text) => text.Length > 0 && text.TrimStart('-').All(char.IsAsciiDigit);
}
