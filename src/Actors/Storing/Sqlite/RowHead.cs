namespace AkkaPipeline.Storing.Sqlite;

/// <summary>A row without its payloads.</summary>
internal readonly record struct RowHead(long First, long Count, long Bytes, CodecName Codec, long Body)
{
    /// <summary>It does not match its checksum: none of it is to be believed, least of all whose body it names.</summary>
    public bool Damaged { get; init; }

    public long Check(long queue) =>
        RowCheck.Of(queue).And(First).And(Count).And(Bytes).And(Codec.Name).And(Codec.Version).And(Body).Value;

    public static long CheckBits(long queue, long first, ReadOnlySpan<byte> bits) => RowCheck.Of(queue).And(first).And(bits).Value;
}

/// <summary>How heads are read, with the bits beside them; bodies apart, so that a damaged one spoils nothing else.</summary>
internal static class RowQueries
{
    private const string Columns = """
        SELECT h.first, h.count, h.bytes, h.codec, h.codec_version, h.body, h.format, h.crc, s.bits, s.format, s.crc
        FROM heads h LEFT JOIN settled s ON s.queue = h.queue AND s.first = h.first

        """;

    public const string AtOrBefore = Columns + "WHERE h.queue = ? AND h.first <= ? ORDER BY h.first DESC LIMIT 1";
    public const string After = Columns + "WHERE h.queue = ? AND h.first > ? ORDER BY h.first LIMIT 1";
    public const string AllAfter = Columns + "WHERE h.queue = ? AND h.first > ? ORDER BY h.first";

    public static RowHead Head(SqlStatement row, long queue, out ulong[]? bits, out string? damage)
    {
        var head = new RowHead(
            row.Long(0), row.Long(1), row.Long(2), new CodecName(row.Text(3) ?? "", (int)row.Long(4)), row.Long(5));
        bits = null;
        head = head with { Damaged = row.Long(7) != head.Check(queue) };
        damage = head.Damaged ? $"its head, which says item {head.First}, does not match its checksum" : FormatDamage(row.Long(6));
        if (damage is not null || row.IsNull(8))
        {
            return head;
        }

        var bytes = row.Bytes(8);
        bits = SettledBits.Read(bytes, (int)head.Count);
        var matches = bits is not null && row.Long(10) == RowHead.CheckBits(queue, head.First, bytes);
        damage = matches ? FormatDamage(row.Long(9)) : "the bits of what is settled in it do not match their checksum";
        return head;
    }

    /// <summary>How many unsettled items all sound rows hold, and the highest number in them.</summary>
    public static long Left(SqlDatabase database, long queue, out long highest)
    {
        var left = 0L;
        highest = 0;
        using var query = database.Use(AllAfter).With(queue).With(long.MinValue);
        while (query.Step())
        {
            var head = Head(query, queue, out var bits, out var damage);
            left += damage is null ? head.Count - SettledBits.Count(bits) : 0;
            highest = damage is null ? head.First + head.Count - 1 : highest;
        }

        return left;
    }

    public static string? FormatDamage(long format) =>
        format is >= 1 and <= StoreSchema.Format ? null : $"it claims format {format}";
}
