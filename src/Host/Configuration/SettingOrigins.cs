using AkkaPipeline.Configuring;

namespace AkkaPipeline.Host.Configuration;

/// <summary>Tells where a setting is written whose file is at fault only once it is used: one that is not there, or may not be written.</summary>
/// <param name="configuration">The configuration.</param>
/// <param name="settings">The pipeline whose files are used.</param>
internal sealed class SettingOrigins(ProgramConfiguration configuration, PipelineSettings settings)
{
    /// <summary>
    /// A message about a configured file, with the key and its place behind it; null: it names none. Where no path is set for a job's
    /// state, it stands beside the sink's file, by the sink's path.
    /// </summary>
    public string? Told(string message) => Paths()
        .Where(setting => setting.Path is { Length: > 0 } path && message.Contains(path, StringComparison.Ordinal))
        .OrderByDescending(setting => setting.Path!.Length)
        .Select(setting => $"{HoconCharacters.OnOneLine(message)} ({configuration.OriginOf(settings.Name, setting.Section, "path")})")
        .FirstOrDefault();

    private IEnumerable<(string Section, string? Path)> Paths() =>
    [
        ("source", (settings.Source as FileSourceSettings)?.Path),
        ("sink", (settings.Sink as FileSinkSettings)?.Path),
        ("dead-letters", settings.DeadLetters.Path),
        ("queue", settings.Queue.Path),
    ];
}
