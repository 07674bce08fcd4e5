namespace AkkaPipeline.Storing.Sqlite;

/// <summary>Put ids within their window, by growing numbers of the store's own.</summary>
internal sealed class PutIdTable(SqlDatabase database, long queue, Quarantine quarantine)
{
    private static readonly string[] Columns = ["id", "sequence", "at", "format", "crc"];

    public const string Select = "SELECT number, id, sequence, at, format, crc FROM put_ids WHERE queue = ? ORDER BY number";

    private long last;

    public void Reload()
    {
        using var query = database.Use("SELECT max(number) FROM put_ids WHERE queue = ?").With(queue);
        last = query.Step() ? query.Long(0) : 0;
    }

    public void Write(StoredPutId put)
    {
        var at = StoredText.Of(put.At);
        var number = ++last;
        database.Use("INSERT INTO put_ids (queue, number, id, sequence, at, format, crc) VALUES (?, ?, ?, ?, ?, ?, ?)")
            .With(queue).With(number).With(put.Id).With(put.Sequence).With(at).With(StoreSchema.Format)
            .With(Check(queue, number, put.Id, put.Sequence, at)).Run();
    }

    public void Keep(int newest) =>
        database.Use("DELETE FROM put_ids WHERE queue = ? AND number <= ?").With(queue).With(last - newest).Run();

    public IReadOnlyList<StoredPutId> Read()
    {
        var read = new List<StoredPutId>();
        var damaged = new List<long>();
        using (var query = database.Use(Select).With(queue))
        {
            while (query.Step())
            {
                if (PutIdOf(query, queue) is { } put)
                {
                    read.Add(put);
                }
                else
                {
                    damaged.Add(query.Long(0));
                }
            }
        }

        foreach (var number in damaged)
        {
            quarantine.Move("put_ids", "number", Columns, number, 0, "it does not match its checksum");
        }

        return read;
    }

    /// <returns>Null: it is damaged.</returns>
    public static StoredPutId? PutIdOf(SqlStatement row, long queue)
    {
        var (id, at) = (row.Text(1) ?? "", row.Text(3) ?? "");
        var sound = row.Long(5) == Check(queue, row.Long(0), id, row.Long(2), at) && RowQueries.FormatDamage(row.Long(4)) is null;
        return sound ? new StoredPutId(id, row.Long(2), StoredText.Time(at)) : null;
    }

    private static long Check(long queue, long number, string id, long sequence, string at) =>
        RowCheck.Of(queue).And(number).And(id).And(sequence).And(at).Value;
}
