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

    // As much again: else what is accepted next would fill the disk at once. Where the room is not known there is enough.
    private bool HasRoom => StoreFiles.RoomOf(Path.GetDirectoryName(path)!) is not { } room || room >= 2 * bytes;

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

    private void Fill()
    {
        using var file = StoreFiles.OpenPrivate(path, FileShare.Read);
        StoreFiles.Lengthen(file, bytes);
        file.Flush(flushToDisk: true);
    }
}
