using System.Diagnostics;
using Xunit;

namespace AkkaPipeline.Host.Tests.Program;

/// <summary>A disk of one megabyte, mounted on a folder.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string folder;

    private SmallDisk(string folder) => this.folder = folder;

    /// <summary>Whether this process may mount one.</summary>
    public static bool IsPossible { get; } = Try();

    public static SmallDisk Mount(string folder) =>
        Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder) ? new SmallDisk(folder) : throw new IOException("mount failed");

    public void Dispose() => Run("umount", folder);

    private static bool Try()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("akka-pipeline-");
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
        using Process process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
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
