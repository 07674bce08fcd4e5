namespace AkkaPipeline.Storing.Sqlite;

/// <summary>Counts what stands beside the rows of a queue, and checks each of it.</summary>
internal sealed class VerifiedTables(SqlDatabase database, long queue, Action<string, long?, string?> note)
{
    private const string Mismatch = "it does not match its checksum";

    public long Alone(out DateTimeOffset? nextDue)
    {
        var count = 0L;
        nextDue = null;
        using var query = database.Use(ScheduledTable.Select).With(queue).With(long.MinValue);
        while (query.Step())
        {
            count++;
            var item = ScheduledTable.ItemOf(query, queue);
            note("scheduled", query.Long(0), item is null ? Mismatch : null);
            nextDue = item?.Due < (nextDue ?? DateTimeOffset.MaxValue) ? item.Due : nextDue;
        }

        return count;
    }

    public long DeadLetters(out DateTimeOffset? oldest)
    {
        var count = 0L;
        oldest = null;
        using var query = database.Use($"SELECT {DeadLetterTable.Columns} FROM dead_letters WHERE queue = ? ORDER BY number").With(queue);
        while (query.Step())
        {
            count++;
            var letter = LetterColumns.LetterOf(query, queue, out var damaged);
            note("dead_letters", query.Long(0), damaged ? Mismatch : null);
            oldest ??= letter.At;
        }

        return count;
    }

    public long PutIds()
    {
        var count = 0L;
        using var query = database.Use(PutIdTable.Select).With(queue);
        while (query.Step())
        {
            count++;
            note("put_ids", query.Long(0), PutIdTable.PutIdOf(query, queue) is null ? Mismatch : null);
        }

        return count;
    }

    public long Count(string table)
    {
        using var query = database.Use($"SELECT count(*) FROM {table} WHERE queue = ?").With(queue);
        query.Step();
        return query.Long(0);
    }
}
