namespace AkkaPipeline.Storing.Sqlite;

/// <summary>Outputs of one queue that are to become items of another, and that this has not taken.</summary>
internal sealed class HandoverTable(SqlDatabase database, Quarantine quarantine)
{
    private const string Columns = "number, codec, codec_version, format, crc, payload";

    /// <summary>The first format that has the table.</summary>
    public const int SinceFormat = 2;

    /// <summary>All of them, by name and number.</summary>
    public const string SelectAll = $"SELECT {Columns}, handover FROM handovers ORDER BY handover, number";

    public const string SelectNumbers = "SELECT handover, last, crc FROM handover_numbers";

    // What a damaged row leaves out, so that no number is given twice.
    private const long Leap = 1_000_000_000;

    // Not lowered when a transaction is rolled back: those numbers are left out.
    private readonly Dictionary<string, long> last = [];

    public void Write(HandoverPart part)
    {
        var number = last.TryGetValue(part.Handover, out var known) ? known : Highest(part.Handover);
        foreach (var output in part.Outputs)
        {
            last[part.Handover] = output.Number = ++number;
            var payload = output.Payload.At(0).Span;
            var codec = output.Payload.Codec;
            database.Use($"INSERT INTO handovers (handover, {Columns}) VALUES (?, ?, ?, ?, ?, ?, ?)")
                .With(part.Handover).With(number).With(codec.Name).With(codec.Version).With(StoreSchema.Format)
                .With(Check(part.Handover, number, codec, payload)).With(payload).Run();
        }

        // Who takes outputs goes by their numbers: they grow, though all rows are gone.
        database.Use("INSERT OR REPLACE INTO handover_numbers (handover, last, format, crc) VALUES (?, ?, ?, ?)")
            .With(part.Handover).With(number).With(StoreSchema.Format).With(CheckLast(part.Handover, number)).Run();
    }

    public void Remove(HandoverTaken taken) =>
        database.Use("DELETE FROM handovers WHERE handover = ? AND number < ?").With(taken.Handover).With(taken.Below).Run();

    public IReadOnlyList<StoredHandover> Read(string handover, int limit)
    {
        var read = new List<StoredHandover>();
        var damaged = new List<long>();
        using (var query = database.Use($"SELECT {Columns} FROM handovers WHERE handover = ? ORDER BY number").With(handover))
        {
            while (read.Count < limit && query.Step())
            {
                if (OutputOf(query, handover) is { } output)
                {
                    read.Add(output);
                }
                else
                {
                    damaged.Add(query.Long(0));
                }
            }
        }

        foreach (var number in damaged)
        {
            quarantine.MoveHandover(handover, number, "it does not match its checksum");
        }

        return read;
    }

    /// <returns>Null: it is damaged.</returns>
    public static StoredHandover? OutputOf(SqlStatement row, string handover)
    {
        var codec = new CodecName(row.Text(1) ?? "", (int)row.Long(2));
        if (row.Long(4) != Check(handover, row.Long(0), codec, row.Bytes(5)) || RowQueries.FormatDamage(row.Long(3)) is not null)
        {
            return null;
        }

        var payload = row.Bytes(5).ToArray();
        return new StoredHandover(row.Long(0), new EncodedItems(codec, payload, [payload.Length]));
    }

    /// <returns>Null: it is damaged.</returns>
    public static long? LastOf(SqlStatement row) => row.Long(2) == CheckLast(row.Text(0) ?? "", row.Long(1)) ? row.Long(1) : null;

    private long Highest(string handover)
    {
        using var query = database.Use($"{SelectNumbers} WHERE handover = ?").With(handover);
        return !query.Step() ? 0 : LastOf(query) ?? Math.Clamp(query.Long(1), 0, long.MaxValue / 2) + Leap;
    }

    private static long CheckLast(string handover, long last) => RowCheck.Of(last).And(handover).Value;

    private static long Check(string handover, long number, CodecName codec, ReadOnlySpan<byte> payload) =>
        RowCheck.Of(number).And(handover).And(codec.Name).And(codec.Version).And(payload).Value;
}
