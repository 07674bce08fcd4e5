namespace AkkaPipeline.Storing.Sqlite;

/// <summary>Files and folders that only their owner may read, on file systems that can be trusted.</summary>
internal static class StoreFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly string[] Refused = ["nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "ncpfs"];
    private static readonly string[] Doubtful = ["fuse", "9p", "vboxsf", "virtiofs", "overlayfs"];

    /// <summary>The path in full, of the file itself where it is a link: a link's own name would have a lock of its own.</summary>
    public static string FinalPath(string path) => new FileInfo(path) is { LinkTarget: not null } link
        ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName
        : Path.GetFullPath(path);

    public static FileStream OpenPrivate(string path, FileShare share)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(path, options);
    }

    /// <summary>Made with mode 0700; one that exists is left as it is.</summary>
    public static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    /// <exception cref="StoreException">A network's: their locks and syncs do not promise what a store needs.</exception>
    public static void CheckFileSystem(string path, string? format, Action<string>? warn)
    {
        if (format is null)
        {
            return;
        }

        if (Refused.Contains(format, StringComparer.OrdinalIgnoreCase))
        {
            throw new StoreException(
                $"{path} lies on a network file system ({format}), where neither locks nor syncs can be relied on. Put it on a local disk.");
        }

        if (Doubtful.Any(doubtful => format.StartsWith(doubtful, StringComparison.OrdinalIgnoreCase)))
        {
            warn?.Invoke($"it lies on {format}: whether a sync there reaches the disk is not known. A local disk is safer.");
        }
    }

    /// <returns>Null: not known.</returns>
    public static string? FormatOf(string folder) => OfDrive(folder, static drive => drive.DriveFormat);

    /// <returns>Null: not known.</returns>
    public static long? RoomOf(string folder) => OfDrive(folder, static drive => (long?)drive.AvailableFreeSpace);

    /// <returns>Null: not known.</returns>
    public static long? SizeOf(string folder) => OfDrive(folder, static drive => (long?)drive.TotalSize);

    /// <summary>Written out, with noise: a file that is only made long, or is full of zeros, takes no room on many file systems.</summary>
    public static void Lengthen(FileStream file, long bytes)
    {
        var block = new byte[1 << 16];
        Random.Shared.NextBytes(block);
        file.Position = file.Length;
        for (var left = bytes - file.Length; left > 0; left -= block.Length)
        {
            file.Write(block.AsSpan(0, (int)Math.Min(left, block.Length)));
        }
    }

    public static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    private static T? OfDrive<T>(string folder, Func<DriveInfo, T?> read)
    {
        try
        {
            return read(new DriveInfo(folder));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return default;
        }
    }
}
