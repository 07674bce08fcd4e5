using AkkaPipeline.Queueing;

namespace AkkaPipeline.Storing.Sqlite;

/// <summary>One queue's part of an open file: its tables, and the transaction that a batch is. On the store's thread only.</summary>
internal sealed class StoreSession
{
    private readonly SqlDatabase database;
    private QueueRow self;
    private readonly CountersTable counters;
    private readonly Quarantine quarantine;
    private readonly RowTables rows;
    private readonly RowReader reader;
    private readonly ScheduledTable scheduled;
    private readonly DeadLetterTable letters;
    private readonly PutIdTable putIds;
    private readonly CheckpointTable checkpoints;
    private readonly HandoverTable handovers;

    private StoreSession(SqlDatabase database, QueueRow self, SqliteStoreSettings settings)
    {
        this.database = database;
        this.self = self;
        counters = new CountersTable(database, self.Queue);
        quarantine = new Quarantine(database, self.Queue, counters, settings.Time, settings.Warn);
        rows = new RowTables(database, self.Queue);
        reader = new RowReader(database, self.Queue, rows, quarantine);
        scheduled = new ScheduledTable(database, self.Queue, quarantine);
        letters = new DeadLetterTable(database, self.Queue);
        putIds = new PutIdTable(database, self.Queue, quarantine);
        checkpoints = new CheckpointTable(database, self.Queue);
        handovers = new HandoverTable(database, quarantine);
    }

    /// <summary>Issues the epoch of this run and reads what earlier ones have left, but for the items.</summary>
    public static StoreSession Open(SqlDatabase database, string queue, SqliteStoreSettings settings, out StoreOpened opened)
    {
        var session = new StoreSession(database, QueueRow.Enter(database, queue), settings);
        if (!session.counters.Reload())
        {
            session.self = new CountersRepair(database, session.self.Queue, session.counters, session.quarantine).Run(session.self);
        }

        new StrayBits(database, session.self.Queue, session.counters, session.quarantine).MoveAside();

        session.Reload();
        var checkpoints = session.checkpoints.Read(out var damaged);
        if (damaged.Count > 0)
        {
            throw new StoreException(
                $"{settings.Path}: the checkpoint of {string.Join(", ", damaged)} is damaged, so that nobody can say how far it was. "
                + "Start over, or restore the file from a copy.");
        }

        opened = new StoreOpened(new QueueIdentity(queue, session.self.Instance), session.self.Epoch)
        {
            Counts = session.counters.Current,
            DeadLettersKept = session.letters.Count(null),
            Alone = session.scheduled.Count(),
            Checkpoints = checkpoints,
        };
        return session;
    }

    public void Commit(StoreBatch batch)
    {
        rows.Trim();
        database.Use("BEGIN IMMEDIATE").Run();
        try
        {
            self.CheckEpoch(database);
            Write(batch);
            database.Use("COMMIT").Run();
        }
        catch
        {
            if (database.InTransaction)
            {
                database.Use("ROLLBACK").Run();
            }

            throw;
        }
    }

    /// <summary>Lets go of all that a transaction that was rolled back has left in memory.</summary>
    public void Reload()
    {
        counters.Reload();
        rows.Reload();
        putIds.Reload();
    }

    public IReadOnlyList<StoredRow> ReadRows(long after, int items, long bytes)
    {
        rows.Trim();
        return reader.Read(after, items, bytes);
    }

    public IReadOnlyList<StoredItem> ReadAlone(long after, int limit) => scheduled.Read(after, limit);

    public IReadOnlyList<StoredPutId> ReadPutIds() => putIds.Read();

    public IReadOnlyList<StoredHandover> ReadHandover(string handover, int limit) => handovers.Read(handover, limit);

    public IReadOnlyList<StoredDeadLetter> ReadDeadLetters(DeadLetterFilter? filter, long after, int limit) =>
        letters.Read(filter, after, limit);

    public long CountDeadLetters(DeadLetterFilter? filter) => letters.Count(filter);

    private void Write(StoreBatch batch)
    {
        if (batch.HandoverTaken is { } taken)
        {
            handovers.Remove(taken);
        }

        if (batch.DropsRowsAbove is { } number)
        {
            rows.DropAbove(number);
        }

        foreach (var range in batch.Settled)
        {
            rows.Settle(range);
        }

        rows.WriteSettled();
        rows.Write(batch.Accepted);
        foreach (var sequence in batch.AloneRemoved)
        {
            scheduled.Remove(sequence);
        }

        foreach (var item in batch.Alone)
        {
            scheduled.Write(item);
        }

        WriteLetters(batch);
        WritePutIds(batch);
        if (batch.Counts is not null || batch.DeadLetters.Count > 0)
        {
            counters.Take(batch.Counts);
        }

        if (batch.Checkpoint is { } checkpoint)
        {
            checkpoints.Write(checkpoint);
        }

        if (batch.HandedOver is { } part)
        {
            handovers.Write(part);
        }
    }

    private void WriteLetters(StoreBatch batch)
    {
        foreach (var letter in batch.DeadLetters)
        {
            letters.Write(counters.NextLetter(), letter);
        }

        foreach (var number in batch.DeadLettersRemoved)
        {
            letters.Remove(number);
        }

        if (batch.OldestDeadLettersDropped > 0)
        {
            letters.RemoveOldest(batch.OldestDeadLettersDropped);
        }
    }

    private void WritePutIds(StoreBatch batch)
    {
        foreach (var put in batch.PutIds)
        {
            putIds.Write(put);
        }

        if (batch.PutIdsMax > 0)
        {
            putIds.Keep(batch.PutIdsMax);
        }
    }
}
