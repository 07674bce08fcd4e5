using System.Text;
using System.Text.Json;

namespace AkkaPipeline.Storing.Sqlite;

/// <summary>Dead letters, found by SQL as far as SQL can, and by code for the rest of a filter.</summary>
internal sealed class DeadLetterTable(SqlDatabase database, long queue)
{
    public const string Columns =
        "number, id, sequence, key, cause, reason, at, attempts, headers, codec, codec_version, format, crc, payload";

    public void Write(long number, IDeadLetter letter)
    {
        var encoded = letter as EncodedDeadLetter
            ?? throw new ArgumentException($"A store on disk keeps letters of bytes, not {letter.GetType()}.", nameof(letter));
        var row = new LetterColumns(
            number, encoded.Id, encoded.Sequence, encoded.Key, encoded.Cause.ToString(), encoded.Reason,
            StoredText.Of(encoded.At), StoredText.Of(encoded.Attempts), StoredText.Of(encoded.Headers), encoded.Codec);
        database.Use($"INSERT INTO dead_letters (queue, {Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .With(queue).With(number).With(row.Id).With(row.Sequence).With(row.Key).With(row.Cause).With(row.Reason).With(row.At)
            .With(row.Attempts).With(row.Headers).With(row.Codec.Name).With(row.Codec.Version)
            .With(StoreSchema.Format).With(row.Check(queue, encoded.Payload.Span)).With(encoded.Payload.Span).Run();
    }

    /// <returns>False: there was none of that number.</returns>
    public bool Remove(long number) =>
        database.Use("DELETE FROM dead_letters WHERE queue = ? AND number = ?").With(queue).With(number).Run() > 0;

    public void RemoveOldest(long count) => database.Use("""
        DELETE FROM dead_letters WHERE queue = ?1 AND number IN
            (SELECT number FROM dead_letters WHERE queue = ?1 ORDER BY number LIMIT ?2)
        """).With(queue).With(count).Run();

    public IReadOnlyList<StoredDeadLetter> Read(DeadLetterFilter? filter, long after, int limit) =>
        [.. Matching(filter, after).Take(limit)];

    public long Count(DeadLetterFilter? filter)
    {
        if (filter is { ErrorType: not null } or { ReasonContains: not null })
        {
            return Matching(filter, 0).LongCount();
        }

        using var query = Bound("SELECT count(*)", filter, 0, "");
        query.Step();
        return query.Long(0);
    }

    private IEnumerable<StoredDeadLetter> Matching(DeadLetterFilter? filter, long after)
    {
        using var query = Bound($"SELECT {Columns}", filter, after, " ORDER BY number");
        while (query.Step())
        {
            var letter = LetterColumns.LetterOf(query, queue, out _);
            if (filter is null || filter.Matches(letter))
            {
                yield return new StoredDeadLetter(query.Long(0), letter);
            }
        }
    }

    private SqlStatement Bound(string select, DeadLetterFilter? filter, long after, string order)
    {
        var sql = new StringBuilder(select).Append(" FROM dead_letters WHERE queue = ? AND number > ?");
        var values = new List<Action<SqlStatement>>();
        Where(filter?.Key, "key = ?", statement => statement.With(filter!.Key));
        Where(filter?.Cause, "cause = ?", statement => statement.With(filter!.Cause.ToString()));
        Where(filter?.FirstSequence, "sequence >= ?", statement => statement.With(filter!.FirstSequence!.Value));
        Where(filter?.LastSequence, "sequence <= ?", statement => statement.With(filter!.LastSequence!.Value));
        Where(filter?.Since, "at >= ?", statement => statement.With(StoredText.Of(filter!.Since!.Value)));
        Where(filter?.Until, "at < ?", statement => statement.With(StoredText.Of(filter!.Until!.Value)));
        Where(filter?.Ids, "id IN (SELECT value FROM json_each(?))", statement => statement.With(JsonSerializer.Serialize(filter!.Ids)));

        var bound = database.Use(sql.Append(order).ToString()).With(queue).With(after);
        values.ForEach(bind => bind(bound));
        return bound;

        void Where(object? wanted, string condition, Action<SqlStatement> bind)
        {
            if (wanted is not null)
            {
                sql.Append(" AND ").Append(condition);
                values.Add(bind);
            }
        }
    }
}
