using System.Diagnostics.CodeAnalysis;

namespace AkkaPipeline.Configuring;

/// <summary>A value of a configuration that is read and resolved. Immutable; knows where it is written.</summary>
internal abstract class ConfigValue(ConfigPlace place, int height, long weight)
{
    public ConfigPlace Place { get; } = place;

    /// <summary>Levels below and including this one.</summary>
    public int Height { get; } = height;

    /// <summary>Values and characters in it, counted as often as they appear: the cost of walking it.</summary>
    public long Weight { get; } = weight;

    /// <summary>What it is, for a message.</summary>
    public abstract string Kind { get; }
}

internal enum ConfigScalarKind
{
    Quoted,
    Unquoted,
    Null,

    /// <summary>Stands for a value that is at fault; whoever reads it need not report it again.</summary>
    Broken,
}

/// <summary>A text, number, word or null, always as written; what it means is decided by who reads it.</summary>
internal sealed class ConfigScalar(
    ConfigPlace place, string text, ConfigScalarKind scalarKind, string? variable = null, bool secret = false)
    : ConfigValue(place, height: 1, weight: 1 + text.Length)
{
    public string Text { get; } = text;

    public ConfigScalarKind ScalarKind { get; } = scalarKind;

    /// <summary>The environment variable it was taken from, if it was.</summary>
    public string? Variable { get; } = variable;

    /// <summary>Whether it came, by a reference, from a key or a variable whose name says that it is secret.</summary>
    public bool IsSecret { get; } = secret || (variable is not null && SecretKeys.IsSecret(variable));

    /// <summary>Whether true and false are known in any capitals: .NET writes those of a JSON file as True and False.</summary>
    public bool FlagsInAnyCase { get; init; }

    public bool IsNull => ScalarKind == ConfigScalarKind.Null;

    public bool IsBroken => ScalarKind == ConfigScalarKind.Broken;

    public override string Kind => IsNull ? "null" : "a text";
}

internal sealed class ConfigArray(ConfigPlace place, IReadOnlyList<ConfigValue> items)
    : ConfigValue(place, 1 + items.Select(item => item.Height).DefaultIfEmpty().Max(), 1 + items.Sum(item => item.Weight))
{
    public IReadOnlyList<ConfigValue> Items { get; } = items;

    public override string Kind => "an array";
}

/// <summary>A key with its value; <paramref name="Place"/> is that of the key.</summary>
internal sealed record ConfigField(string Name, ConfigPlace Place, ConfigValue Value);

/// <summary>Fields in the order of their first appearance.</summary>
internal sealed class ConfigObject : ConfigValue
{
    private readonly Dictionary<string, ConfigField> byName;

    public ConfigObject(ConfigPlace place, IReadOnlyList<ConfigField> fields)
        : base(
            place,
            1 + fields.Select(field => field.Value.Height).DefaultIfEmpty().Max(),
            1 + fields.Sum(field => field.Name.Length + field.Value.Weight))
    {
        Fields = fields;
        byName = fields.ToDictionary(field => field.Name, StringComparer.Ordinal);
    }

    public IReadOnlyList<ConfigField> Fields { get; }

    public override string Kind => "an object";

    public bool TryGet(string name, [NotNullWhen(true)] out ConfigField? field) => byName.TryGetValue(name, out field);

    /// <summary>The object under a path, or null if there is none.</summary>
    public ConfigObject? ObjectAt(params ReadOnlySpan<string> path)
    {
        ConfigValue value = this;
        foreach (string name in path)
        {
            if (value is not ConfigObject inner || !inner.TryGet(name, out ConfigField? field))
            {
                return null;
            }

            value = field.Value;
        }

        return value as ConfigObject;
    }

    /// <summary>These fields over those of <paramref name="below"/>; objects under one key are merged likewise.</summary>
    /// <param name="below">What counts less.</param>
    /// <param name="faults">Counts the work; once there is too much, these fields alone are the result.</param>
    public ConfigObject Over(ConfigObject below, ConfigFaults faults)
    {
        if (below.Fields.Count == 0 || !faults.Spend(below.Fields.Count + Fields.Count, Place))
        {
            return this;
        }

        var fields = new List<ConfigField>(below.Fields.Count + Fields.Count);
        foreach (ConfigField lower in below.Fields)
        {
            fields.Add(TryGet(lower.Name, out ConfigField? upper) ? MergeField(upper, lower, faults) : lower);
        }

        fields.AddRange(Fields.Where(field => !below.byName.ContainsKey(field.Name)));
        return new ConfigObject(Place, fields);
    }

    private static ConfigField MergeField(ConfigField upper, ConfigField lower, ConfigFaults faults) =>
        upper.Value is ConfigObject above && lower.Value is ConfigObject below
            ? upper with { Value = above.Over(below, faults) }
            : upper;
}
