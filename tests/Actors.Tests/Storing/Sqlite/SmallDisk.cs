using System.Diagnostics;
using Xunit;

namespace AkkaPipeline.Tests.Storing.Sqlite;

/// <summary>A disk of a few megabytes, mounted on a folder.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string folder;

    private SmallDisk(string folder) => this.folder = folder;

    /// <summary>Whether this process may mount one.</summary>
    public static bool IsPossible { get; } = Try();

    private string Ballast => Path.Combine(folder, "ballast");

    public static SmallDisk Mount(string folder)
    {
        Directory.CreateDirectory(folder);
        return Run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder) ? new SmallDisk(folder) : throw new IOException("mount failed");
    }

    /// <summary>Takes all that is free.</summary>
    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(block);
            }
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    public void MakeRoom() => File.Delete(Ballast);

    public void Dispose() => Run("umount", folder);

    private static bool Try()
    {
        var folder = Directory.CreateTempSubdirectory("akka-pipeline-");
        try
        {
            Mount(folder.FullName).Dispose();
            return true;
        }
        catch (Exception exception) when (exception is IOException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
        finally
        {
            folder.Delete();
        }
    }

    private static bool Run(string command, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}

/// <summary>Skipped where mounting is not allowed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactWithSmallDiskAttribute : FactAttribute
{
    public FactWithSmallDiskAttribute()
    {
        if (!SmallDisk.IsPossible)
        {
            Skip = "Mounting a small disk needs root.";
        }
    }
}
