using AkkaPipeline.Storing;

namespace AkkaPipeline.Tests.Storing;

/// <summary>Batches with one thing in them.</summary>
internal static class StoreShorthand
{
    public static ValueTask KeepAsync(this IQueueStore store, IReadOnlyList<IDeadLetter> letters, long dropOldest, CancellationToken token) =>
        store.CommitAsync(new StoreBatch { DeadLetters = letters, OldestDeadLettersDropped = dropOldest }, token);

    public static ValueTask RemoveAsync(this IQueueStore store, IReadOnlyList<StoredDeadLetter> letters) =>
        store.CommitAsync(new StoreBatch { DeadLettersRemoved = [.. letters.Select(letter => letter.Number)] }, default);

    public static ValueTask<IReadOnlyList<StoredDeadLetter>> ReadAsync(
        this IQueueStore store, DeadLetterFilter? filter, long after, int limit, CancellationToken token) =>
        store.ReadDeadLettersAsync(filter, after, limit, token);

    public static ValueTask<long> CountAsync(this IQueueStore store, DeadLetterFilter? filter, CancellationToken token) =>
        store.CountDeadLettersAsync(filter, token);
}
