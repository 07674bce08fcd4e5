using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AkkaPipeline.Storing.Sqlite;

/// <summary>Moves damaged rows aside, raw, each in a transaction of its own, and takes what they held out of what is left.</summary>
internal sealed class Quarantine(SqlDatabase database, long queue, CountersTable counters, TimeProvider time, Action<string>? warn)
{
    private static readonly string HeadContent = Content(
        ["h.count", "h.bytes", "h.codec", "h.codec_version", "h.body", "h.format", "h.crc", "s.bits", "s.crc"]);

    private static readonly string BodyContent = Content(["b.format", "b.crc", "b.lengths", "b.headers", "b.payload"]);

    /// <param name="head">Of which row.</param>
    /// <param name="unsettled">Null: what the damage leaves untold, and the ledger therefore has to tell.</param>
    /// <param name="reason">For people.</param>
    /// <returns>How many unsettled items it held.</returns>
    public long MoveRow(RowHead head, long? unsettled, string reason)
    {
        var held = unsettled ?? Math.Clamp(Missing(), 0, RowPacker.ItemsMax);
        try
        {
            MoveRow(head, held, reason, withBody: !head.Damaged || !IsBodyOfAnother(head));
        }
        catch (SqliteException error) when (error.SqliteErrorCode == raw.SQLITE_CORRUPT)
        {
            // A body whose pages are broken can be neither copied nor deleted; it stays, and `verify` names it.
            MoveRow(head, held, reason, withBody: false);
        }

        // Whoever reads rows hears of it, and tells it.
        return held;
    }

    /// <summary>A row of a table whose key is the queue and a number.</summary>
    public void Move(string table, string key, IReadOnlyList<string> columns, long place, long unsettled, string reason)
    {
        InTransaction(() =>
        {
            var insert = $"""
                INSERT INTO quarantined (queue, came_from, place, unsettled, reason, at, content)
                SELECT queue, '{table}', {key}, ?, ?, ?, {Content(columns)} FROM {table} WHERE queue = ? AND {key} = ?
                """;
            database.Use(insert).With(unsettled).With(reason).With(StoredText.Of(time.GetUtcNow())).With(queue).With(place).Run();
            database.Use($"DELETE FROM {table} WHERE queue = ? AND {key} = ?").With(queue).With(place).Run();
            if (unsettled > 0)
            {
                counters.AddQuarantined(unsettled);
            }
        });
        warn?.Invoke($"row {place} of {table} is damaged and was moved aside: {reason}");
    }

    /// <summary>An output that no queue has taken: it is no item of this one, and not in its ledger.</summary>
    public void MoveHandover(string handover, long number, string reason)
    {
        InTransaction(() =>
        {
            var insert = $"""
                INSERT INTO quarantined (queue, came_from, place, unsettled, reason, at, content)
                SELECT ?, 'handovers', number, 0, ?, ?, {Content(["handover", "codec", "codec_version", "format", "crc", "payload"])}
                FROM handovers WHERE handover = ? AND number = ?
                """;
            database.Use(insert).With(queue).With(reason).With(StoredText.Of(time.GetUtcNow())).With(handover).With(number).Run();
            database.Use("DELETE FROM handovers WHERE handover = ? AND number = ?").With(handover).With(number).Run();
        });
        warn?.Invoke($"output {number} of the handover {handover} is damaged and was moved aside: {reason}");
    }

    /// <summary>What the ledger says is left, less what all sound rows hold: so much was in those that are damaged.</summary>
    private long Missing() => counters.Current.Left - RowQueries.Left(database, queue, out _)
        - database.ReadLong($"SELECT count(*) FROM scheduled WHERE queue = {queue}");

    /// <summary>All of it or nothing; within a transaction it is a part of that one.</summary>
    public void InTransaction(Action moves)
    {
        if (database.InTransaction)
        {
            moves();
            return;
        }

        database.Execute("BEGIN IMMEDIATE");
        try
        {
            moves();
            database.Execute("COMMIT");
        }
        catch
        {
            if (database.InTransaction)
            {
                database.Execute("ROLLBACK");
            }

            counters.Reload();
            throw;
        }
    }

    /// <summary>A damaged head may name the body of a sound row.</summary>
    private bool IsBodyOfAnother(RowHead head)
    {
        using var others = database.Use("SELECT 1 FROM heads WHERE body = ? AND NOT (queue = ? AND first = ?) LIMIT 1")
            .With(head.Body).With(queue).With(head.First);
        return others.Step();
    }

    private void MoveRow(RowHead head, long unsettled, string reason, bool withBody) => InTransaction(() =>
    {
        InsertRow(head.First, unsettled, reason, withBody);
        if (withBody)
        {
            database.Use("DELETE FROM bodies WHERE body = (SELECT body FROM heads WHERE queue = ? AND first = ?)")
                .With(queue).With(head.First).Run();
        }

        if (database.Use("DELETE FROM heads WHERE queue = ? AND first = ?").With(queue).With(head.First).Run() == 0)
        {
            throw new StoreException("a row of the table heads has a key that is no number. Restore the file from a copy.");
        }

        database.Use("DELETE FROM settled WHERE queue = ? AND first = ?").With(queue).With(head.First).Run();
        counters.AddQuarantined(unsettled);
    });

    private void InsertRow(long first, long unsettled, string reason, bool withBody)
    {
        var content = withBody ? $"{HeadContent} || ', ' || {BodyContent}" : HeadContent;
        var body = withBody ? "LEFT JOIN bodies b ON b.body = h.body" : "";
        database.Use($"""
            INSERT INTO quarantined (queue, came_from, place, unsettled, reason, at, content)
            SELECT h.queue, 'heads', h.first, ?, ?, ?, {content}
            FROM heads h LEFT JOIN settled s ON s.queue = h.queue AND s.first = h.first {body} WHERE h.queue = ? AND h.first = ?
            """)
            .With(unsettled).With(reason).With(StoredText.Of(time.GetUtcNow())).With(queue).With(first).Run();
    }

    /// <summary>Columns as SQL writes them, whatever is in them: a flipped bit can make text of a number.</summary>
    private static string Content(IReadOnlyList<string> columns) =>
        string.Join(" || ', ' || ", columns.Select(column => $"'{column[(column.IndexOf('.', StringComparison.Ordinal) + 1)..]}=' || quote({column})"));
}
