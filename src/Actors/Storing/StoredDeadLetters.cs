namespace AkkaPipeline.Storing;

/// <summary>A page of a list.</summary>
/// <param name="Items">Oldest first.</param>
/// <param name="More">Whether more follow.</param>
/// <param name="Total">How many fit the filter.</param>
internal sealed record StoredDeadLetters(IReadOnlyList<StoredDeadLetter> Items, bool More, long Total)
{
    /// <summary>The letters as users see them.</summary>
    public StoredDeadLetters AsItems(IStoredItems items) =>
        this with { Items = [.. Items.Select(stored => stored with { Letter = items.FromStored(stored.Letter) })] };

    public static async Task<StoredDeadLetters> ReadAsync(
        IQueueStore store, DeadLetterFilter? filter, long after, int limit, CancellationToken cancellationToken)
    {
        var total = await store.CountDeadLettersAsync(filter, cancellationToken).ConfigureAwait(false);
        if (limit == 0)
        {
            return new StoredDeadLetters([], total > 0, total);
        }

        var oneMore = limit == int.MaxValue ? limit : limit + 1;
        var items = await store.ReadDeadLettersAsync(filter, after, oneMore, cancellationToken).ConfigureAwait(false);
        return items.Count > limit
            ? new StoredDeadLetters([.. items.Take(limit)], true, total)
            : new StoredDeadLetters(items, false, total);
    }
}
