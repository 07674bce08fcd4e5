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
            MoveRow(head, held, reason, withBody: true);
        }
        catch (SqliteException error) when (error.SqliteErrorCode == raw.SQLITE_CORRUPT)
        {
            // A body whose pages are broken can be neither copied nor deleted; it stays, and `verify` names it.
            MoveRow(head, held, reason, withBody: false);
        }

        warn?.Invoke($"the row from item {head.First} is damaged and was moved aside with {held} items: {reason}");
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
            counters.AddQuarantined(unsettled);
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
    private long Missing()
    {
        var missing = counters.Current.Left - database.ReadLong($"SELECT count(*) FROM scheduled WHERE queue = {queue}");
        using var query = database.Use(RowQueries.AllAfter).With(queue).With(long.MinValue);
        while (query.Step())
        {
            var head = RowQueries.Head(query, queue, out var bits, out var damage);
            missing -= damage is null ? head.Count - SettledBits.Count(bits) : 0;
        }

        return missing;
    }

    private void MoveRow(RowHead head, long unsettled, string reason, bool withBody) => InTransaction(() =>
    {
        InsertRow(head.First, unsettled, reason, withBody);
        if (withBody)
        {
            database.Use("DELETE FROM bodies WHERE body = (SELECT body FROM heads WHERE queue = ? AND first = ?)")
                .With(queue).With(head.First).Run();
        }

        database.Use("DELETE FROM heads WHERE queue = ? AND first = ?").With(queue).With(head.First).Run();
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

    private void InTransaction(Action moves)
    {
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

    /// <summary>Columns as SQL writes them, whatever is in them: a flipped bit can make text of a number.</summary>
    private static string Content(IReadOnlyList<string> columns) =>
        string.Join(" || ', ' || ", columns.Select(column => $"'{column[(column.IndexOf('.', StringComparison.Ordinal) + 1)..]}=' || quote({column})"));
}
