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

    public ValueTask KeepAsync(
        IReadOnlyList<IDeadLetter> deadLetters, long dropOldest, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            foreach (var letter in deadLetters)
            {
                this.deadLetters.Add(new StoredDeadLetter(++lastNumber, letter));
                numbers[letter.Id] = lastNumber;
            }

            for (var dropped = 0L; dropped < dropOldest && this.deadLetters.Count > 0; dropped++)
            {
                Remove(this.deadLetters.Min);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<StoredDeadLetter>> ReadAsync(
        DeadLetterFilter? filter, long after, int limit, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return ValueTask.FromResult<IReadOnlyList<StoredDeadLetter>>([.. Matching(filter, after).Take(limit)]);
        }
    }

    public ValueTask<long> CountAsync(DeadLetterFilter? filter, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return ValueTask.FromResult(filter is null ? deadLetters.Count : Matching(filter, 0).LongCount());
        }
    }

    public ValueTask RemoveAsync(IReadOnlyList<StoredDeadLetter> deadLetters, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            foreach (var letter in deadLetters)
            {
                Remove(letter);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask CloseAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private void Remove(StoredDeadLetter letter)
    {
        if (deadLetters.Remove(letter) && numbers.GetValueOrDefault(letter.Letter.Id) == letter.Number)
        {
            numbers.Remove(letter.Letter.Id);
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
