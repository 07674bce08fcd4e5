using AkkaPipeline.Storing;

namespace AkkaPipeline.Tests.DurableQueues;

/// <summary>A store in memory on a disk whose room a test decides about.</summary>
internal sealed class RoomyStore : IQueueStore
{
    private readonly MemoryStore inner = new();
    private readonly Lock gate = new();
    private readonly List<StoreBatch> committed = [];
    private readonly List<StoreBatch> refused = [];

    /// <summary>Whether there is room for a batch.</summary>
    public Func<StoreBatch, bool> HasRoomFor { get; set; } = _ => true;

    public IReadOnlyList<StoreBatch> Committed
    {
        get
        {
            lock (gate)
            {
                return [.. committed];
            }
        }
    }

    public async Task UntilRefusedAsync(Func<StoreBatch, bool> wanted, int times)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            lock (gate)
            {
                if (refused.Count(wanted) >= times)
                {
                    return;
                }
            }

            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public ValueTask<StoreOpened> OpenAsync(string queue, CancellationToken cancellationToken) => inner.OpenAsync(queue, cancellationToken);

    public ValueTask CommitAsync(StoreBatch batch, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (!HasRoomFor(batch))
            {
                refused.Add(batch);
                return ValueTask.FromException(new StoreFullException("no room"));
            }

            committed.Add(batch);
        }

        return inner.CommitAsync(batch, cancellationToken);
    }

    public ValueTask<IReadOnlyList<StoredRow>> ReadRowsAsync(long after, int items, long bytes, CancellationToken cancellationToken) =>
        inner.ReadRowsAsync(after, items, bytes, cancellationToken);

    public ValueTask<IReadOnlyList<StoredHandover>> ReadHandoverAsync(string handover, int limit, CancellationToken cancellationToken) =>
        inner.ReadHandoverAsync(handover, limit, cancellationToken);

    public ValueTask<IReadOnlyList<StoredItem>> ReadAloneAsync(long after, int limit, CancellationToken cancellationToken) =>
        inner.ReadAloneAsync(after, limit, cancellationToken);

    public ValueTask<IReadOnlyList<StoredPutId>> ReadPutIdsAsync(CancellationToken cancellationToken) => inner.ReadPutIdsAsync(cancellationToken);

    public ValueTask<IReadOnlyList<StoredDeadLetter>> ReadDeadLettersAsync(
        DeadLetterFilter? filter, long after, int limit, CancellationToken cancellationToken) =>
        inner.ReadDeadLettersAsync(filter, after, limit, cancellationToken);

    public ValueTask<long> CountDeadLettersAsync(DeadLetterFilter? filter, CancellationToken cancellationToken) =>
        inner.CountDeadLettersAsync(filter, cancellationToken);

    public ValueTask CloseAsync(CancellationToken cancellationToken) => inner.CloseAsync(cancellationToken);
}
