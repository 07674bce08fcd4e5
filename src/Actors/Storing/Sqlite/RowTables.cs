namespace AkkaPipeline.Storing.Sqlite;

/// <summary>Rows of items: heads, their bodies, and the bits of what is settled in them.</summary>
internal sealed class RowTables(SqlDatabase database, long queue)
{
    private readonly HeldRows held = new();
    private readonly RowPacker packer = new();
    private readonly List<HeldRow> changed = [];

    /// <summary>Forgets what is held: at the start, and when a transaction was rolled back.</summary>
    public void Reload()
    {
        held.Clear();
        changed.Clear();
        database.LastBody = database.ReadLong("SELECT max(body) FROM bodies");
    }

    public void Write(IReadOnlyList<AcceptedItems> accepted)
    {
        foreach (var row in packer.Pack(accepted))
        {
            Insert(row);
        }
    }

    /// <summary>
    /// Settles numbers in rows. What stands in no row was moved aside as damaged, and its settlement changes nothing.
    /// </summary>
    public void Settle(NumberRange range)
    {
        var from = range.First;
        while (from < range.End && RowAtOrAfter(from) is { } row && row.First < range.End)
        {
            if (row.Damaged)
            {
                from = Math.Max(from + 1, row.End);
                continue;
            }

            var to = Math.Min(row.End, range.End);
            row.Settle(Math.Max(from, row.First), to);
            changed.Add(row);
            from = to;
        }
    }

    /// <summary>Writes the bits of what has been settled, and deletes the rows in which nothing is left.</summary>
    public void WriteSettled()
    {
        foreach (var row in changed)
        {
            if (!row.Changed)
            {
                continue;
            }

            row.Changed = false;
            if (row.Unsettled == 0)
            {
                Delete(row);
            }
            else
            {
                WriteBits(row.First, row.Bits!);
            }
        }

        changed.Clear();
    }

    /// <summary>Deletes all that begins above a number, in steps, and settles what is above it in the row around it.</summary>
    public void DropAbove(long number)
    {
        const int Step = 1024;
        held.RemoveAbove(number);
        if (number >= 0 && RowAtOrAfter(number) is { } row && row.First <= number && row.End > number + 1)
        {
            Settle(new NumberRange(number + 1, row.End - number - 1));
        }

        do
        {
            // A damaged head may name the body of a row that stays.
            database.Use("""
                DELETE FROM bodies WHERE body IN
                    (SELECT body FROM heads WHERE queue = ?1 AND first > ?2 ORDER BY first DESC LIMIT ?3)
                    AND body NOT IN (SELECT body FROM heads WHERE queue <> ?1 OR first <= ?2)
                """).With(queue).With(number).With(Step).Run();
        }
        while (database.Use("""
            DELETE FROM heads WHERE queue = ?1 AND first IN
                (SELECT first FROM heads WHERE queue = ?1 AND first > ?2 ORDER BY first DESC LIMIT ?3)
            """).With(queue).With(number).With(Step).Run() > 0);

        database.Use("DELETE FROM settled WHERE queue = ? AND first > ?").With(queue).With(number).Run();
    }

    public void Trim() => held.Trim();

    public void Hold(RowHead head, ulong[]? bits) =>
        held.Add(new HeldRow(head.First, (int)head.Count, head.Body, bits));

    private void Insert(RowPacker row)
    {
        var body = ++database.LastBody;
        var headers = StoredText.OfRow(row.Headers);
        var check = RowCheck.Of(body).And(row.Lengths).And(headers).And(row.Payload);
        database.Use("INSERT INTO bodies (body, format, crc, lengths, headers, payload) VALUES (?, ?, ?, ?, ?, ?)")
            .With(body).With(StoreSchema.Format).With(check.Value).With(row.Lengths).With(headers).With(row.Payload).Run();

        var head = new RowHead(row.First, row.Count, row.Payload.Length, row.Codec, body);
        database.Use("""
            INSERT INTO heads (queue, first, count, bytes, codec, codec_version, body, format, crc)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
            .With(queue).With(head.First).With(head.Count).With(head.Bytes).With(head.Codec.Name).With(head.Codec.Version)
            .With(body).With(StoreSchema.Format).With(head.Check(queue)).Run();

        var bits = row.Settled?[..SettledBits.For(row.Count).Length];
        if (bits is not null)
        {
            WriteBits(row.First, bits);
        }

        Hold(head, bits);
    }

    private void WriteBits(long first, ulong[] bits)
    {
        var bytes = SettledBits.Write(bits);
        database.Use("INSERT OR REPLACE INTO settled (queue, first, bits, format, crc) VALUES (?, ?, ?, ?, ?)")
            .With(queue).With(first).With(bytes).With(StoreSchema.Format).With(RowHead.CheckBits(queue, first, bytes)).Run();
    }

    private void Delete(HeldRow row)
    {
        database.Use("DELETE FROM heads WHERE queue = ? AND first = ?").With(queue).With(row.First).Run();
        database.Use("DELETE FROM bodies WHERE body = ?").With(row.Body).Run();
        database.Use("DELETE FROM settled WHERE queue = ? AND first = ?").With(queue).With(row.First).Run();
        held.Remove(row);
    }

    /// <summary>The row that a number stands in, else the next one.</summary>
    private HeldRow? RowAtOrAfter(long number)
    {
        if (held.Containing(number) is { } row)
        {
            return row;
        }

        var found = Find(RowQueries.AtOrBefore, number);
        return found is not null && found.End > number ? found : Find(RowQueries.After, number);
    }

    private HeldRow? Find(string sql, long number)
    {
        HeldRow row;
        using (var query = database.Use(sql).With(queue).With(number))
        {
            if (!query.Step())
            {
                return null;
            }

            // One that is held may have been settled in this transaction, and not be written yet.
            if (held.Containing(query.Long(0)) is { } known && known.First == query.Long(0))
            {
                return known;
            }

            var head = RowQueries.Head(query, queue, out var bits, out var damage);
            row = new HeldRow(head.First, head.Damaged ? 1 : (int)head.Count, head.Body, bits) { Damaged = damage is not null };
        }

        held.Add(row);
        return row;
    }
}
