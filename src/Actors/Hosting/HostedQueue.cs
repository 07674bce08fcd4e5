namespace AkkaPipeline.Hosting;

/// <summary>The queue of a hosted pipeline; what is asked of it before the host has started waits until it has.</summary>
internal class HostedQueue<T>(HostedPipeline<T> pipeline) : IWorkQueue<T>
{
    private IWorkQueue<T>? queue;

    public string Name => pipeline.Name;

    public ValueTask PutAsync(T item, CancellationToken cancellationToken = default) =>
        queue is { } known ? known.PutAsync(item, cancellationToken) : PutOnceStartedAsync(item, cancellationToken);

    public async ValueTask PutAsync(T item, PutOptions options, CancellationToken cancellationToken = default) =>
        await (await StartedAsync(cancellationToken).ConfigureAwait(false)).PutAsync(item, options, cancellationToken).ConfigureAwait(false);

    public async ValueTask<PutOutcome> PutAsync(
        T item, string id, PutOptions? options = null, CancellationToken cancellationToken = default)
    {
        var started = await StartedAsync(cancellationToken).ConfigureAwait(false);
        return await started.PutAsync(item, id, options, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<bool> TryPutAsync(T item, CancellationToken cancellationToken = default) =>
        await (await StartedAsync(cancellationToken).ConfigureAwait(false)).TryPutAsync(item, cancellationToken).ConfigureAwait(false);

    public async ValueTask<LeasedDelivery<T>> GetAsync(CancellationToken cancellationToken = default) =>
        await (await StartedAsync(cancellationToken).ConfigureAwait(false)).GetAsync(cancellationToken).ConfigureAwait(false);

    public async ValueTask<LeasedDelivery<T>> GetAsync(TimeSpan lease, CancellationToken cancellationToken = default) =>
        await (await StartedAsync(cancellationToken).ConfigureAwait(false)).GetAsync(lease, cancellationToken).ConfigureAwait(false);

    public async ValueTask<LeasedDelivery<T>?> TryGetAsync(CancellationToken cancellationToken = default) =>
        await (await StartedAsync(cancellationToken).ConfigureAwait(false)).TryGetAsync(cancellationToken).ConfigureAwait(false);

    public async Task<Settlement> JoinAsync(CancellationToken cancellationToken = default) =>
        await (await StartedAsync(cancellationToken).ConfigureAwait(false)).JoinAsync(cancellationToken).ConfigureAwait(false);

    public async Task ShutDownAsync(bool immediate = false, CancellationToken cancellationToken = default) =>
        await (await StartedAsync(cancellationToken).ConfigureAwait(false)).ShutDownAsync(immediate, cancellationToken).ConfigureAwait(false);

    public async Task<QueueCounts> CountsAsync(CancellationToken cancellationToken = default) =>
        await (await StartedAsync(cancellationToken).ConfigureAwait(false)).CountsAsync(cancellationToken).ConfigureAwait(false);

    public async Task<IReadOnlyList<Holding>> HoldingsAsync(CancellationToken cancellationToken = default) =>
        await (await StartedAsync(cancellationToken).ConfigureAwait(false)).HoldingsAsync(cancellationToken).ConfigureAwait(false);

    private async ValueTask PutOnceStartedAsync(T item, CancellationToken cancellationToken) =>
        await (await StartedAsync(cancellationToken).ConfigureAwait(false)).PutAsync(item, cancellationToken).ConfigureAwait(false);

    private async ValueTask<IWorkQueue<T>> StartedAsync(CancellationToken cancellationToken) =>
        queue ??= (await pipeline.GetAsync(cancellationToken).ConfigureAwait(false)).Queue;
}
