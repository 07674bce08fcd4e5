using Microsoft.Extensions.Configuration;

namespace AkkaPipeline.Configuring;

/// <summary>
/// What an application's <see cref="IConfiguration"/> (appsettings.json, environment variables, the command line) has under
/// <c>AkkaPipeline</c> or <c>akka-pipeline</c>. Keys may be spelt either way, as in MaxAttempts or max-attempts; they come out
/// as reference.conf has them.
/// </summary>
internal sealed class ConfigurationLayer
{
    private const string PipelinesKey = "pipelines";

    /// <summary>Keys that reference.conf has as comments only, since they have no default.</summary>
    private static readonly string[] WithoutDefault = ["type", "path", "format", "field", "pattern"];

    private static readonly Dictionary<string, string> Spellings = NamesIn(ReferenceConfiguration.Values)
        .Concat(WithoutDefault).Distinct().ToDictionary(Plain, StringComparer.Ordinal);

    private readonly IConfiguration configuration;
    private readonly string pipeline;
    private readonly ConfigFaults faults;
    private readonly Dictionary<string, ConfigFile> origins = new(StringComparer.Ordinal);
    private int values;

    private ConfigurationLayer(IConfiguration configuration, string pipeline, ConfigFaults faults) =>
        (this.configuration, this.pipeline, this.faults) = (configuration, pipeline, faults);

    /// <summary>Reads what is under the library's root key; an empty object where there is nothing.</summary>
    /// <param name="configuration">The application's.</param>
    /// <param name="pipeline">The pipeline it is read for: its name, in whatever capitals, comes out as this.</param>
    /// <param name="faults">Takes keys that are set in two spellings.</param>
    public static ConfigObject Read(IConfiguration configuration, string pipeline, ConfigFaults faults)
    {
        var layer = new ConfigurationLayer(configuration, pipeline, faults);
        string root = Plain(ReferenceConfiguration.RootKey);
        List<ConfigObject> roots = [.. configuration.GetChildren()
            .Where(section => Plain(section.Key) == root)
            .Select(section => layer.ObjectOf(section, level: 0))];
        return roots.Count == 0 ? new ConfigObject(layer.PlaceOf(null), []) : roots.Aggregate((upper, lower) => upper.Over(lower, faults));
    }

    private static IEnumerable<string> NamesIn(ConfigValue value) => value is ConfigObject inner
        ? inner.Fields.SelectMany(field => NamesIn(field.Value).Prepend(field.Name))
        : [];

    /// <summary>What the spellings of a name have in common.</summary>
    private static string Plain(string name) => name.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    private ConfigObject ObjectOf(IConfigurationSection section, int level)
    {
        var fields = new Dictionary<string, ConfigField>(StringComparer.Ordinal);
        bool names = level == 1 && Plain(section.Key) == PipelinesKey;
        foreach (IConfigurationSection child in section.GetChildren())
        {
            string name = names ? NameOf(child.Key) : Spellings.GetValueOrDefault(Plain(child.Key), child.Key);
            ConfigValue value = ValueOf(child, level + 1);
            if (!fields.TryAdd(name, new ConfigField(name, value.Place, value)))
            {
                faults.Add(value.Place, $"{child.Path} sets {name} a second time, in another spelling; drop one of them");
            }
        }

        return new ConfigObject(PlaceOf(section), [.. fields.Values]);
    }

    private string NameOf(string key) => string.Equals(key, pipeline, StringComparison.OrdinalIgnoreCase) ? pipeline : key;

    private ConfigValue ValueOf(IConfigurationSection section, int level)
    {
        List<IConfigurationSection> children = [.. section.GetChildren()];
        if (children.Count == 0)
        {
            return new ConfigScalar(
                PlaceOf(section), section.Value ?? "", section.Value is null ? ConfigScalarKind.Null : ConfigScalarKind.Quoted);
        }

        // An array's items are sections named 0, 1, …; a pipeline may be named so too.
        return level > 2 && children.TrueForAll(child => child.Key.All(char.IsAsciiDigit))
            ? new ConfigArray(PlaceOf(section), [.. children.Select(child => ValueOf(child, level + 1))])
            : ObjectOf(section, level);
    }

    /// <summary>Each value has a place of its own, in the provider that it comes from; without a line it is shown as that.</summary>
    private ConfigPlace PlaceOf(IConfigurationSection? section)
    {
        string origin = section is null ? "the application's configuration" : OriginOf(section);
        if (!origins.TryGetValue(origin, out ConfigFile? file))
        {
            origins.Add(origin, file = new ConfigFile(origin, FullPath: null));
        }

        return new ConfigPlace(file, Line: 0, ++values);
    }

    private string OriginOf(IConfigurationSection section)
    {
        IConfigurationProvider? provider = (configuration as IConfigurationRoot)?.Providers
            .LastOrDefault(candidate => candidate.TryGet(section.Path, out _));
        string shown = provider?.ToString() ?? "";

        // A file's provider shows itself as "JsonConfigurationProvider for 'appsettings.json' (Optional)".
        return shown.Split('\'') is [_, var file, ..] && shown.Contains(" for '", StringComparison.Ordinal) ? file
            : provider is not null ? $"{provider.GetType().Name.Replace("ConfigurationProvider", "", StringComparison.Ordinal)} configuration"
            : "the application's configuration";
    }
}
