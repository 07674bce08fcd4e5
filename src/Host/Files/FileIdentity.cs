using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace AkkaPipeline.Host.Files;

/// <summary>By what a file is known to be the same as before, without reading it.</summary>
/// <param name="Length">In bytes.</param>
/// <param name="Modified">When its content was last changed, in the file system's own units.</param>
/// <param name="Changed">When anything about it was, which no program can set back; 0 where that is not known.</param>
/// <param name="Inode">Its number in the file system; 0 where that is not known.</param>
internal readonly record struct FileIdentity(long Length, string Modified, string Changed, ulong Inode)
{
    public static FileIdentity Of(SafeFileHandle file)
    {
        if (OperatingSystem.IsLinux() && NativeFiles.StatX(file, "", NativeFiles.EmptyPath, NativeFiles.BasicStats, out var stat) == 0)
        {
            return new FileIdentity(
                stat.Size,
                Time(stat.ModifiedSeconds, stat.ModifiedNanoseconds),
                Time(stat.ChangedSeconds, stat.ChangedNanoseconds),
                stat.Inode);
        }

        string modified = File.GetLastWriteTimeUtc(file).Ticks.ToString(CultureInfo.InvariantCulture);
        return new FileIdentity(RandomAccess.GetLength(file), modified, "0", 0);
    }

    /// <summary>Whether a file is there that can be read again and again. Does not open it: a pipe would hear of that.</summary>
    public static bool IsRegular(string path) => OperatingSystem.IsLinux()
        ? NativeFiles.StatX(NativeFiles.CurrentFolder, path, 0, NativeFiles.BasicStats, out var stat) == 0
            && (stat.Mode & NativeFiles.KindMask) == NativeFiles.RegularKind
        : File.Exists(path);

    private static string Time(long seconds, uint nanoseconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{seconds}.{nanoseconds:000000000}");
}
