namespace AkkaPipeline.Bench.Durable;

/// <summary>A folder for what a run keeps, gone with it.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private readonly DirectoryInfo folder;

    public ScratchFolder(string under) =>
        folder = Directory.CreateDirectory(System.IO.Path.Combine(under, $"akka-pipeline-bench-{Guid.NewGuid():N}"));

    public string this[string name] => System.IO.Path.Combine(folder.FullName, name);

    public void Dispose() => folder.Delete(recursive: true);
}
