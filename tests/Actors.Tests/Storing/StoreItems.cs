using System.Text;
using AkkaPipeline.Storing;

namespace AkkaPipeline.Tests.Storing;

/// <summary>Items as a store sees them, whose payloads tell their numbers.</summary>
internal static class StoreItems
{
    public static CodecName Codec { get; } = new("text", 1);

    public static DateTimeOffset Noon => Letters.Noon;

    public static EncodedItems Encoded(long first, int count, int bytes = 0, CodecName? codec = null)
    {
        var payload = new MemoryStream();
        var ends = new int[count];
        for (var index = 0; index < count; index++)
        {
            payload.Write(Encoding.UTF8.GetBytes($"item {first + index}".PadRight(bytes)));
            ends[index] = (int)payload.Length;
        }

        return new EncodedItems(codec ?? Codec, payload.ToArray(), ends);
    }

    public static AcceptedItems Accepted(long first, int count, int bytes = 0) => new(first, Encoded(first, count, bytes));

    public static AcceptedItems AcceptedBut(long first, int count, params long[] settled)
    {
        var bits = new ulong[(count + 63) / 64];
        foreach (var sequence in settled)
        {
            bits[(sequence - first) / 64] |= 1UL << (int)((sequence - first) % 64);
        }

        return new AcceptedItems(first, Encoded(first, count), bits);
    }

    public static StoredItem Alone(long sequence, int attempts = 0, TimeSpan delay = default) => new(
        sequence,
        Encoded(sequence, 1) with { Headers = [new Dictionary<string, string> { ["trace"] = $"t{sequence}" }] },
        delay == default ? null : Noon + delay,
        delay,
        attempts,
        [.. Enumerable.Range(1, attempts).Select(number => Failed(number))]);

    public static FailedAttempt Failed(int number) => new(
        number, Noon.AddSeconds(number), TimeSpan.FromTicks(1234567), new AttemptError("System.IO.IOException", "no \"such\" file\0ü", number == 1 ? null : "at X"));

    public static EncodedDeadLetter Letter(long sequence, string reason = "bad", string? key = null) => new()
    {
        Id = Letters.IdOf(sequence),
        Sequence = sequence,
        Key = key,
        Cause = sequence % 2 == 0 ? DeadLetterCause.Rejected : DeadLetterCause.AttemptsUsedUp,
        Reason = reason,
        At = Noon.AddMinutes(sequence),
        Attempts = [Failed(1), Failed(2)],
        Headers = new Dictionary<string, string> { ["of"] = "letter" },
        Codec = Codec,
        Payload = Encoding.UTF8.GetBytes($"item {sequence}"),
    };

    /// <summary>The unsettled items of rows, by their numbers, with their payloads.</summary>
    public static IEnumerable<(long Sequence, string Payload)> Unsettled(this IEnumerable<StoredRow> rows)
    {
        foreach (var row in rows.Where(row => row.Items is not null))
        {
            for (var index = 0; index < row.Count; index++)
            {
                if (row.Settled is null || (row.Settled[index >> 6] & (1UL << (index & 63))) == 0)
                {
                    yield return (row.First + index, Encoding.UTF8.GetString(row.Items!.At(index).Span).TrimEnd());
                }
            }
        }
    }

    /// <summary>All rows, a few at a time.</summary>
    public static async Task<List<StoredRow>> AllRowsAsync(this IQueueStore store, int items = 100)
    {
        var rows = new List<StoredRow>();
        while (await store.ReadRowsAsync(rows is [] ? 0 : rows[^1].First, items, 1 << 20, default) is { Count: > 0 } more)
        {
            rows.AddRange(more);
        }

        return rows;
    }

    public static async Task<long[]> LeftAsync(this IQueueStore store) =>
        [.. (await store.AllRowsAsync()).Unsettled().Select(item => item.Sequence)];
}
