namespace AkkaPipeline.Host.Sinks;

/// <summary>
/// Outputs are files that may be replaced or removed. A device, a pipe or a socket at their path is somebody's, and must
/// not be.
/// </summary>
internal static class RegularFile
{
    private static readonly string[] SystemFolders = OperatingSystem.IsWindows() ? [] : ["/dev/", "/proc/", "/sys/"];

    /// <exception cref="BrokenSinkException">Something else than a file stands there.</exception>
    public static void Expect(string path, string purpose)
    {
        if (Directory.Exists(path))
        {
            throw new BrokenSinkException($"Cannot use '{path}' for {purpose}: it is a directory. Name a file.");
        }

        if (File.Exists(path) && !IsRegular(path))
        {
            throw new BrokenSinkException(
                $"Cannot use '{path}' for {purpose}: it is a device, a pipe or a socket, and would be replaced. Name a file.");
        }
    }

    private static bool IsRegular(string path)
    {
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        if (SystemFolders.Any(folder => target.StartsWith(folder, StringComparison.Ordinal)))
        {
            return false;
        }

        try
        {
            // For reading and writing: a pipe opened so does not wait for its other end.
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            return file.CanSeek;
        }
        catch (UnauthorizedAccessException)
        {
            // A file that may not be written to may still be replaced, where its folder may be.
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
