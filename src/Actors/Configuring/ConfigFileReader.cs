using System.Globalization;

namespace AkkaPipeline.Configuring;

/// <summary>Reads a small file whole, whatever it is: a folder, a device without end or a pipe nobody writes to too.</summary>
internal static class ConfigFileReader
{
    /// <param name="fullPath">The file.</param>
    /// <param name="patience">How long it may take; less, once it has taken longer.</param>
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
        reader.Start();
        if (!reader.Join(patience))
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"it did not yield its content within {patience.TotalMilliseconds:0} ms");

            // Many such files end soon, too: all waits together are less than one and a half of the first.
            patience /= 4;
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
        catch (PathTooLongException)
        {
            problem = "its name is too long";
        }
        catch (Exception exception) when (exception is IOException or NotSupportedException or ArgumentException)
        {
            // The message may hold the file's name, which may hold anything.
            problem = HoconCharacters.ShowFile(exception.Message);
        }

        return null;
    }
}
