using AkkaPipeline.Queueing;

namespace AkkaPipeline.Storing;

/// <summary>
/// Where a queue keeps what must outlive its process. In memory nothing does; the seam is what a durable store
/// implements.
/// </summary>
internal interface IQueueStore
{
    /// <summary>Opens the store, and issues the epoch of this run.</summary>
    ValueTask<StoreOpened> OpenAsync(string queue, CancellationToken cancellationToken);

    /// <summary>Keeps dead letters, then drops the oldest; returns once that is as safe as the store promises.</summary>
    /// <param name="deadLetters">They get growing numbers, in this order.</param>
    /// <param name="dropOldest">How many of the oldest go.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    ValueTask KeepAsync(IReadOnlyList<IDeadLetter> deadLetters, long dropOldest, CancellationToken cancellationToken);

    /// <summary>The first dead letters above a number that fit, oldest first.</summary>
    /// <param name="filter">Null: all.</param>
    /// <param name="after">0: from the start.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    ValueTask<IReadOnlyList<StoredDeadLetter>> ReadAsync(
        DeadLetterFilter? filter, long after, int limit, CancellationToken cancellationToken);

    /// <summary>How many dead letters fit; null: all.</summary>
    ValueTask<long> CountAsync(DeadLetterFilter? filter, CancellationToken cancellationToken);

    /// <summary>Lets go of dead letters.</summary>
    ValueTask RemoveAsync(IReadOnlyList<StoredDeadLetter> deadLetters, CancellationToken cancellationToken);

    ValueTask CloseAsync(CancellationToken cancellationToken);
}

/// <summary>What an opened store tells.</summary>
/// <param name="Identity">For delivery ids.</param>
/// <param name="Epoch">Higher than that of any earlier run on this store.</param>
internal sealed record StoreOpened(QueueIdentity Identity, int Epoch);

/// <summary>A dead letter with the number that the store gave it, from 1, higher than that of any kept before.</summary>
internal readonly record struct StoredDeadLetter(long Number, IDeadLetter Letter);

/// <summary>A page of a list.</summary>
/// <param name="Items">Oldest first.</param>
/// <param name="More">Whether more follow.</param>
/// <param name="Total">How many fit the filter.</param>
internal sealed record StoredDeadLetters(IReadOnlyList<StoredDeadLetter> Items, bool More, long Total)
{
    public static async Task<StoredDeadLetters> ReadAsync(
        IQueueStore store, DeadLetterFilter? filter, long after, int limit, CancellationToken cancellationToken)
    {
        var total = await store.CountAsync(filter, cancellationToken).ConfigureAwait(false);
        if (limit == 0)
        {
            return new StoredDeadLetters([], total > 0, total);
        }

        var oneMore = limit == int.MaxValue ? limit : limit + 1;
        var items = await store.ReadAsync(filter, after, oneMore, cancellationToken).ConfigureAwait(false);
        return items.Count > limit
            ? new StoredDeadLetters([.. items.Take(limit)], true, total)
            : new StoredDeadLetters(items, false, total);
    }
}
