using AkkaPipeline.Storing;
using Xunit;

namespace AkkaPipeline.Tests.DurableQueues;

public sealed class FailingStoreTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task A_store_that_fails_ends_the_pipeline_and_confirms_nothing()
    {
        var store = new FailingStore();
        await using var running = await Start(store).Soon();
        await running.Queue.PutAsync([1]).Soon();
        using var held = await running.Queue.GetAsync().Soon();
        store.Fails = true;
        await Assert.ThrowsAnyAsync<Exception>(() => running.Queue.PutAsync([2]).AsTask().Soon());
        var failure = await Assert.ThrowsAsync<PipelineFailedException>(() => running.Completion.Soon());
        Assert.Contains("no disk", failure.Message, StringComparison.Ordinal);
        Assert.Equal((2, 2), (failure.Settlement!.Accepted, failure.Settlement.Released));
    }

    [Fact]
    public async Task A_try_put_waits_for_its_commit()
    {
        var store = new FailingStore();
        await using var running = await Start(store).Soon();
        Assert.True(await running.Queue.TryPutAsync([1]).Soon());
        Assert.True(store.Commits > 0);
        store.Fails = true;
        await Assert.ThrowsAnyAsync<Exception>(() => running.Queue.TryPutAsync([2]).AsTask().Soon());
    }

    private Task<RunningPipeline<byte[]>> Start(IQueueStore store) =>
        Pipeline.Create<byte[]>(engine.System, engine.NewName()).StoredIn(() => store, global::AkkaPipeline.Queueing.Durability.Full).StartAsync();

    /// <summary>In memory, until it fails.</summary>
    private sealed class FailingStore : IQueueStore
    {
        private readonly MemoryStore inner = new();
        private volatile bool fails;
        private int commits;

        public bool Fails
        {
            set => fails = value;
        }

        public int Commits => Volatile.Read(ref commits);

        public ValueTask<StoreOpened> OpenAsync(string queue, CancellationToken cancellationToken) => inner.OpenAsync(queue, cancellationToken);

        public ValueTask CommitAsync(StoreBatch batch, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref commits);
            return fails ? ValueTask.FromException(new StoreException("no disk")) : inner.CommitAsync(batch, cancellationToken);
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
}
