using Xunit;

namespace AkkaPipeline.Tests.Semantics;

public sealed class CapacitySemanticsTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task S06_A_capacity_of_0_or_less_is_never_full(long capacity)
    {
        await using var running = await engine.QueueAsync(capacity);

        for (var item = 0; item < 200_000; item++)
        {
            Assert.True(await running.Queue.TryPutAsync(item));
        }

        Assert.Equal(200_000, (await running.Queue.CountsAsync().Soon()).Queued);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1500)]
    public async Task S06_TryPut_says_no_exactly_when_the_queue_is_full(int capacity)
    {
        await using var running = await engine.QueueAsync(capacity);
        for (var item = 0; item < capacity; item++)
        {
            Assert.True(await running.Queue.TryPutAsync(item).Soon());
        }

        Assert.False(await running.Queue.TryPutAsync(-1).Soon());
        Assert.False(await running.Queue.TryPutAsync(-1).Soon());

        // Room appears when an item is granted: capacity counts what is queued.
        using var delivery = await running.Queue.GetAsync().Soon();
        Assert.True(await running.Queue.TryPutAsync(capacity).Soon());
        Assert.False(await running.Queue.TryPutAsync(-1).Soon());
        Assert.Equal(capacity + 1, (await running.Queue.CountsAsync().Soon()).Accepted);
    }

    [Fact]
    public async Task S06_TryPut_does_not_overtake_puts_that_wait()
    {
        await using var running = await engine.QueueAsync(capacity: 1);
        await running.Queue.PutAsync(1).Soon();
        var waiting = running.Queue.PutAsync(2).AsTask();

        Assert.False(await running.Queue.TryPutAsync(3).Soon());

        Assert.Equal(1, await running.Queue.TakeAsync());
        await waiting.Soon();
        Assert.Equal(2, await running.Queue.TakeAsync());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 0)]
    [InlineData(2, 2)]
    public async Task S06_TryPut_on_a_queue_that_is_shut_down_throws_be_it_full_or_not(long capacity, int queued)
    {
        await using var running = await engine.QueueAsync(capacity);
        await running.Queue.PutAllAsync(Enumerable.Range(0, queued));
        await running.Queue.ShutDownAsync().Soon();

        await Assert.ThrowsAsync<QueueShutDownException>(() => running.Queue.TryPutAsync(9).Soon());
        await Assert.ThrowsAsync<QueueShutDownException>(() => running.Queue.PutAsync(9).Soon());

        Assert.Equal(queued, (await running.Queue.CountsAsync().Soon()).Queued);
    }

    [Fact]
    public async Task S06_TryGet_on_an_empty_queue_is_nothing()
    {
        await using var running = await engine.QueueAsync();

        Assert.Null(await running.Queue.TryGetAsync().Soon());

        await running.Queue.PutAsync(1).Soon();
        using (var delivery = await running.Queue.TryGetAsync().Soon())
        {
            Assert.Equal(1, delivery!.Item);
            Assert.Null(await running.Queue.TryGetAsync().Soon());
            await delivery.AckAsync().Soon();
        }
    }

    [Fact]
    public async Task S06_TryGet_sees_every_put_that_was_confirmed_before_it()
    {
        await using var running = await engine.QueueAsync();
        for (var item = 0; item < 500; item++)
        {
            await running.Queue.PutAsync(item).Soon();
            using var delivery = await running.Queue.TryGetAsync().Soon();
            Assert.Equal(item, delivery!.Item);
            await delivery.AckAsync().Soon();
        }
    }

    [Fact]
    public async Task S06_Many_puts_at_once_never_exceed_the_capacity()
    {
        await using var running = await engine.QueueAsync(capacity: 5);
        var puts = Enumerable.Range(0, 100).Select(item => Task.Run(() => running.Queue.PutAsync(item).AsTask())).ToArray();
        var taken = new List<int>();

        while (taken.Count < 100)
        {
            Assert.InRange((await running.Queue.CountsAsync().Soon()).Queued, 0, 5);
            taken.Add(await running.Queue.TakeAsync());
        }

        await Task.WhenAll(puts).Soon();
        Assert.Equal(Enumerable.Range(0, 100), taken.Order());
    }
}
