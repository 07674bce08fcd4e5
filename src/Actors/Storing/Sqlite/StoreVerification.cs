using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AkkaPipeline.Storing.Sqlite;

/// <summary>
/// Re-reads a store and proves its ledger, or names what is damaged; changes nothing. Beside a pipeline that has the store
/// open it is safe: all but the payloads is read in one transaction, payloads in one each, so that the log is not held back.
/// </summary>
internal sealed class StoreVerification
{
    private const int StructureFaultsMax = 20;

    private readonly SqlDatabase database;
    private readonly List<StoreDamage> damage = [];
    private readonly SortedDictionary<string, long> handovers = new(StringComparer.Ordinal);
    private readonly List<(long Queue, RowHead Head)> bodies = [];
    private readonly bool inUse;

    private StoreVerification(SqlDatabase database, bool inUse)
    {
        this.database = database;
        this.inUse = inUse;
    }

    /// <param name="path">Of the file.</param>
    /// <param name="payloads">Read them too; else only what is counted.</param>
    /// <exception cref="StoreException">It is no store, or cannot be read at all.</exception>
    public static StoreReport Run(string path, bool payloads = true)
    {
        path = StoreFiles.FinalPath(path);
        if (!File.Exists(path))
        {
            throw new StoreException($"{path} does not exist.");
        }

        var owner = OwnerOf(path);
        try
        {
            using var database = StoreFile.OpenToRead(path);
            var verification = new StoreVerification(database, owner is not null);
            var queues = verification.Read(payloads);

            var pageBytes = database.ReadLong("PRAGMA page_size");
            return new StoreReport(path, (int)database.ReadLong("PRAGMA user_version"), owner)
            {
                Queues = queues,
                Handovers = verification.handovers,
                Damage = verification.damage,
                FileBytes = StoreFiles.LengthOf(path),
                LogBytes = StoreFiles.LengthOf(path + "-wal"),
                FreeBytes = pageBytes * database.ReadLong("PRAGMA freelist_count"),
            };
        }
        catch (SqliteException error) when (payloads && error.SqliteErrorCode is raw.SQLITE_NOTADB or raw.SQLITE_IOERR or raw.SQLITE_CORRUPT)
        {
            return Unreadable(path, owner, error);
        }
        catch (SqliteException error)
        {
            throw StoreFailures.OfOpening(path, error)!;
        }
    }

    /// <summary>Not even its first page can be read.</summary>
    private static StoreReport Unreadable(string path, string? owner, SqliteException error) => new(path, 0, owner)
    {
        Queues = [],
        Damage = [new StoreDamage("file", null, StoreFailures.OfOpening(path, error)!.Message)],
        FileBytes = StoreFiles.LengthOf(path),
        LogBytes = StoreFiles.LengthOf(path + "-wal"),
    };

    /// <returns>Null: nobody has it open.</returns>
    public static string? OwnerOf(string path) =>
        StoreFiles.FinalPath(path) is var file && StoreLock.IsHeld(file) ? StoreLock.OwnerOf(file) : null;

    /// <summary>Where the file's own structure is damaged nothing that is read of it proves anything: no queue is told.</summary>
    private List<QueueReport> Read(bool payloads)
    {
        try
        {
            var queues = InOneTransaction(ReadQueues);
            if (payloads)
            {
                ReadBodies();
                ReadStructure();
            }

            return queues;
        }
        catch (SqliteException error) when (error.SqliteErrorCode == raw.SQLITE_CORRUPT)
        {
            Note("file", null, $"{error.Message} Restore it from a copy, or save what can be read by sqlite3's .recover.");
            return [];
        }
    }

    /// <summary>Pages and indexes; not beside a pipeline, because it takes one transaction as long as the file is large.</summary>
    private void ReadStructure()
    {
        using var query = database.Use(inUse ? "SELECT 'ok'" : $"PRAGMA integrity_check({StructureFaultsMax})");
        while (query.Step())
        {
            Note("file", null, query.Text(0) is "ok" ? null : query.Text(0));
        }
    }

    private List<QueueReport> InOneTransaction(Func<List<QueueReport>> read)
    {
        database.Execute("BEGIN");
        var queues = read();
        database.Execute("COMMIT");
        return queues;
    }

    private List<QueueReport> ReadQueues()
    {
        var rows = new List<QueueRow>();
        using (var query = database.Use("SELECT queue, name, instance, epoch, format, crc FROM queues ORDER BY queue"))
        {
            while (query.Step())
            {
                rows.Add(QueueRow.Read(query, out var wrong));
                Note("queues", rows[^1].Queue, wrong);
            }
        }

        ReadHandovers();
        return [.. rows.Select(ReadQueue)];
    }

    private void ReadHandovers()
    {
        if (database.ReadLong("PRAGMA user_version") < HandoverTable.SinceFormat)
        {
            return;
        }

        using var query = database.Use(HandoverTable.SelectAll);
        while (query.Step())
        {
            var name = query.Text(6) ?? "";
            handovers[name] = handovers.GetValueOrDefault(name) + 1;
            Note("handovers", query.Long(0), HandoverTable.OutputOf(query, name) is null ? "it does not match its checksum" : null);
        }

        using var numbers = database.Use(HandoverTable.SelectNumbers);
        while (numbers.Step())
        {
            Note("handover_numbers", null, HandoverTable.LastOf(numbers) is null ? $"that of {numbers.Text(0)} does not match its checksum" : null);
        }
    }

    private QueueReport ReadQueue(QueueRow row)
    {
        var counters = new CountersTable(database, row.Queue);
        Note("counters", row.Queue, counters.Reload() ? null : "it does not match its checksum");
        var others = new VerifiedTables(database, row.Queue, Note);
        var checkpoints = new CheckpointTable(database, row.Queue).Read(out var unsound);
        foreach (var source in unsound)
        {
            Note("checkpoints", null, $"that of {source} does not match its checksum");
        }

        var report = WithRows(new QueueReport(row.Name, row.Instance, row.Epoch, counters.Current), row.Queue) with
        {
            Alone = others.Alone(out var nextDue),
            DeadLetters = others.DeadLetters(out var oldest),
            PutIds = others.PutIds(),
            QuarantinedRows = others.Count("quarantined"),
            NextDue = nextDue,
            OldestDeadLetter = oldest,
            Checkpoints = checkpoints,
        };
        Note("counters", row.Queue, report.Balances ? null : Unbalanced(report));
        return report;
    }

    private QueueReport WithRows(QueueReport report, long queue)
    {
        var (rows, left, bytes, end) = (0L, 0L, 0L, long.MinValue);
        long? oldest = null;
        using var query = database.Use(RowQueries.AllAfter).With(queue).With(long.MinValue);
        while (query.Step())
        {
            var head = RowQueries.Head(query, queue, out var bits, out var wrong);
            rows++;
            wrong ??= head.First < end ? "it overlaps the row before it" : null;
            wrong ??= head.First + head.Count - 1 > report.Counts.LastSequence ? "it holds a number that was never given" : null;
            Note("heads", head.First, wrong);
            if (wrong is null)
            {
                end = head.First + head.Count;
                left += head.Count - SettledBits.Count(bits);
                bytes += head.Bytes;
                oldest ??= head.First;
                bodies.Add((queue, head));
            }
        }

        NoteStray(queue);
        return report with { Rows = rows, InRows = left, PayloadBytes = bytes, OldestSequence = oldest };
    }

    private void NoteStray(long queue)
    {
        var bits = "SELECT count(*) FROM settled s WHERE queue = ? AND NOT EXISTS (SELECT 1 FROM heads h WHERE h.queue = s.queue AND h.first = s.first)";
        using var query = database.Use(bits).With(queue);
        query.Step();
        Note("settled", null, query.Long(0) == 0 ? null : $"{query.Long(0)} of its rows belong to no head");
    }

    private void ReadBodies()
    {
        foreach (var (queue, head) in bodies)
        {
            if (RowBody.Read(database, head, out var wrong) is null && !(inUse && IsGone(queue, head)))
            {
                Note("bodies", head.Body, $"{wrong} (items {head.First} to {head.First + head.Count - 1})");
            }
        }

        var stray = inUse ? 0 : database.ReadLong("SELECT count(*) FROM bodies WHERE body NOT IN (SELECT body FROM heads)");
        Note("bodies", null, stray == 0 ? null : $"{stray} of its rows belong to no head");
    }

    /// <summary>Settled since its head was read.</summary>
    private bool IsGone(long queue, RowHead head)
    {
        using var query = database.Use("SELECT 1 FROM heads WHERE queue = ? AND first = ?").With(queue).With(head.First);
        return !query.Step();
    }

    private static string Unbalanced(QueueReport report) =>
        $"accepted {report.Counts.Accepted} is not acked {report.Counts.Acked} + dead-lettered {report.Counts.DeadLettered} + dropped "
        + $"{report.Counts.Dropped} + quarantined {report.Counts.Quarantined} + in rows {report.InRows} + alone {report.Alone}";

    private void Note(string table, long? place, string? why)
    {
        if (why is not null)
        {
            damage.Add(new StoreDamage(table, place, why));
        }
    }
}
