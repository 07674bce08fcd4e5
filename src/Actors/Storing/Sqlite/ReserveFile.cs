namespace AkkaPipeline.Storing.Sqlite;

/// <summary>
/// Room on the disk that is given up when it is full, so that settlements can still be written, and the log be brought home.
/// Nothing is accepted until it is there again.
/// </summary>
internal sealed class ReserveFile(string path, long bytes)
{
    private bool held;

    /// <summary>Whether there is none, nor room for one.</summary>
    public bool IsGone => StoreFiles.LengthOf(path) < bytes && !HasRoom;

    // As much again: else what is accepted next would fill the disk at once.
    private bool HasRoom => !(StoreFiles.RoomOf(Path.GetDirectoryName(path)!) < 2 * bytes);

    /// <returns>False: there is no room for it, and so not for new items.</returns>
    public bool TryHold()
    {
        if (held)
        {
            return true;
        }

        if (StoreFiles.LengthOf(path) >= bytes)
        {
            return held = true;
        }

        if (!HasRoom)
        {
            return false;
        }

        try
        {
            Fill();
            return held = true;
        }
        catch (IOException)
        {
            TryRelease();
            return false;
        }
    }

    /// <returns>False: there was none.</returns>
    public bool TryRelease()
    {
        held = false;
        if (!File.Exists(path))
        {
            return false;
        }

        File.Delete(path);
        return true;
    }

    /// <summary>Written out, because a file that is only made long takes no room on many file systems.</summary>
    private void Fill()
    {
        var block = new byte[1 << 20];
        Random.Shared.NextBytes(block);
        using var file = StoreFiles.OpenPrivate(path, FileShare.Read);
        for (var left = bytes; left > 0; left -= block.Length)
        {
            file.Write(block.AsSpan(0, (int)Math.Min(left, block.Length)));
        }

        file.Flush(flushToDisk: true);
    }
}
