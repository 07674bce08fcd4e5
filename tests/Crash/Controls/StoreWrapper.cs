using AkkaPipeline.Storing;

namespace AkkaPipeline.Crash.Controls;

/// <summary>Passes everything on.</summary>
internal abstract class StoreWrapper(IQueueStore inner) : IQueueStore
{
    public virtual ValueTask<StoreOpened> OpenAsync(string queue, CancellationToken cancellationToken) =>
        inner.OpenAsync(queue, cancellationToken);

    public virtual ValueTask CommitAsync(StoreBatch batch, CancellationToken cancellationToken) =>
        inner.CommitAsync(batch, cancellationToken);

    public ValueTask<IReadOnlyList<StoredRow>> ReadRowsAsync(long after, int items, long bytes, CancellationToken cancellationToken) =>
        inner.ReadRowsAsync(after, items, bytes, cancellationToken);

    public ValueTask<IReadOnlyList<StoredItem>> ReadAloneAsync(long after, int limit, CancellationToken cancellationToken) =>
        inner.ReadAloneAsync(after, limit, cancellationToken);

    public ValueTask<IReadOnlyList<StoredPutId>> ReadPutIdsAsync(CancellationToken cancellationToken) =>
        inner.ReadPutIdsAsync(cancellationToken);

    public ValueTask<IReadOnlyList<StoredHandover>> ReadHandoverAsync(string handover, int limit, CancellationToken cancellationToken) =>
        inner.ReadHandoverAsync(handover, limit, cancellationToken);

    public ValueTask<IReadOnlyList<StoredDeadLetter>> ReadDeadLettersAsync(
        DeadLetterFilter? filter, long after, int limit, CancellationToken cancellationToken) =>
        inner.ReadDeadLettersAsync(filter, after, limit, cancellationToken);

    public ValueTask<long> CountDeadLettersAsync(DeadLetterFilter? filter, CancellationToken cancellationToken) =>
        inner.CountDeadLettersAsync(filter, cancellationToken);

    public virtual ValueTask CloseAsync(CancellationToken cancellationToken) => inner.CloseAsync(cancellationToken);
}
