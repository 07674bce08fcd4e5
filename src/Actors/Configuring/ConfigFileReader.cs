using System.Diagnostics;

namespace AkkaPipeline.Configuring;

/// <summary>Reads a small file whole, whatever it is: a folder, a device without end or a pipe nobody writes to too.</summary>
internal static class ConfigFileReader
{
    /// <param name="fullPath">The file.</param>
    /// <param name="patience">How long it may take; what is left of it afterwards.</param>
    /// <param name="problem">Why there are no bytes.</param>
    public static byte[]? Read(string fullPath, ref TimeSpan patience, out string? problem)
    {
        if (Directory.Exists(fullPath))
        {
            problem = "it is a folder, not a file";
            return null;
        }

        byte[]? bytes = null;
        string? failure = null;
        var reader = new Thread(() => bytes = ReadBounded(fullPath, out failure)) { IsBackground = true, Name = "configuration file" };
        long started = Stopwatch.GetTimestamp();
        reader.Start();
        bool ended = reader.Join(patience);
        patience = TimeSpan.FromTicks(Math.Max(0, (patience - Stopwatch.GetElapsedTime(started)).Ticks));
        if (!ended)
        {
            problem = $"it did not yield its content in time (all files together have {ConfigLimits.FilesTimeout.TotalSeconds:0} s)";
            return null;
        }

        problem = failure;
        return bytes;
    }

    private static byte[]? ReadBounded(string fullPath, out string? problem)
    {
        try
        {
            using FileStream file = new(fullPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            byte[] buffer = new byte[ConfigLimits.FileBytesMax + 1];
            int length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            problem = length > ConfigLimits.FileBytesMax ? $"it is larger than {ConfigLimits.FileBytesMax / 1024} KiB" : null;
            return problem is null ? buffer[..length] : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = "there is no such file";
        }
        catch (UnauthorizedAccessException)
        {
            problem = "it may not be read (permission denied)";
        }
        catch (Exception exception) when (exception is IOException or NotSupportedException or ArgumentException)
        {
            problem = exception.Message;
        }

        return null;
    }
}
