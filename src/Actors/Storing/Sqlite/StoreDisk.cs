using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AkkaPipeline.Storing.Sqlite;

/// <summary>
/// What the file takes of the disk: brings the log home before it grows long, gives free pages back, holds the bound of the
/// store's own, and keeps the reserve.
/// </summary>
internal sealed class StoreDisk
{
    private const int VacuumPages = 512;

    /// <summary>With less than this the disk is what is full, not the store.</summary>
    private const long RoomOfFullDisk = 4 << 20;

    private readonly SqlDatabase database;
    private readonly SqliteStoreSettings settings;
    private readonly ReserveFile reserve;
    private readonly long pageBytes;
    private readonly long logBytes;
    private readonly long reserveBytes;
    private long logged;
    private long limit = -1;

    // Until there is a reserve again.
    private bool keepsLog;

    public StoreDisk(SqlDatabase database, SqliteStoreSettings settings)
    {
        this.database = database;
        this.settings = settings;
        pageBytes = database.ReadLong("PRAGMA page_size");
        var disk = StoreFiles.SizeOf(Path.GetDirectoryName(settings.Path)!) ?? long.MaxValue;
        logBytes = Math.Clamp(disk / 32, 256 << 10, settings.LogBytes);
        reserveBytes = 2 * logBytes;
        reserve = new ReserveFile(ReserveOf(settings), reserveBytes);
        database.Execute($"PRAGMA journal_size_limit = {logBytes}");
        database.TakePagesWritten();
        if (reserve.IsGone)
        {
            KeepLog();
        }
    }

    /// <summary>The disk is full before the store is open.</summary>
    /// <returns>False: there is nothing to give up.</returns>
    public static bool TryGiveUpReserve(SqliteStoreSettings settings) => new ReserveFile(ReserveOf(settings), 0).TryRelease();

    /// <summary>Before a batch: new items must leave room for what settles them.</summary>
    /// <exception cref="StoreFullException">There is no room for the reserve.</exception>
    public void Prepare(bool accepts)
    {
        SetLimit(accepts ? settings.DiskBytesMax : settings.DiskBytesMax + reserveBytes);
        if (accepts && !reserve.TryHold())
        {
            throw new StoreFullException(
                $"{settings.Path}: the disk is full; items are accepted again once {2 * reserveBytes >> 20} MB are free.");
        }

        if (accepts)
        {
            // There is a reserve again.
            keepsLog = false;
        }
    }

    /// <summary>After a batch.</summary>
    public void Committed()
    {
        logged += database.TakePagesWritten() * pageBytes;
        if (logged < LogBytesUsed)
        {
            return;
        }

        // A reader holds the log back, or the disk is full: then it is tried again after as much again. The batch is safe in the log.
        if (!CheckpointHasRoom(truncate: logged > 8 * logBytes))
        {
            MakeRoom();
        }

        logged = StoreFiles.LengthOf(LogOf(settings)) > 8 * logBytes ? logBytes * 8 : 0;
    }

    /// <summary>The disk is full: gives up the reserve, so that what settles can be written.</summary>
    /// <returns>False: there is nothing to give up, or it is the store's own bound that is reached.</returns>
    public bool MakeRoom()
    {
        if (IsOwnBound || !reserve.TryRelease())
        {
            return false;
        }

        settings.Warn?.Invoke($"{settings.Path}: the disk is full; what settles is written into the reserve, new items are refused");
        KeepLog();
        logged = CheckpointHasRoom(truncate: false) ? 0 : logged;
        return true;
    }

    /// <summary>
    /// The reserve has been given up: the log gets its room at once, before others take it, and keeps it. SQLite writes over what
    /// is behind its last frame, and reads nothing there.
    /// </summary>
    private void KeepLog()
    {
        keepsLog = true;
        try
        {
            // Nobody else may write to it meanwhile, also not from a shell.
            database.Execute("BEGIN IMMEDIATE");
        }
        catch (SqliteException)
        {
            // Another writer is in it: the log stays as it is, and grows by what it is given.
            return;
        }

        try
        {
            using var log = StoreFiles.OpenPrivate(LogOf(settings), FileShare.ReadWrite);
            StoreFiles.Lengthen(log, logBytes);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Others were faster: it has what there was.
        }
        finally
        {
            database.Execute("ROLLBACK");
        }
    }

    /// <summary>Brings the log home.</summary>
    /// <returns>False: there was no room on the disk for all of it.</returns>
    private bool CheckpointHasRoom(bool truncate)
    {
        try
        {
            database.Checkpoint(truncate && !keepsLog);
            return true;
        }
        catch (SqliteException error) when (error.SqliteErrorCode == raw.SQLITE_FULL)
        {
            return false;
        }
    }

    public StoreFullException Full(Exception cause, bool isShared) => IsOwnBound
        ? new StoreFullException($"{settings.Path} has reached its bound of {settings.DiskBytesMax} bytes", cause) { IsOwnBound = true, IsShared = isShared }
        : new StoreFullException($"{settings.Path}: the disk is full", cause);

    /// <summary>Gives free pages back, a few at a time, where a quarter of the file is free.</summary>
    /// <returns>Whether there is more to do.</returns>
    public bool GiveBack()
    {
        var free = database.ReadLong("PRAGMA freelist_count");
        if (free < VacuumPages / 4 || free * 4 < PageCount)
        {
            return logged > 0 && BringHome();
        }

        database.Execute($"PRAGMA incremental_vacuum({VacuumPages})");
        Committed();
        return true;
    }

    /// <summary>A log that keeps its room comes home at half of it: the next batch must fit into the rest.</summary>
    private long LogBytesUsed => keepsLog ? logBytes / 2 : logBytes;

    private static string ReserveOf(SqliteStoreSettings settings) => settings.Path + ".reserve";

    private static string LogOf(SqliteStoreSettings settings) => settings.Path + "-wal";

    private bool IsOwnBound =>
        settings.DiskBytesMax > 0 && StoreFiles.RoomOf(Path.GetDirectoryName(settings.Path)!) is null or > RoomOfFullDisk;

    private long PageCount => database.ReadLong("PRAGMA page_count");

    private bool BringHome()
    {
        database.Checkpoint(truncate: !keepsLog);
        logged = 0;
        return false;
    }

    private void SetLimit(long bytes)
    {
        if (settings.DiskBytesMax > 0 && bytes != limit)
        {
            database.Execute($"PRAGMA max_page_count = {Math.Max(1, bytes / pageBytes)}");
            limit = bytes;
        }
    }
}
