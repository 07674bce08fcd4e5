namespace AkkaPipeline.Storing.Sqlite;

/// <summary>
/// Makes counts anew from what the other tables hold, when their own row is damaged: what is left is then right, what was
/// done before is no longer known and counts from nought.
/// </summary>
internal sealed class CountersRepair(SqlDatabase database, long queue, CountersTable counters, Quarantine quarantine)
{
    /// <summary>More than a run gives between two commits: no number may be given twice, and the last one is not known.</summary>
    private const long NumbersSkipped = 1_000_000_000;

    private static readonly string[] Columns =
    [
        "last_sequence", "accepted", "acked", "dead_lettered", "dropped", "retried", "quarantined", "last_letter", "format", "crc",
    ];

    public void Run()
    {
        var letters = Read("SELECT count(*) FROM dead_letters WHERE queue = ?");
        var quarantined = Read("SELECT sum(unsettled) FROM quarantined WHERE queue = ?");
        var left = Read("SELECT count(*) FROM scheduled WHERE queue = ?") + LeftInRows(out var highest);
        highest = Math.Max(highest, Read("SELECT max(sequence) FROM scheduled WHERE queue = ?"));
        highest = Math.Max(highest, Read("SELECT max(sequence) FROM dead_letters WHERE queue = ?"));
        highest = Math.Max(highest, Read("SELECT max(sequence) FROM put_ids WHERE queue = ?"));

        quarantine.Move("counters", "queue", Columns, queue, 0, "it does not match its checksum; counted anew from the other tables");
        var counts = new StoreCounts(highest + NumbersSkipped, left + letters + quarantined, 0, letters, 0, 0, quarantined);
        counters.Restore(counts, Read("SELECT max(number) FROM dead_letters WHERE queue = ?"));
    }

    private long LeftInRows(out long highest)
    {
        var left = 0L;
        highest = 0;
        using var query = database.Use(RowQueries.AllAfter).With(queue).With(long.MinValue);
        while (query.Step())
        {
            var head = RowQueries.Head(query, queue, out var bits, out var damage);
            left += damage is null ? head.Count - SettledBits.Count(bits) : 0;
            highest = damage is null ? head.First + head.Count - 1 : highest;
        }

        return left;
    }

    private long Read(string sql)
    {
        using var query = database.Use(sql).With(queue);
        return query.Step() ? query.Long(0) : 0;
    }
}
