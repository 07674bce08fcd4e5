using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AkkaPipeline.Storing.Sqlite;

/// <summary>
/// A queue's store in one file of SQLite. One connection writes, on one thread; a commit is synced to disk. After an error
/// that is not a want of room nothing more is done on that connection: a sync that failed once may succeed the second time
/// without having written anything.
/// </summary>
internal sealed class SqliteStore(SqliteStoreSettings settings) : IQueueStore
{
    private readonly SqliteStoreSettings settings = settings with { Path = Path.GetFullPath(settings.Path) };
    private StoreThread? thread;
    private StoreLock? lockHeld;
    private SqlDatabase? database;
    private StoreDisk? disk;
    private StoreSession? session;
    private StoreException? broken;

    public async ValueTask<StoreOpened> OpenAsync(string queue, CancellationToken cancellationToken)
    {
        if (thread is not null)
        {
            throw new InvalidOperationException("The store is open.");
        }

        var running = new StoreThread($"store-{queue}", WhenIdle);
        try
        {
            await running.RunAsync(Prepare, cancellationToken).ConfigureAwait(false);
            lockHeld = await StoreLock.TakeAsync(settings.Path, settings.LockWait, settings.Time, cancellationToken).ConfigureAwait(false);
            var opened = await running.RunAsync(() => Open(queue), cancellationToken).ConfigureAwait(false);
            thread = running;
            return opened;
        }
        catch (Exception failure)
        {
            await running.RunAsync(Release, CancellationToken.None).ConfigureAwait(false);
            running.End();
            throw StoreFailures.OfOpening(settings.Path, failure) is { } told ? told : failure;
        }
    }

    public async ValueTask CommitAsync(StoreBatch batch, CancellationToken cancellationToken) =>
        await RunAsync(open => Commit(open, batch), cancellationToken).ConfigureAwait(false);

    public ValueTask<IReadOnlyList<StoredRow>> ReadRowsAsync(
        long after, int items, long bytes, CancellationToken cancellationToken) =>
        RunAsync(open => open.ReadRows(after, items, bytes), cancellationToken);

    public ValueTask<IReadOnlyList<StoredItem>> ReadAloneAsync(long after, int limit, CancellationToken cancellationToken) =>
        RunAsync(open => open.ReadAlone(after, limit), cancellationToken);

    public ValueTask<IReadOnlyList<StoredPutId>> ReadPutIdsAsync(CancellationToken cancellationToken) =>
        RunAsync(open => open.ReadPutIds(), cancellationToken);

    public ValueTask<IReadOnlyList<StoredDeadLetter>> ReadDeadLettersAsync(
        DeadLetterFilter? filter, long after, int limit, CancellationToken cancellationToken) =>
        RunAsync(open => open.ReadDeadLetters(filter, after, limit), cancellationToken);

    public ValueTask<long> CountDeadLettersAsync(DeadLetterFilter? filter, CancellationToken cancellationToken) =>
        RunAsync(open => open.CountDeadLetters(filter), cancellationToken);

    public async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        if (thread is { } running)
        {
            thread = null;
            await running.RunAsync(Release, CancellationToken.None).ConfigureAwait(false);
            running.End();
        }
    }

    /// <summary>Gives back to the disk what it would give back by and by when there is nothing else to do.</summary>
    internal async Task GiveBackAsync() =>
        await RunAsync(
            _ =>
            {
                while (disk!.GiveBack())
                {
                }

                return true;
            },
            CancellationToken.None).ConfigureAwait(false);

    private ValueTask<T> RunAsync<T>(Func<StoreSession, T> use, CancellationToken cancellationToken) =>
        thread is { } running
            ? running.RunAsync(() => Guarded(use), cancellationToken)
            : ValueTask.FromException<T>(new StoreException($"{settings.Path} is not open."));

    private T Guarded<T>(Func<StoreSession, T> use)
    {
        if (broken is not null)
        {
            throw new StoreException(broken.Message, broken);
        }

        try
        {
            return use(session!);
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

    private bool Commit(StoreSession open, StoreBatch batch)
    {
        disk!.Prepare(batch.Accepted.Count > 0);
        try
        {
            CommitOrMakeRoom(open, batch);
        }
        catch (Exception failure) when (!database!.InTransaction && failure is not StoreException)
        {
            open.Reload();
            throw failure is SqliteException { SqliteErrorCode: raw.SQLITE_FULL } ? disk.Full(failure) : failure;
        }

        disk.Committed();
        return true;
    }

    private void CommitOrMakeRoom(StoreSession open, StoreBatch batch)
    {
        try
        {
            open.Commit(batch);
        }
        catch (SqliteException full) when (full.SqliteErrorCode == raw.SQLITE_FULL && batch.Accepted.Count == 0 && disk!.MakeRoom())
        {
            open.Reload();
            open.Commit(batch);
        }
    }

    private bool Prepare()
    {
        var folder = Path.GetDirectoryName(settings.Path)!;
        StoreFiles.MakeFolder(folder);
        StoreFiles.CheckFileSystem(settings.Path, StoreFiles.FormatOf(folder), settings.Warn);
        return true;
    }

    private StoreOpened Open(string queue)
    {
        StoreFiles.OpenPrivate(settings.Path, FileShare.ReadWrite).Dispose();
        database = StoreFile.OpenToWrite(settings);
        disk = new StoreDisk(database, settings);
        broken = null;
        session = StoreSession.Open(database, queue, settings, out var opened);
        return opened;
    }

    private bool Release()
    {
        session = null;
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
            return session is not null && broken is null && disk!.GiveBack();
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
        return broken = StoreFailures.OfWriting(settings.Path, error);
    }
}
