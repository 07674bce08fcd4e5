using AkkaPipeline.Queueing;

namespace AkkaPipeline.Storing;

/// <summary>Keeps everything in this process: gone when it ends.</summary>
internal sealed class MemoryStore : IQueueStore
{
    private readonly Lock gate = new();
    private readonly SortedSet<StoredDeadLetter> deadLetters =
        new(Comparer<StoredDeadLetter>.Create(static (one, other) => one.Number.CompareTo(other.Number)));

    private readonly Dictionary<string, long> numbers = new(StringComparer.Ordinal);
    private readonly string instance = Guid.NewGuid().ToString("N")[..12];
    private long lastNumber;
    private int epoch;

    public ValueTask<StoreOpened> OpenAsync(string queue, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new StoreOpened(new QueueIdentity(queue, instance), ++epoch));

    public ValueTask CommitAsync(StoreBatch batch, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            foreach (var letter in batch.DeadLetters)
            {
                deadLetters.Add(new StoredDeadLetter(++lastNumber, letter));
                numbers[letter.Id] = lastNumber;
            }

            foreach (var number in batch.DeadLettersRemoved)
            {
                Remove(number);
            }

            for (var dropped = 0L; dropped < batch.OldestDeadLettersDropped && deadLetters.Count > 0; dropped++)
            {
                Remove(deadLetters.Min.Number);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<StoredDeadLetter>> ReadDeadLettersAsync(
        DeadLetterFilter? filter, long after, int limit, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return ValueTask.FromResult<IReadOnlyList<StoredDeadLetter>>([.. Matching(filter, after).Take(limit)]);
        }
    }

    public ValueTask<long> CountDeadLettersAsync(DeadLetterFilter? filter, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return ValueTask.FromResult(filter is null ? deadLetters.Count : Matching(filter, 0).LongCount());
        }
    }

    public ValueTask<IReadOnlyList<StoredRow>> ReadRowsAsync(
        long after, int items, long bytes, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<StoredRow>>([]);

    public ValueTask<IReadOnlyList<StoredItem>> ReadAloneAsync(long after, int limit, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<StoredItem>>([]);

    public ValueTask<IReadOnlyList<StoredPutId>> ReadPutIdsAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<StoredPutId>>([]);

    public ValueTask CloseAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private void Remove(long number)
    {
        if (deadLetters.TryGetValue(new StoredDeadLetter(number, null!), out var kept) && deadLetters.Remove(kept)
            && numbers.GetValueOrDefault(kept.Letter.Id) == number)
        {
            numbers.Remove(kept.Letter.Id);
        }
    }

    private IEnumerable<StoredDeadLetter> Matching(DeadLetterFilter? filter, long after) =>
        (filter?.Ids is { } ids ? OfIds(ids) : Above(after))
            .Where(kept => kept.Number > after && (filter is null || filter.Matches(kept.Letter)));

    private SortedSet<StoredDeadLetter> Above(long after) =>
        deadLetters.GetViewBetween(new StoredDeadLetter(after, null!), new StoredDeadLetter(long.MaxValue, null!));

    private IEnumerable<StoredDeadLetter> OfIds(IReadOnlyCollection<string> ids)
    {
        foreach (var number in ids.Where(numbers.ContainsKey).Select(id => numbers[id]).Order())
        {
            if (deadLetters.TryGetValue(new StoredDeadLetter(number, null!), out var kept))
            {
                yield return kept;
            }
        }
    }
}
