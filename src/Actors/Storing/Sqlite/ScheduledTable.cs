namespace AkkaPipeline.Storing.Sqlite;

/// <summary>Items that stand alone: delayed, tried again, requeued.</summary>
internal sealed class ScheduledTable(SqlDatabase database, long queue, Quarantine quarantine)
{
    private static readonly string[] Columns =
        ["due", "delay_ticks", "attempts", "history", "headers", "codec", "codec_version", "format", "crc", "payload"];

    /// <summary>Above a number, in order.</summary>
    public const string Select = """
        SELECT sequence, due, delay_ticks, attempts, history, headers, codec, codec_version, format, crc, payload
        FROM scheduled WHERE queue = ? AND sequence > ? ORDER BY sequence
        """;

    public void Write(StoredItem item)
    {
        var headers = StoredText.Of(item.Item.Headers?[0]);
        var due = item.Due is { } time ? StoredText.Of(time) : null;
        var history = StoredText.Of(item.History);
        var payload = item.Item.At(0).Span;
        var check = Check(queue, item.Sequence, due, item.Delay.Ticks, item.Attempts, history, headers, item.Item.Codec, payload);
        database.Use("""
            INSERT OR REPLACE INTO scheduled
                (queue, sequence, due, delay_ticks, attempts, history, headers, codec, codec_version, format, crc, payload)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
            .With(queue).With(item.Sequence).With(due).With(item.Delay.Ticks).With(item.Attempts).With(history).With(headers)
            .With(item.Item.Codec.Name).With(item.Item.Codec.Version).With(StoreSchema.Format).With(check).With(payload).Run();
    }

    public void Remove(long sequence) =>
        database.Use("DELETE FROM scheduled WHERE queue = ? AND sequence = ?").With(queue).With(sequence).Run();

    public long Count()
    {
        using var query = database.Use("SELECT count(*) FROM scheduled WHERE queue = ?").With(queue);
        query.Step();
        return query.Long(0);
    }

    public IReadOnlyList<StoredItem> Read(long after, int limit)
    {
        var read = new List<StoredItem>();
        var damaged = new List<long>();
        using (var query = database.Use(Select).With(queue).With(after))
        {
            while (read.Count < limit && query.Step())
            {
                if (ItemOf(query, queue) is { } item)
                {
                    read.Add(item);
                }
                else
                {
                    damaged.Add(query.Long(0));
                }
            }
        }

        foreach (var sequence in damaged)
        {
            quarantine.Move("scheduled", "sequence", Columns, sequence, 1, "it does not match its checksum");
        }

        return read;
    }

    /// <returns>Null: it is damaged.</returns>
    public static StoredItem? ItemOf(SqlStatement row, long queue)
    {
        var codec = new CodecName(row.Text(6) ?? "", (int)row.Long(7));
        var check = Check(queue, row.Long(0), row.Text(1), row.Long(2), row.Long(3), row.Text(4), row.Text(5), codec, row.Bytes(10));
        if (check != row.Long(9) || RowQueries.FormatDamage(row.Long(8)) is not null)
        {
            return null;
        }

        var payload = row.Bytes(10).ToArray();
        var headers = StoredText.Headers(row.Text(5));
        return new StoredItem(
            row.Long(0),
            new EncodedItems(codec, payload, [payload.Length], headers is null ? null : [headers]),
            row.Text(1) is { } due ? StoredText.Time(due) : null,
            new TimeSpan(row.Long(2)),
            (int)row.Long(3),
            StoredText.Attempts(row.Text(4)));
    }

    private static long Check(
        long queue, long sequence, string? due, long delay, long attempts, string? history, string? headers, CodecName codec,
        ReadOnlySpan<byte> payload) =>
        RowCheck.Of(queue).And(sequence).And(due).And(delay).And(attempts).And(history).And(headers)
            .And(codec.Name).And(codec.Version).And(payload).Value;
}
