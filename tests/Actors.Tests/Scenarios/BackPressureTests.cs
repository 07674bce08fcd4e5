using AkkaPipeline.Queueing;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

public sealed class BackPressureTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    // Beyond the capacity: what the consumer was granted, and the grant it asked for ahead.
    private const int GrantedMax = 2 * Chunk.ItemsMax;

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(5_000)]
    public async Task A_source_is_read_no_further_than_the_capacity_while_the_consumer_stalls(int capacity)
    {
        var gate = new Gate();
        var source = new CountedSource(50_000);
        var pipeline = engine.Pipeline().From(source.Read()).Capacity(capacity).Consume(1, async (_, cancellationToken) =>
        {
            if (!gate.IsOpen)
            {
                await gate.WaitAsync(cancellationToken);
            }

            source.Consumed();
        });
        await using var running = await pipeline.StartAsync().Soon();

        // The source may have filled the queue before the consumer asked for the first item.
        await running.Queue.UntilAsync(now => now.Queued == capacity && now.InFlight == 1);
        await running.Queue.HasHeardAsync();

        Assert.InRange(source.Count, capacity + 1, capacity + 2);
        gate.Open();
        var settlement = await running.CompleteAsync().Soon();
        Assert.Equal(50_000, settlement.Acked);
        Assert.InRange(source.LeadMax, 1, capacity + GrantedMax + 1);
    }

    [Fact]
    public async Task Several_sources_share_the_capacity()
    {
        var gate = new Gate();
        var sources = Enumerable.Range(0, 5).Select(_ => new CountedSource(3_000)).ToArray();
        var pipeline = engine.Pipeline().Capacity(20);
        foreach (var source in sources)
        {
            pipeline.From(source.Read());
        }

        await using var running = await pipeline
            .Consume(2, async (_, cancellationToken) => await gate.WaitAsync(cancellationToken))
            .StartAsync().Soon();

        await running.Queue.UntilAsync(now => now.Queued == 20 && now.InFlight == 2);
        await running.Queue.HasHeardAsync();
        Assert.InRange(sources.Sum(source => source.Count), 22, 22 + sources.Length);

        gate.Open();
        Assert.Equal(15_000, (await running.CompleteAsync().Soon()).Acked);
    }

    [Fact]
    public async Task Direct_puts_and_a_source_share_the_capacity_and_neither_starves()
    {
        var gate = new Gate();
        var source = new CountedSource(1_000);
        await using var running = await engine.Pipeline().From(source.Read()).Capacity(2)
            .Consume(1, async (_, cancellationToken) => await gate.WaitAsync(cancellationToken))
            .StartAsync().Soon();
        var puts = Task.Run(() => running.Queue.PutAllAsync(Enumerable.Range(0, 1_000)));
        await running.Queue.UntilAsync(now => now.Queued == 2);

        gate.Open();

        await puts.Soon();
        Assert.Equal(2_000, (await running.CompleteAsync().Soon()).Acked);
    }

    [Fact]
    public async Task A_put_that_was_cancelled_keeps_no_room_from_a_source()
    {
        var gate = new Gate();
        var source = new CountedSource(100);
        await using var running = await engine.Pipeline().From(source.ReadOnceOpen(gate)).Capacity(1).StartAsync().Soon();
        await running.Queue.PutAsync(-1).Soon();
        using var cancelling = new CancellationTokenSource();
        var waiting = running.Queue.PutAsync(-2, cancelling.Token).AsTask();
        await running.Queue.HasHeardAsync();
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Soon());

        gate.Open();

        for (var taken = 0; taken < 101; taken++)
        {
            await running.Queue.TakeAsync();
        }

        Assert.Equal(101, (await running.CompleteAsync().Soon()).Acked);
    }

    [Fact]
    public async Task Queued_bytes_are_bounded_too()
    {
        var gate = new Gate();
        var read = 0;
        IEnumerable<byte[]> Blocks()
        {
            for (; read < 1_000; read++)
            {
                yield return new byte[1024 * 1024];
            }
        }

        await using var running = await Pipeline.Create<byte[]>(engine.System, engine.NewName())
            .From(Blocks())
            .Consume(1, async (_, cancellationToken) => await gate.WaitAsync(cancellationToken))
            .StartAsync().Soon();

        await running.Queue.UntilAsync(now => now.Queued >= 16);
        await running.Queue.HasHeardAsync();

        Assert.InRange(Volatile.Read(ref read), 16, 100);
        gate.Open();
        Assert.Equal(1_000, (await running.CompleteAsync().Soon()).Acked);
    }
}
