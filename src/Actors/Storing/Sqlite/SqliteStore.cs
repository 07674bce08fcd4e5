namespace AkkaPipeline.Storing.Sqlite;

/// <summary>A queue's store in one file of SQLite, which it may share with other queues of this process. A commit is synced to disk.</summary>
internal sealed class SqliteStore(SqliteStoreSettings settings) : IQueueStore
{
    private readonly SqliteStoreSettings settings = settings with { Path = StoreFiles.FinalPath(settings.Path) };
    private SqliteFile? file;
    private StoreSession? session;
    private string name = string.Empty;

    /// <summary>Whether it was open before.</summary>
    private bool IsClosed => file is null && name.Length > 0;

    public async ValueTask<StoreOpened> OpenAsync(string queue, CancellationToken cancellationToken)
    {
        if (file is not null)
        {
            throw new InvalidOperationException("The store is open.");
        }

        (file, session, var opened) = await SqliteFile.EnterAsync(settings, queue, cancellationToken).ConfigureAwait(false);
        name = queue;
        return opened;
    }

    public async ValueTask CommitAsync(StoreBatch batch, CancellationToken cancellationToken)
    {
        var (held, own) = (file, session);
        await RunAsync(disk => held!.Commit(disk, own!, batch), cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<IReadOnlyList<StoredRow>> ReadRowsAsync(
        long after, int items, long bytes, CancellationToken cancellationToken) =>
        ReadAsync(open => open.ReadRows(after, items, bytes), cancellationToken);

    public ValueTask<IReadOnlyList<StoredItem>> ReadAloneAsync(long after, int limit, CancellationToken cancellationToken) =>
        ReadAsync(open => open.ReadAlone(after, limit), cancellationToken);

    public ValueTask<IReadOnlyList<StoredPutId>> ReadPutIdsAsync(CancellationToken cancellationToken) =>
        ReadAsync(open => open.ReadPutIds(), cancellationToken);

    public ValueTask<IReadOnlyList<StoredHandover>> ReadHandoverAsync(string handover, int limit, CancellationToken cancellationToken) =>
        ReadAsync(open => open.ReadHandover(handover, limit), cancellationToken);

    public ValueTask<IReadOnlyList<StoredDeadLetter>> ReadDeadLettersAsync(
        DeadLetterFilter? filter, long after, int limit, CancellationToken cancellationToken) =>
        IsClosed
            ? new(Task.Run(() => StoredLetters.List(settings.Path, name, filter, after, limit), cancellationToken))
            : ReadAsync(open => open.ReadDeadLetters(filter, after, limit), cancellationToken);

    public ValueTask<long> CountDeadLettersAsync(DeadLetterFilter? filter, CancellationToken cancellationToken) =>
        IsClosed
            ? new(Task.Run(() => StoredLetters.Count(settings.Path, name, filter), cancellationToken))
            : ReadAsync(open => open.CountDeadLetters(filter), cancellationToken);

    public async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        if (file is { } held)
        {
            (file, session) = (null, null);
            await held.LeaveAsync(name).ConfigureAwait(false);
        }
    }

    /// <summary>Gives back to the disk what it would give back by and by when there is nothing else to do.</summary>
    internal async Task GiveBackAsync() =>
        await RunAsync(
            disk =>
            {
                while (disk.GiveBack())
                {
                }

                return true;
            },
            CancellationToken.None).ConfigureAwait(false);

    private ValueTask<T> ReadAsync<T>(Func<StoreSession, T> read, CancellationToken cancellationToken)
    {
        var own = session;
        return RunAsync(_ => read(own!), cancellationToken);
    }

    private ValueTask<T> RunAsync<T>(Func<StoreDisk, T> use, CancellationToken cancellationToken) =>
        file is { } held
            ? held.RunAsync(use, cancellationToken)
            : ValueTask.FromException<T>(new StoreException($"{settings.Path} is not open."));
}
