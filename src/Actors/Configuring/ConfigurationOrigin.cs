using Microsoft.Extensions.Configuration;

namespace AkkaPipeline.Configuring;

/// <summary>One provider of an application's configuration: a file, the environment, the command line.</summary>
internal sealed class ConfigurationOrigin
{
    private readonly Func<string?, IEnumerable<string>> keysUnder;
    private readonly Func<string, string?> valueOf;

    private ConfigurationOrigin(string shown, Func<string?, IEnumerable<string>> keysUnder, Func<string, string?> valueOf) =>
        (File, this.keysUnder, this.valueOf) = (new ConfigFile(shown, FullPath: null), keysUnder, valueOf);

    /// <summary>What it is called in messages.</summary>
    public ConfigFile File { get; }

    /// <summary>The providers of a configuration, the one that counts least first.</summary>
    public static IEnumerable<ConfigurationOrigin> Of(IConfiguration configuration) => configuration is IConfigurationRoot root
        ? root.Providers.SelectMany(provider => provider is ChainedConfigurationProvider chained ? Of(chained.Configuration) : [Of(provider)])
        : [new ConfigurationOrigin(
            "the application's configuration",
            path => (path is null ? configuration : configuration.GetSection(path)).GetChildren().Select(child => child.Key),
            path => configuration[path])];

    /// <summary>The names below a path, each once; null: at the top.</summary>
    public IEnumerable<string> KeysUnder(string? path) => keysUnder(path).Distinct(StringComparer.OrdinalIgnoreCase);

    /// <summary>The value at a path; null: there is none, or it is null.</summary>
    public string? ValueOf(string path) => valueOf(path);

    private static ConfigurationOrigin Of(IConfigurationProvider provider) => new(
        NameOf(provider),
        path => provider.GetChildKeys([], path),
        path => provider.TryGet(path, out string? value) ? value : null);

    private static string NameOf(IConfigurationProvider provider)
    {
        // A file's provider shows itself as "JsonConfigurationProvider for 'appsettings.json' (Optional)".
        string shown = provider.ToString() ?? "";
        return shown.Split('\'') is [_, var file, ..] && shown.Contains(" for '", StringComparison.Ordinal)
            ? HoconCharacters.OnOneLine(file)
            : $"{provider.GetType().Name.Replace("ConfigurationProvider", "", StringComparison.Ordinal)} configuration";
    }
}
