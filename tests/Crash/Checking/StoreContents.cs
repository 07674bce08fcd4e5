using AkkaPipeline.Crash.Working;
using AkkaPipeline.Storing.Sqlite;

namespace AkkaPipeline.Crash.Checking;

/// <summary>An item that a store holds.</summary>
/// <param name="Number">The harness's.</param>
/// <param name="Sequence">The queue's.</param>
/// <param name="Hash">Of what came back.</param>
/// <param name="Attempts">Failed ones, as far as they are written.</param>
/// <param name="IsLetter">Whether it is a dead letter.</param>
internal readonly record struct HeldItem(long Number, long Sequence, ulong Hash, int Attempts, bool IsLetter);

/// <summary>What is in a store that nobody has open: read with the product's own readers, changing nothing.</summary>
internal sealed class StoreContents
{
    private readonly List<HeldItem> items = [];

    public IReadOnlyList<HeldItem> Items => items;

    public IReadOnlyList<StoreDamage> Damage { get; private init; } = [];

    /// <summary>Null: there is no store, or it was killed before it was one.</summary>
    public QueueReport? Queue { get; private init; }

    public static StoreContents Read(string path)
    {
        StoreReport report;
        try
        {
            report = StoreVerification.Run(path, payloads: true);
        }
        catch (StoreException none) when (none.Message.EndsWith("does not exist.", StringComparison.Ordinal)
            || none.Message.Contains("is empty", StringComparison.Ordinal))
        {
            return new StoreContents();
        }

        var contents = new StoreContents { Damage = report.Damage, Queue = report.Queues.SingleOrDefault() };
        if (contents.Queue is not null)
        {
            using var database = StoreFile.OpenToRead(path);
            contents.Read(database, database.ReadLong("SELECT queue FROM queues"));
        }

        return contents;
    }

    private void Read(SqlDatabase database, long queue)
    {
        var rows = new List<(RowHead Head, ulong[]? Bits)>();
        using (var query = database.Use(RowQueries.AllAfter).With(queue).With(long.MinValue))
        {
            while (query.Step())
            {
                var head = RowQueries.Head(query, queue, out var bits, out var damage);
                if (damage is null)
                {
                    rows.Add((head, bits));
                }
            }
        }

        foreach (var (head, bits) in rows)
        {
            ReadRow(database, head, bits);
        }

        using (var query = database.Use(ScheduledTable.Select).With(queue).With(long.MinValue))
        {
            while (query.Step())
            {
                if (ScheduledTable.ItemOf(query, queue) is { } item)
                {
                    Add(item.Sequence, item.Item.At(0).Span, item.Item.Headers?[0], item.Attempts, isLetter: false);
                }
            }
        }

        using var letters = database.Use($"SELECT {DeadLetterTable.Columns} FROM dead_letters WHERE queue = ? ORDER BY number").With(queue);
        while (letters.Step())
        {
            var letter = LetterColumns.LetterOf(letters, queue, out _);
            Add(letter.Sequence, letter.Payload.Span, letter.Headers, letter.Attempts.Count, isLetter: true);
        }
    }

    private void ReadRow(SqlDatabase database, RowHead head, ulong[]? bits)
    {
        if (RowBody.Read(database, head, out _) is not { } body)
        {
            return;
        }

        for (var index = 0; index < body.Count; index++)
        {
            if (bits is null || (bits[index >> 6] & (1UL << (index & 63))) == 0)
            {
                Add(head.First + index, body.At(index).Span, body.Headers?[index], attempts: 0, isLetter: false);
            }
        }
    }

    private void Add(long sequence, ReadOnlySpan<byte> item, IReadOnlyDictionary<string, string>? headers, int attempts, bool isLetter) =>
        items.Add(new HeldItem(Payload.NumberOf(item), sequence, Payload.HashOf(item, headers), attempts, isLetter));
}
