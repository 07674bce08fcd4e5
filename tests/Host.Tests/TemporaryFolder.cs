namespace AkkaPipeline.Host.Tests;

/// <summary>A folder of a test's own, gone with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("akka-pipeline-");

    public string this[string name] => Path.Combine(folder.FullName, name);

    public IEnumerable<string> Names => folder.EnumerateFileSystemInfos().Select(entry => entry.Name).Order();

    public void Dispose() => folder.Delete(recursive: true);
}
