namespace AkkaPipeline.Configuring;

/// <summary>What a pipeline says itself, apart from the defaults of all pipelines below it.</summary>
/// <param name="Values">In this section; null: it has not the section, and all of it are defaults.</param>
/// <param name="DefaultsPath">The key path of the same section in the defaults.</param>
internal sealed record OwnValues(ConfigObject? Values, IReadOnlyList<string> DefaultsPath)
{
    /// <summary>The same for a section in this one.</summary>
    public OwnValues Below(string key) =>
        new(Values?.TryGet(key, out ConfigField? field) == true ? field.Value as ConfigObject : null, [.. DefaultsPath, key]);
}
