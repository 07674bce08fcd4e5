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
        }

        faultText = faults.Format();
        return faults.Count == 0 ? configuration : null;
    }
}
