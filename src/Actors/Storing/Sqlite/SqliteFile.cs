using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AkkaPipeline.Storing.Sqlite;

/// <summary>
/// A store's file as this process has it open: one connection that writes, on one thread, for all queues in it. The first that
/// enters opens it, and its settings count; the last that leaves closes it. After an error that is not a want of room nothing
/// more is done on that connection: a sync that failed once may succeed the second time without having written anything.
/// </summary>
internal sealed class SqliteFile
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, SqliteFile> Files = [];
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly string path;
    private readonly SemaphoreSlim entering = new(1, 1);
    private readonly HashSet<string> queues = [];
    private int users;
    private SqliteStoreSettings settings = null!;
    private StoreThread? thread;
    private StoreLock? lockHeld;
    private SqlDatabase? database;
    private StoreDisk? disk;
    private StoreException? broken;

    private SqliteFile(string path) => this.path = path;

    /// <summary>Enters a queue, once this process has the file; one of the same name is waited for, as another process is.</summary>
    public static async Task<(SqliteFile File, StoreSession Session, StoreOpened Opened)> EnterAsync(
        SqliteStoreSettings settings, string queue, CancellationToken cancellationToken)
    {
        SqliteFile file;
        lock (Gate)
        {
            if (!Files.TryGetValue(settings.Path, out file!))
            {
                file = Files[settings.Path] = new SqliteFile(settings.Path);
            }

            file.users++;
        }

        try
        {
            var (session, opened) = await file.EnterQueueAsync(settings, queue, cancellationToken).ConfigureAwait(false);
            return (file, session, opened);
        }
        catch
        {
            file.Forget();
            throw;
        }
    }

    /// <summary>A queue has no more to do with the file.</summary>
    public async Task LeaveAsync(string queue)
    {
        await entering.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            queues.Remove(queue);
            if (queues.Count == 0)
            {
                await CloseAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            entering.Release();
            Forget();
        }
    }

    /// <summary>Does something on the file's thread.</summary>
    /// <exception cref="StoreException">It has failed, now or before: the connection is not used any more.</exception>
    public ValueTask<T> RunAsync<T>(Func<StoreDisk, T> use, CancellationToken cancellationToken) =>
        thread is { } running
            ? running.RunAsync(() => Guarded(use), cancellationToken)
            : ValueTask.FromException<T>(new StoreException($"{path} is not open."));

    /// <summary>Commits a batch of a queue. On the file's thread.</summary>
    public bool Commit(StoreDisk held, StoreSession session, StoreBatch batch)
    {
        held.Prepare(batch.NeedsRoom);
        try
        {
            CommitOrMakeRoom(held, session, batch);
        }
        catch (Exception failure) when (!database!.InTransaction && failure is not StoreException)
        {
            session.Reload();
            throw failure is SqliteException { SqliteErrorCode: raw.SQLITE_FULL } ? held.Full(failure, isShared: queues.Count > 1) : failure;
        }

        held.Committed();
        return true;
    }

    private async Task<(StoreSession Session, StoreOpened Opened)> EnterQueueAsync(
        SqliteStoreSettings asked, string queue, CancellationToken cancellationToken)
    {
        var since = asked.Time.GetTimestamp();
        while (true)
        {
            await entering.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                if (queues.Add(queue))
                {
                    return await OpenQueueAsync(asked, queue, cancellationToken).ConfigureAwait(false);
                }
            }
            finally
            {
                entering.Release();
            }

            if (asked.Time.GetElapsedTime(since) >= asked.LockWait)
            {
                throw StoreLock.InUse(path, asked.LockWait);
            }

            await Task.Delay(Pause, asked.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<(StoreSession Session, StoreOpened Opened)> OpenQueueAsync(
        SqliteStoreSettings asked, string queue, CancellationToken cancellationToken)
    {
        try
        {
            if (thread is null)
            {
                await OpenAsync(asked, cancellationToken).ConfigureAwait(false);
            }

            return await thread!.RunAsync(
                () => OpenSession(queue), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            queues.Remove(queue);
            if (queues.Count == 0)
            {
                await CloseAsync().ConfigureAwait(false);
            }

            throw StoreFailures.OfOpening(path, failure) is { } told ? told : failure;
        }
    }

    /// <summary>A refusal is this queue's alone: the others of the file go on.</summary>
    private (StoreSession Session, StoreOpened Opened) OpenSession(string queue)
    {
        if (broken is not null)
        {
            throw new StoreException(broken.Message, broken);
        }

        try
        {
            return WithReserve(() => (StoreSession.Open(database!, queue, settings, out var opened), opened), disk!.MakeRoom);
        }
        catch (SqliteException error) when (queues.Count > 1 && !IsFull(error))
        {
            throw Break(error);
        }
    }

    private async Task OpenAsync(SqliteStoreSettings asked, CancellationToken cancellationToken)
    {
        settings = asked;
        broken = null;
        thread = new StoreThread($"store-{Path.GetFileName(path)}", WhenIdle);
        await thread.RunAsync(Prepare, cancellationToken).ConfigureAwait(false);
        lockHeld = await StoreLock.TakeAsync(path, settings.LockWait, settings.Time, cancellationToken).ConfigureAwait(false);
        await thread.RunAsync(OpenDatabase, cancellationToken).ConfigureAwait(false);
    }

    private async Task CloseAsync()
    {
        if (thread is { } running)
        {
            thread = null;
            await running.RunAsync(Release, CancellationToken.None).ConfigureAwait(false);
            running.End();
        }
    }

    private void Forget()
    {
        lock (Gate)
        {
            if (--users == 0)
            {
                Files.Remove(path);
            }
        }
    }

    private T Guarded<T>(Func<StoreDisk, T> use)
    {
        if (broken is not null)
        {
            throw new StoreException(broken.Message, broken);
        }

        try
        {
            return use(disk!);
        }
        catch (SqliteException error)
        {
            throw Break(error);
        }
        catch (StoreException failure) when (failure is not StoreFullException)
        {
            broken = failure;
            database!.LeaveLogOnClose();
            throw;
        }
    }

    private static void CommitOrMakeRoom(StoreDisk held, StoreSession session, StoreBatch batch)
    {
        try
        {
            session.Commit(batch);
        }
        catch (SqliteException full) when (full.SqliteErrorCode == raw.SQLITE_FULL && !batch.NeedsRoom)
        {
            if (!held.MakeRoom())
            {
                throw;
            }

            session.Reload();
            session.Commit(batch);
        }
    }

    private bool Prepare()
    {
        var folder = Path.GetDirectoryName(path)!;
        StoreFiles.MakeFolder(folder);
        StoreFiles.CheckFileSystem(path, StoreFiles.FormatOf(folder), settings.Warn);
        return true;
    }

    private bool OpenDatabase()
    {
        StoreFiles.OpenPrivate(path, FileShare.ReadWrite).Dispose();
        database = WithReserve(() => StoreFile.OpenToWrite(settings), () => StoreDisk.TryGiveUpReserve(settings));
        disk = new StoreDisk(database, settings);
        return true;
    }

    /// <summary>A start writes a little: on a full disk into the reserve.</summary>
    private static T WithReserve<T>(Func<T> open, Func<bool> makeRoom)
    {
        try
        {
            return open();
        }
        catch (SqliteException full) when (IsFull(full))
        {
            if (!makeRoom())
            {
                throw;
            }

            return open();
        }
    }

    /// <summary>The second: there is no room for the log's index.</summary>
    private static bool IsFull(SqliteException error) =>
        error.SqliteErrorCode == raw.SQLITE_FULL || error.SqliteExtendedErrorCode == raw.SQLITE_IOERR_SHMSIZE;

    private bool Release()
    {
        disk = null;
        database?.Dispose();
        database = null;
        lockHeld?.Dispose();
        lockHeld = null;
        return true;
    }

    private bool WhenIdle()
    {
        try
        {
            return disk is not null && broken is null && disk.GiveBack();
        }
        catch (SqliteException error)
        {
            // Busy or full: there will be another time.
            if (error.SqliteErrorCode is not (raw.SQLITE_BUSY or raw.SQLITE_FULL))
            {
                Break(error);
            }

            return false;
        }
    }

    private StoreException Break(SqliteException error)
    {
        database!.LeaveLogOnClose();
        return broken = StoreFailures.OfWriting(path, error);
    }
}
