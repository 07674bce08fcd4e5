namespace AkkaPipeline.Crash;

/// <summary>A folder that goes with the run, unless it was there before.</summary>
internal sealed class WorkFolder : IDisposable
{
    private readonly bool isOwn;

    public WorkFolder(string? path)
    {
        isOwn = path is null;
        Path = path is null ? Directory.CreateTempSubdirectory("akka-pipeline-crash-").FullName : System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    public void Dispose()
    {
        if (isOwn)
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
