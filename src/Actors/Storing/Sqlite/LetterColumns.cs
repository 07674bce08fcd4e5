using System.Text.Json;

namespace AkkaPipeline.Storing.Sqlite;

/// <summary>A dead letter as it stands in its table, but for the payload.</summary>
internal readonly record struct LetterColumns(
    long Number, string Id, long Sequence, string? Key, string Cause, string Reason, string At, string? Attempts,
    string? Headers, CodecName Codec)
{
    private const string DamagedReason = "the store's row of this letter is damaged";

    public long Check(long queue, ReadOnlySpan<byte> payload) =>
        RowCheck.Of(queue).And(Number).And(Id).And(Sequence).And(Key).And(Cause).And(Reason).And(At).And(Attempts).And(Headers)
            .And(Codec.Name).And(Codec.Version).And(payload).Value;

    /// <summary>The letter; a damaged one with what can be read of it, and a reason that says so.</summary>
    public static EncodedDeadLetter LetterOf(SqlStatement row, long queue, out bool damaged)
    {
        var columns = new LetterColumns(
            row.Long(0), row.Text(1) ?? "", row.Long(2), row.Text(3), row.Text(4) ?? "", row.Text(5) ?? "", row.Text(6) ?? "",
            row.Text(7), row.Text(8), new CodecName(row.Text(9) ?? "", (int)row.Long(10)));
        damaged = row.Long(12) != columns.Check(queue, row.Bytes(13)) || RowQueries.FormatDamage(row.Long(11)) is not null;
        var letter = new EncodedDeadLetter
        {
            Id = columns.Id,
            Sequence = columns.Sequence,
            Key = columns.Key,
            Cause = Enum.TryParse<DeadLetterCause>(columns.Cause, out var cause) ? cause : default,
            Reason = damaged ? $"{DamagedReason}; what it says: {columns.Reason}" : columns.Reason,
            At = Try(() => StoredText.Time(columns.At), default),
            Codec = columns.Codec,
            Payload = row.Bytes(13).ToArray(),
            Damaged = damaged,
        };
        return letter with
        {
            Attempts = Try(() => StoredText.Attempts(columns.Attempts), []),
            Headers = Try(() => StoredText.Headers(columns.Headers), null) ?? ItemHeaders.None,
        };
    }

    private static T Try<T>(Func<T> read, T otherwise)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is FormatException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return otherwise;
        }
    }
}
