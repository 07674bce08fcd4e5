using Microsoft.Data.Sqlite;

namespace AkkaPipeline.Storing.Sqlite;

/// <summary>
/// The dead letters of a store that no pipeline has open. Listing is safe beside one; what changes something takes the
/// store's lock, and is refused while another has it.
/// </summary>
internal static class StoredLetters
{
    private const int PageOf = 256;

    /// <summary>The names of the queues in a store.</summary>
    public static IReadOnlyList<string> Queues(string path) => Reading(path, database =>
    {
        var names = new List<string>();
        using var query = database.Use("SELECT name FROM queues ORDER BY queue");
        while (query.Step())
        {
            names.Add(query.Text(0)!);
        }

        return names;
    });

    public static IReadOnlyList<StoredDeadLetter> List(string path, string queue, DeadLetterFilter? filter, long after, int limit) =>
        Reading(path, database => new DeadLetterTable(database, QueueOf(database, queue)).Read(filter, after, limit));

    public static long Count(string path, string queue, DeadLetterFilter? filter) =>
        Reading(path, database => new DeadLetterTable(database, QueueOf(database, queue)).Count(filter));

    /// <summary>Puts letters back among the items, to be tried anew; a damaged one stays.</summary>
    /// <returns>How many.</returns>
    public static Task<long> RequeueAsync(
        SqliteStoreSettings settings, string queue, DeadLetterFilter? filter, CancellationToken cancellationToken) =>
        ChangingAsync(settings, queue, filter, Requeue, damagedToo: false, cancellationToken);

    /// <summary>Drops letters for good.</summary>
    /// <returns>How many.</returns>
    public static Task<long> DropAsync(
        SqliteStoreSettings settings, string queue, DeadLetterFilter? filter, CancellationToken cancellationToken) =>
        ChangingAsync(settings, queue, filter, Drop, damagedToo: true, cancellationToken);

    /// <summary>A requeued letter is an item again that has not failed yet; what it went through stays in its history.</summary>
    private static StoreBatch Requeue(IReadOnlyList<StoredDeadLetter> letters, StoreCounts counts) => new()
    {
        Alone = [.. letters.Select(kept => ItemOf((EncodedDeadLetter)kept.Letter))],
        DeadLettersRemoved = [.. letters.Select(kept => kept.Number)],
        Counts = counts with { DeadLettered = counts.DeadLettered - letters.Count },
    };

    private static StoreBatch Drop(IReadOnlyList<StoredDeadLetter> letters, StoreCounts counts) => new()
    {
        DeadLettersRemoved = [.. letters.Select(kept => kept.Number)],
        Counts = counts with { DeadLettered = counts.DeadLettered - letters.Count, Dropped = counts.Dropped + letters.Count },
    };

    private static StoredItem ItemOf(EncodedDeadLetter letter) => new(
        letter.Sequence,
        new EncodedItems(letter.Codec, letter.Payload, [letter.Payload.Length], letter.Headers.Count == 0 ? null : [letter.Headers]),
        Due: null,
        Delay: TimeSpan.Zero,
        Attempts: 0,
        letter.Attempts);

    private static async Task<long> ChangingAsync(
        SqliteStoreSettings settings,
        string queue,
        DeadLetterFilter? filter,
        Func<IReadOnlyList<StoredDeadLetter>, StoreCounts, StoreBatch> change,
        bool damagedToo,
        CancellationToken cancellationToken)
    {
        if (!Queues(settings.Path).Contains(queue))
        {
            throw NoQueue(settings.Path, queue);
        }

        var store = new SqliteStore(settings);
        var counts = (await store.OpenAsync(queue, cancellationToken).ConfigureAwait(false)).Counts;
        try
        {
            var (after, changed) = (0L, 0L);
            while (await store.ReadDeadLettersAsync(filter, after, PageOf, cancellationToken).ConfigureAwait(false) is { Count: > 0 } page)
            {
                after = page[^1].Number;
                IReadOnlyList<StoredDeadLetter> fit = [.. page.Where(kept => damagedToo || !((EncodedDeadLetter)kept.Letter).Damaged)];
                if (fit.Count > 0)
                {
                    var batch = change(fit, counts);
                    await store.CommitAsync(batch, cancellationToken).ConfigureAwait(false);
                    counts = batch.Counts!;
                    changed += fit.Count;
                }
            }

            return changed;
        }
        finally
        {
            await store.CloseAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static T Reading<T>(string path, Func<SqlDatabase, T> read)
    {
        if (!File.Exists(path))
        {
            throw new StoreException($"{path} does not exist.");
        }

        try
        {
            using var database = StoreFile.OpenToRead(path);
            return read(database);
        }
        catch (SqliteException error)
        {
            throw StoreFailures.OfOpening(path, error)!;
        }
    }

    private static long QueueOf(SqlDatabase database, string queue) =>
        (QueueRow.Find(database, queue) ?? throw NoQueue("the store", queue)).Queue;

    private static StoreException NoQueue(string path, string queue) => new($"{path} has no queue named {queue}.");
}
