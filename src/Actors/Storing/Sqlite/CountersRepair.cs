namespace AkkaPipeline.Storing.Sqlite;

/// <summary>
/// Makes counts anew from what the other tables hold, when their own row is damaged: what is left is then right, what was
/// done before is no longer known and counts from nought. Which numbers were given is not known either, so the queue's
/// deliveries get ids of a new instance.
/// </summary>
internal sealed class CountersRepair(SqlDatabase database, long queue, CountersTable counters, Quarantine quarantine)
{
    /// <summary>More than a run gives between two commits: no number may be given twice, and the last one is not known.</summary>
    private const long NumbersSkipped = 1_000_000_000;

    private static readonly string[] Columns =
    [
        "last_sequence", "accepted", "acked", "dead_lettered", "dropped", "retried", "quarantined", "last_letter", "format", "crc",
    ];

    /// <returns>The queue as it is called from now on.</returns>
    public QueueRow Run(QueueRow self)
    {
        var letters = Read("SELECT count(*) FROM dead_letters WHERE queue = ?");
        var quarantined = Read("SELECT sum(unsettled) FROM quarantined WHERE queue = ?");
        var left = Read("SELECT count(*) FROM scheduled WHERE queue = ?") + RowQueries.Left(database, queue, out var highest);
        highest = Math.Max(highest, Read("SELECT max(sequence) FROM scheduled WHERE queue = ?"));
        highest = Math.Max(highest, Read("SELECT max(sequence) FROM dead_letters WHERE queue = ?"));
        highest = Math.Max(highest, Read("SELECT max(sequence) FROM put_ids WHERE queue = ?"));

        var counts = new StoreCounts(highest + NumbersSkipped, left + letters + quarantined, 0, letters, 0, 0, quarantined);
        var lastLetter = Read("SELECT max(number) FROM dead_letters WHERE queue = ?");
        var renewed = self;
        quarantine.InTransaction(() =>
        {
            quarantine.Move("counters", "queue", Columns, queue, 0, "it does not match its checksum; counted anew from the other tables");
            counters.Restore(counts, lastLetter);
            renewed = self.Renew(database);
        });
        return renewed;
    }

    private long Read(string sql)
    {
        using var query = database.Use(sql).With(queue);
        return query.Step() ? query.Long(0) : 0;
    }
}
