namespace AkkaPipeline.Storing.Sqlite;

/// <summary>
/// Bits of what is settled that belong to no row: a key is damaged, theirs or their row's. Items that they would have told to be
/// done come back, and so count as done no longer.
/// </summary>
internal sealed class StrayBits(SqlDatabase database, long queue, CountersTable counters, Quarantine quarantine)
{
    private static readonly string[] Columns = ["bits", "format", "crc"];

    /// <summary>At the opening; where there are none, that costs a look at each row's key.</summary>
    public void MoveAside()
    {
        if (Find() is { Count: > 0 } strays)
        {
            quarantine.InTransaction(() =>
            {
                foreach (var first in strays)
                {
                    quarantine.Move("settled", "first", Columns, first, 0, "it belongs to no row of items: what was done of that one is done again");
                }

                CountWhatComesBack();
            });
        }
    }

    private List<long> Find()
    {
        var strays = new List<long>();
        using var query = database.Use("""
            SELECT s.first FROM settled s
            WHERE s.queue = ? AND NOT EXISTS (SELECT 1 FROM heads h WHERE h.queue = s.queue AND h.first = s.first)
            """).With(queue);
        while (query.Step())
        {
            strays.Add(query.Long(0));
        }

        return strays;
    }

    private void CountWhatComesBack()
    {
        var counts = counters.Current;
        var alone = database.ReadLong($"SELECT count(*) FROM scheduled WHERE queue = {queue}");
        var back = RowQueries.Left(database, queue, out _) + alone - counts.Left;
        if (back > 0)
        {
            // What was a dead letter, or stood alone, is there twice.
            var acked = Math.Min(back, counts.Acked);
            counters.Restore(counts with { Acked = counts.Acked - acked, Accepted = counts.Accepted + back - acked }, counters.LastLetter);
        }
    }
}
