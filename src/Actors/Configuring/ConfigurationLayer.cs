using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace AkkaPipeline.Configuring;

/// <summary>
/// What an application's <see cref="IConfiguration"/> (appsettings.json, environment variables, the command line) has under
/// <c>AkkaPipeline</c> or <c>akka-pipeline</c>. Keys may be spelt as in MaxAttempts, max-attempts or MAX_ATTEMPTS; they come out
/// as reference.conf has them. Each provider is read for itself, and the later goes over the earlier in whatever spelling.
/// Null, and an object without keys, set nothing.
/// </summary>
internal sealed class ConfigurationLayer
{
    private const string PipelinesKey = "pipelines";
    private const int PathShownMax = 200;

    /// <summary>A section whose name is farther from the root key is the application's own.</summary>
    private const int RootSlipsMax = 2;

    /// <summary>Keys that reference.conf has as comments only, since they have no default.</summary>
    private static readonly string[] WithoutDefault = ["type", "path", "format", "field", "pattern"];

    private static readonly Dictionary<string, string> Spellings = NamesIn(ReferenceConfiguration.Values)
        .Concat(WithoutDefault).Distinct().ToDictionary(Plain, StringComparer.Ordinal);

    private readonly string pipeline;
    private readonly ConfigFaults faults;
    private int places;

    private ConfigurationLayer(string pipeline, ConfigFaults faults) => (this.pipeline, this.faults) = (pipeline, faults);

    /// <summary>Reads what is under the library's root key; an empty object where there is nothing.</summary>
    /// <param name="configuration">The application's.</param>
    /// <param name="pipeline">The pipeline it is read for: its name, in whatever spelling, comes out as this.</param>
    /// <param name="faults">Takes keys that one provider sets in two spellings, a misspelt root key, and what is nested without end.</param>
    public static ConfigObject Read(IConfiguration configuration, string pipeline, ConfigFaults faults)
    {
        var layer = new ConfigurationLayer(pipeline, faults);
        ConfigurationSetting? merged = null;
        foreach (ConfigurationOrigin origin in ConfigurationOrigin.Of(configuration))
        {
            ConfigurationSetting root = layer.RootOf(origin);
            merged = root.IsNothing ? merged : merged?.Under(root) ?? root;
        }

        if (merged?.Value is not null)
        {
            faults.Add(merged.Place, $"{merged.WrittenPath} is a single value; allowed: a section with keys below it");
        }

        return merged is null || merged.Value is not null
            ? new ConfigObject(new ConfigPlace(new ConfigFile("the application's configuration", FullPath: null), 0, 0), [])
            : ObjectOf(merged, level: 0);
    }

    /// <summary>A path as a message can show it.</summary>
    public static string Shorten(string path) =>
        HoconCharacters.OnOneLine(path.Length > PathShownMax ? path[..PathShownMax] + "…" : path);

    private static IEnumerable<string> NamesIn(ConfigValue value) => value is ConfigObject inner
        ? inner.Fields.SelectMany(field => NamesIn(field.Value).Prepend(field.Name))
        : [];

    /// <summary>What the spellings of a name have in common.</summary>
    private static string Plain(string name) => name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    private ConfigurationSetting RootOf(ConfigurationOrigin origin)
    {
        var top = new ConfigurationSetting("", PlaceIn(origin), value: null);
        foreach (string key in origin.KeysUnder(path: null))
        {
            if (Plain(key) == Plain(ReferenceConfiguration.RootKey))
            {
                top.Add(ReferenceConfiguration.RootKey, Read(origin, key, level: 0), faults);
            }
            else if (Suggestions.For(key, [ReferenceConfiguration.RootKey], RootSlipsMax) is { Length: > 0 } suggestion && origin.KeysUnder(key).Any())
            {
                faults.Add(PlaceIn(origin), $"{Shorten(key)} is not a key that is known here{suggestion}");
            }
        }

        return top.Children.GetValueOrDefault(ReferenceConfiguration.RootKey, top);
    }

    private ConfigurationSetting Read(ConfigurationOrigin origin, string path, int level)
    {
        var setting = new ConfigurationSetting(path, PlaceIn(origin), origin.ValueOf(path));
        List<string> keys = [.. origin.KeysUnder(path)];
        bool names = level == 1 && Plain(ConfigurationPath.GetSectionKey(path)) == PipelinesKey;
        bool exact = names && keys.Contains(pipeline, StringComparer.OrdinalIgnoreCase);
        foreach (string key in keys)
        {
            if (level >= ConfigLimits.DepthMax)
            {
                faults.Add(setting.Place, $"{Shorten(path)} is more than {ConfigLimits.DepthMax} levels deep");
                break;
            }

            if (!faults.Spend(1, setting.Place))
            {
                break;
            }

            string name = names ? NameOf(key, exact) : Spellings.GetValueOrDefault(Plain(key), key);
            setting.Add(name, Read(origin, ConfigurationPath.Combine(path, key), level + 1), faults);
        }

        if (setting is { Value: not null, Children.Count: > 0 })
        {
            faults.Add(setting.Place, $"{Shorten(path)} has both a value and keys below it; drop one of them");
        }

        return setting;
    }

    /// <summary>The pipeline's name: as it is, if the provider has it so, else in whatever spelling, as an environment variable has no dash.</summary>
    private string NameOf(string key, bool exact) =>
        (exact ? string.Equals(key, pipeline, StringComparison.OrdinalIgnoreCase) : Plain(key) == Plain(pipeline)) ? pipeline : key;

    private static ConfigObject ObjectOf(ConfigurationSetting setting, int level) =>
        new(setting.Place, [.. setting.Children.Select(child => new ConfigField(child.Key, child.Value.Place, ValueOf(child.Value, level + 1)))]);

    private static ConfigValue ValueOf(ConfigurationSetting setting, int level)
    {
        if (setting.Value is { } text)
        {
            return new ConfigScalar(setting.Place, text, ConfigScalarKind.Quoted) { FlagsInAnyCase = true };
        }

        // An array's items are named 0, 1, …; a pipeline may be named so too.
        return level > 2 && setting.Children.Keys.All(IsIndex)
            ? new ConfigArray(setting.Place, [.. setting.Children.OrderBy(child => Index(child.Key)).Select(child => ValueOf(child.Value, level + 1))])
            : ObjectOf(setting, level);
    }

    private static bool IsIndex(string name) => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static int Index(string name) => int.Parse(name, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>Each value has a place of its own, in the provider that it comes from; without a line it is shown as that.</summary>
    private ConfigPlace PlaceIn(ConfigurationOrigin origin) => new(origin.File, Line: 0, ++places);
}
