namespace AkkaPipeline.Storing.Sqlite;

/// <summary>The counts of a queue, and the number of the last dead letter: what must not begin anew when rows go.</summary>
internal sealed class CountersTable(SqlDatabase database, long queue)
{
    public StoreCounts Current { get; private set; } = StoreCounts.None;

    public long LastLetter { get; private set; }

    /// <summary>From disk: at the start, and when a transaction was rolled back.</summary>
    /// <returns>False: damaged.</returns>
    public bool Reload()
    {
        using var query = database.Use("""
            SELECT last_sequence, accepted, acked, dead_lettered, dropped, retried, quarantined, last_letter, format, crc
            FROM counters WHERE queue = ?
            """).With(queue);
        if (!query.Step())
        {
            return false;
        }

        Current = new StoreCounts(
            query.Long(0), query.Long(1), query.Long(2), query.Long(3), query.Long(4), query.Long(5), query.Long(6));
        LastLetter = query.Long(7);
        return query.Long(9) == Check() && RowQueries.FormatDamage(query.Long(8)) is null;
    }

    public long NextLetter() => ++LastLetter;

    public void AddQuarantined(long count) => Write(Current with { Quarantined = Current.Quarantined + count });

    /// <summary>What is quarantined stays as the store has counted it.</summary>
    public void Take(StoreCounts? counts) =>
        Write(counts is null ? Current : counts with { Quarantined = Current.Quarantined });

    /// <summary>All of them as they are given.</summary>
    public void Restore(StoreCounts counts, long lastLetter)
    {
        LastLetter = lastLetter;
        Write(counts);
    }

    private void Write(StoreCounts counts)
    {
        Current = counts;
        database.Use("INSERT OR REPLACE INTO counters VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .With(queue).With(counts.LastSequence).With(counts.Accepted).With(counts.Acked).With(counts.DeadLettered)
            .With(counts.Dropped).With(counts.Retried).With(counts.Quarantined).With(LastLetter)
            .With(StoreSchema.Format).With(Check()).Run();
    }

    private long Check() =>
        RowCheck.Of(queue).And(Current.LastSequence).And(Current.Accepted).And(Current.Acked).And(Current.DeadLettered)
            .And(Current.Dropped).And(Current.Retried).And(Current.Quarantined).And(LastLetter).Value;
}
