using AkkaPipeline.Configuring;

namespace AkkaPipeline.Host.Configuration;

/// <summary>Sees to it that no pipeline writes a file that is also read or written for something else.</summary>
internal sealed class PathClaims
{
    private const string ConfigurationName = "this configuration file";

    private const string PartialSuffix = ".partial";

    private const string StateSuffix = ".state";

    private readonly Dictionary<string, (string Key, bool Written)> claims = new(StringComparer.Ordinal);

    public PathClaims(string? configurationPath)
    {
        if (configurationPath is not null)
        {
            claims.Add(configurationPath, (ConfigurationName, Written: false));
        }
    }

    public void Check(PipelineSettings settings, ConfigSection pipeline)
    {
        if (settings.Source is FileSourceSettings source)
        {
            Claim(pipeline.Section("source"), source.Path, written: false);
        }

        if (settings.Sink is FileSinkSettings sink)
        {
            ConfigSection section = pipeline.Section("sink");
            Claim(section, sink.Path, written: true);
            Claim(section, sink.Path + PartialSuffix, written: true);
            if (settings.Queue is { Durability: not QueueDurability.None, Path: null })
            {
                Claim(section, sink.Path + StateSuffix, written: true);
            }
        }

        Claim(pipeline.Section("queue"), settings.Queue.Path, written: true);

        Claim(pipeline.Section("dead-letters"), settings.DeadLetters.Path, written: true);
    }

    private void Claim(ConfigSection section, string? path, bool written)
    {
        if (path is null or "" or PartialSuffix or StateSuffix)
        {
            return;
        }

        if (!claims.TryGetValue(path, out (string Key, bool Written) other))
        {
            claims.Add(path, (section.PathOf("path"), written));
        }
        else if (written || other.Written)
        {
            string how = path.EndsWith(PartialSuffix, StringComparison.Ordinal) ? $"collides with {other.Key} (a sink's file grows as PATH{PartialSuffix})"
                : path.EndsWith(StateSuffix, StringComparison.Ordinal) ? $"collides with {other.Key} (a job's state is kept as PATH{StateSuffix})"
                : $"is the same file as {other.Key}";
            section.Report("path", $"{how}; a file that is written can have one use only");
        }
    }
}
