using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AkkaPipeline.Storing.Sqlite;

/// <summary>Reads rows back in order, and moves aside what is damaged.</summary>
internal sealed class RowReader(SqlDatabase database, long queue, RowTables rows, Quarantine quarantine)
{
    public IReadOnlyList<StoredRow> Read(long after, int items, long bytes)
    {
        var read = new List<StoredRow>();
        var place = after;
        while (items > 0 && bytes > 0 && Next(ref place, after) is { } row)
        {
            read.Add(row);
            after = row.First;
            items -= row.Damage is null ? row.Unsettled : 0;
            bytes -= row.Items?.Bytes.Length ?? 0;
        }

        return read;
    }

    /// <param name="place">Where it goes on, by the keys of the table: a damaged one too has to be passed.</param>
    /// <param name="after">The first number of the last row that is to be believed.</param>
    private StoredRow? Next(ref long place, long after)
    {
        RowHead head;
        ulong[]? bits;
        string? damage;
        using (var query = database.Use(RowQueries.After).With(queue).With(place))
        {
            if (!query.Step())
            {
                return null;
            }

            head = RowQueries.Head(query, queue, out bits, out damage);
        }

        place = head.First;
        if (damage is not null)
        {
            return Aside(head, after, quarantine.MoveRow(head, null, damage), damage);
        }

        var items = RowBody.Read(database, head, out damage);
        if (items is null)
        {
            return Aside(head, after, quarantine.MoveRow(head, (int)head.Count - SettledBits.Count(bits), damage!), damage!);
        }

        rows.Hold(head, bits);
        return new StoredRow(head.First, (int)head.Count, (int)head.Count - SettledBits.Count(bits), items, bits);
    }

    /// <summary>Whoever reads on behind a damaged head goes by what was sound before it, or would miss what is written since.</summary>
    private static StoredRow Aside(RowHead head, long after, long unsettled, string damage) => head.Damaged
        ? new StoredRow(after, 1, (int)unsettled, null, null, damage)
        : new StoredRow(head.First, (int)head.Count, (int)unsettled, null, null, damage);
}

/// <summary>The payloads of a row.</summary>
internal static class RowBody
{
    /// <returns>Null: it is damaged.</returns>
    public static EncodedItems? Read(SqlDatabase database, RowHead head, out string? damage)
    {
        try
        {
            using var query = database.Use("SELECT format, crc, lengths, headers, payload FROM bodies WHERE body = ?").With(head.Body);
            if (!query.Step())
            {
                damage = "its body is missing";
                return null;
            }

            return Decode(query, head, out damage);
        }
        catch (SqliteException error) when (error.SqliteErrorCode == raw.SQLITE_CORRUPT)
        {
            damage = "its body cannot be read: " + error.Message;
            return null;
        }
    }

    private static EncodedItems? Decode(SqlStatement row, RowHead head, out string? damage)
    {
        var headers = row.Text(3);
        var check = RowCheck.Of(head.Body).And(row.Bytes(2)).And(headers).And(row.Bytes(4)).Value;
        damage = check != row.Long(1) ? "its body does not match its checksum" : RowQueries.FormatDamage(row.Long(0));
        if (damage is not null)
        {
            return null;
        }

        var payload = row.Bytes(4).ToArray();
        var ends = RowLengths.ReadEnds(row.Bytes(2), (int)head.Count, payload.Length);
        if (ends is null || payload.Length != head.Bytes)
        {
            damage = "its body is not that of its head";
            return null;
        }

        return new EncodedItems(head.Codec, payload, ends, StoredText.RowHeaders(headers));
    }
}
