using Akka.Configuration;
using AkkaPipeline.Configuring;

namespace AkkaPipeline.Host.Configuration;

/// <summary>What a configuration file tells the program: its pipelines, and what goes to the actor system.</summary>
/// <param name="Pipelines">At least one.</param>
/// <param name="Akka">The file's <c>akka { … }</c>; empty if it has none.</param>
internal sealed record ProgramConfiguration(IReadOnlyList<PipelineSettings> Pipelines, Config Akka)
{
    /// <summary>Where <c>akka</c> is written.</summary>
    public required ConfigPlace AkkaPlace { get; init; }

    /// <summary>The section of each pipeline, by name.</summary>
    public required IReadOnlyDictionary<string, ConfigSection> Sections { get; init; }

    /// <summary>Where a pipeline's key is set and what it is called, for what is found wrong with it only when it is used.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="section">The section of the key.</param>
    /// <param name="key">The key; where it is not set, the section stands for it.</param>
    public string OriginOf(string pipeline, string section, string key)
    {
        ConfigSection values = Sections[pipeline].Section(section);
        return values.IsWritten(key) ? $"{values.PlaceOf(key)}: {values.PathOf(key)}" : $"{Sections[pipeline].Place}: {Sections[pipeline].Path}";
    }

    /// <summary>Loads a file over reference.conf, with the process's environment behind its references.</summary>
    /// <returns>The configuration, or null with the faults, a line each, as the user is to see them.</returns>
    public static ProgramConfiguration? Load(string path, out string faultText) =>
        Load(path, Environment.GetEnvironmentVariable, out faultText);

    public static ProgramConfiguration? Load(string path, Func<string, string?> environment, out string faultText)
    {
        var faults = new ConfigFaults();
        ProgramConfiguration? configuration = null;
        if (path.Length == 0 || path.Contains('\0'))
        {
            faultText = "the name of the configuration file is empty or holds a NUL\n";
            return null;
        }

        ConfigDocument document = HoconReader.ReadFile(path, ReferenceConfiguration.Source, environment, faults);
        if (!faults.StructureBroken && document.Read)
        {
            configuration = ProgramBinding.Bind(document, faults);
            OwnAkkaKeys.Check(document.Root, faults);
        }

        faultText = faults.Format();
        return faults.Count == 0 ? configuration : null;
    }
}
