namespace AkkaPipeline.Storing.Sqlite;

/// <summary>Outputs of one queue that are to become items of another, and that this has not taken.</summary>
internal sealed class HandoverTable(SqlDatabase database, Quarantine quarantine)
{
    private const string Columns = "number, codec, codec_version, format, crc, payload";

    /// <summary>The first format that has the table.</summary>
    public const int SinceFormat = 2;

    /// <summary>All of them, by name and number.</summary>
    public const string SelectAll = $"SELECT {Columns}, handover FROM handovers ORDER BY handover, number";

    // Never begun anew while the file is open: a number that was rolled back is left out.
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

    private long Highest(string handover)
    {
        using var query = database.Use("SELECT max(number) FROM handovers WHERE handover = ?").With(handover);
        return query.Step() ? query.Long(0) : 0;
    }

    private static long Check(string handover, long number, CodecName codec, ReadOnlySpan<byte> payload) =>
        RowCheck.Of(number).And(handover).And(codec.Name).And(codec.Version).And(payload).Value;
}
