namespace AkkaPipeline.Configuring;

/// <summary>A value of an application's configuration, or what is below a key of it.</summary>
internal sealed class ConfigurationSetting(string writtenPath, ConfigPlace place, string? value)
{
    private readonly Dictionary<string, ConfigurationSetting> children = new(StringComparer.Ordinal);

    /// <summary>Its key as the provider has it.</summary>
    public string WrittenPath { get; } = writtenPath;

    /// <summary>The provider.</summary>
    public ConfigPlace Place { get; } = place;

    /// <summary>Its text; null: it has none.</summary>
    public string? Value { get; } = value;

    /// <summary>What is below it, by the names that reference.conf has for them.</summary>
    public IReadOnlyDictionary<string, ConfigurationSetting> Children => children;

    /// <summary>Whether nothing is set here: null and { } in JSON come out so.</summary>
    public bool IsNothing => Value is null && children.Count == 0;

    /// <summary>Adds a key of the same provider, which may have it in two spellings: sections are put together, values are a fault.</summary>
    public void Add(string name, ConfigurationSetting child, ConfigFaults faults)
    {
        if (child.IsNothing || children.TryAdd(name, child))
        {
            return;
        }

        ConfigurationSetting first = children[name];
        if (first.Value is not null || child.Value is not null)
        {
            faults.Add(
                child.Place,
                $"{ConfigurationLayer.Shorten(first.WrittenPath)} and {ConfigurationLayer.Shorten(child.WrittenPath)} set {name} in two spellings; drop one of them");
            return;
        }

        foreach ((string below, ConfigurationSetting setting) in child.children)
        {
            first.Add(below, setting, faults);
        }
    }

    /// <summary>This, with what a later provider says over it: a value replaces all that is here, sections and arrays are merged by key.</summary>
    public ConfigurationSetting Under(ConfigurationSetting later)
    {
        if (Value is not null || later.Value is not null)
        {
            return later;
        }

        var merged = new ConfigurationSetting(later.WrittenPath, later.Place, value: null);
        foreach ((string name, ConfigurationSetting setting) in children)
        {
            merged.children.Add(name, later.children.TryGetValue(name, out ConfigurationSetting? over) ? setting.Under(over) : setting);
        }

        foreach ((string name, ConfigurationSetting setting) in later.children)
        {
            merged.children.TryAdd(name, setting);
        }

        return merged;
    }
}
