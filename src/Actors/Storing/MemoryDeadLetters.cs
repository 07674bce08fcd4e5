namespace AkkaPipeline.Storing;

/// <summary>Dead letters in the order of their keeping, found by their ids without looking at all.</summary>
internal sealed class MemoryDeadLetters
{
    private readonly SortedSet<StoredDeadLetter> letters =
        new(Comparer<StoredDeadLetter>.Create(static (one, other) => one.Number.CompareTo(other.Number)));

    private readonly Dictionary<string, long> numbers = new(StringComparer.Ordinal);
    private long last;

    public void Write(StoreBatch batch)
    {
        foreach (var letter in batch.DeadLetters)
        {
            letters.Add(new StoredDeadLetter(++last, letter));
            numbers[letter.Id] = last;
        }

        foreach (var number in batch.DeadLettersRemoved)
        {
            Remove(number);
        }

        for (var dropped = 0L; dropped < batch.OldestDeadLettersDropped && letters.Count > 0; dropped++)
        {
            Remove(letters.Min.Number);
        }
    }

    public IReadOnlyList<StoredDeadLetter> Read(DeadLetterFilter? filter, long after, int limit) =>
        [.. Matching(filter, after).Take(limit)];

    public long Count(DeadLetterFilter? filter) => filter is null ? letters.Count : Matching(filter, 0).LongCount();

    private void Remove(long number)
    {
        if (letters.TryGetValue(new StoredDeadLetter(number, null!), out var kept) && letters.Remove(kept)
            && numbers.GetValueOrDefault(kept.Letter.Id) == number)
        {
            numbers.Remove(kept.Letter.Id);
        }
    }

    private IEnumerable<StoredDeadLetter> Matching(DeadLetterFilter? filter, long after) =>
        (filter?.Ids is { } ids ? OfIds(ids) : Above(after))
            .Where(kept => kept.Number > after && (filter is null || filter.Matches(kept.Letter)));

    private SortedSet<StoredDeadLetter> Above(long after) =>
        letters.GetViewBetween(new StoredDeadLetter(after, null!), new StoredDeadLetter(long.MaxValue, null!));

    private IEnumerable<StoredDeadLetter> OfIds(IReadOnlyCollection<string> ids)
    {
        foreach (var number in ids.Where(numbers.ContainsKey).Select(id => numbers[id]).Order())
        {
            if (letters.TryGetValue(new StoredDeadLetter(number, null!), out var kept))
            {
                yield return kept;
            }
        }
    }
}
