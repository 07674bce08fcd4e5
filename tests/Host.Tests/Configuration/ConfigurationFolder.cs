using AkkaPipeline.Host.Configuration;

namespace AkkaPipeline.Host.Tests.Configuration;

/// <summary>A folder of configuration files for one test.</summary>
internal sealed class ConfigurationFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("akka-pipeline-");

    public string this[string name] => Path.Combine(folder.FullName, name);

    public ConfigurationFolder With(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
        return this;
    }

    /// <summary>Loads a file of the folder; in the fault text the folder is left out.</summary>
    public (ProgramConfiguration? Configuration, string Faults) Load(
        string name = "t.conf",
        params IReadOnlyList<(string Name, string Value)> environment)
    {
        var variables = environment.ToDictionary(pair => pair.Name, pair => pair.Value);
        var configuration = ProgramConfiguration.Load(this[name], variables.GetValueOrDefault, out string faults);
        return (configuration, faults.Replace(folder.FullName + "/", "", StringComparison.Ordinal));
    }

    public void Dispose() => folder.Delete(recursive: true);
}
