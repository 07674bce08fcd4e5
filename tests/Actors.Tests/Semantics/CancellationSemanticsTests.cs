using System.Collections.Concurrent;
using Xunit;

namespace AkkaPipeline.Tests.Semantics;

public sealed class CancellationSemanticsTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task S07_Getters_are_served_first_come_first_served()
    {
        await using var running = await engine.QueueAsync();
        var gets = Enumerable.Range(0, 50).Select(_ => running.Queue.GetAsync().AsTask()).ToArray();
        await running.Queue.HasHeardAsync();

        await running.Queue.PutAllAsync(Enumerable.Range(0, 50));

        var deliveries = await Task.WhenAll(gets).Soon();
        Assert.Equal(Enumerable.Range(0, 50), deliveries.Select(delivery => delivery.Item));
        await Task.WhenAll(deliveries.Select(delivery => delivery.AckAsync())).Soon();
    }

    [Fact]
    public async Task S07_A_cancelled_get_lets_the_next_in_line_proceed()
    {
        await using var running = await engine.QueueAsync();
        using var cancelling = new CancellationTokenSource();
        var first = running.Queue.GetAsync(cancelling.Token).AsTask();
        var second = running.Queue.GetAsync().AsTask();
        await running.Queue.HasHeardAsync();

        await cancelling.CancelAsync();
        await running.Queue.PutAsync(1).Soon();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Soon());
        using var delivery = await second.Soon();
        Assert.Equal(1, delivery.Item);
        await delivery.AckAsync().Soon();
    }

    [Fact]
    public async Task S07_A_cancelled_put_is_not_in_the_queue_and_lets_the_next_in_line_proceed()
    {
        await using var running = await engine.QueueAsync(capacity: 1);
        await running.Queue.PutAsync(1).Soon();
        using var cancelling = new CancellationTokenSource();
        var first = running.Queue.PutAsync(2, cancelling.Token).AsTask();
        var second = running.Queue.PutAsync(3).AsTask();
        await running.Queue.HasHeardAsync();

        await cancelling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Soon());
        Assert.Equal(1, await running.Queue.TakeAsync());
        await second.Soon();
        Assert.Equal(3, await running.Queue.TakeAsync());
        Assert.Equal(2, (await running.Queue.CountsAsync().Soon()).Accepted);
    }

    [Fact]
    public async Task S07_What_is_cancelled_beforehand_does_nothing()
    {
        await using var running = await engine.QueueAsync();
        var cancelled = new CancellationToken(true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.Queue.PutAsync(1, cancelled).Soon());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.Queue.TryPutAsync(1, cancelled).Soon());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.Queue.GetAsync(cancelled).Soon());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.Queue.TryGetAsync(cancelled).Soon());

        Assert.Equal(default, await running.Queue.CountsAsync().Soon());
    }

    [Fact]
    public async Task S07_TryGet_after_a_cancelled_get_answers_at_once()
    {
        await using var running = await engine.QueueAsync();
        for (var round = 0; round < 100; round++)
        {
            using var cancelling = new CancellationTokenSource();
            var waiting = running.Queue.GetAsync(cancelling.Token).AsTask();
            await cancelling.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Soon());
            Assert.Null(await running.Queue.TryGetAsync().Soon());

            await running.Queue.PutAsync(round).Soon();
            Assert.Equal([round], await running.Queue.TakeAllAsync());
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(3, 3)]
    [InlineData(64, 4)]
    public async Task S07_Cancelling_puts_and_gets_at_any_moment_neither_loses_nor_doubles(long capacity, int seed)
    {
        const int Putters = 4;
        const int PutsEach = 1_500;
        await using var running = await engine.QueueAsync(capacity);
        var put = new ConcurrentBag<int>();
        var got = new ConcurrentBag<int>();
        using var over = new CancellationTokenSource();

        var getters = Enumerable.Range(0, 4).Select(getter => Task.Run(
            () => GetUntilShutDownAsync(running.Queue, got, new Random(seed + getter)))).ToArray();
        await Task.WhenAll(Enumerable.Range(0, Putters).Select(putter => Task.Run(async () =>
        {
            var random = new Random(1000 * seed + putter);
            for (var item = putter * PutsEach; item < (putter + 1) * PutsEach; item++)
            {
                if (await FinishesBeforeCancelAsync(
                    async token => await running.Queue.PutAsync(item, token), random))
                {
                    put.Add(item);
                }
            }
        }))).Soon();
        await running.Queue.ShutDownAsync().Soon();
        await Task.WhenAll(getters).Soon();

        var settlement = await running.Queue.JoinAsync().Soon();
        Assert.Equal(put.Order(), got.Order());
        Assert.Equal((put.Count, got.Count), (settlement.Accepted, settlement.Acked));
    }

    private static async Task GetUntilShutDownAsync(IWorkQueue<int> queue, ConcurrentBag<int> got, Random random)
    {
        try
        {
            while (true)
            {
                await FinishesBeforeCancelAsync(
                    async token =>
                    {
                        using var delivery = await queue.GetAsync(token);
                        await delivery.AckAsync();
                        got.Add(delivery.Item);
                    },
                    random);
            }
        }
        catch (QueueShutDownException)
        {
        }
    }

    /// <summary>Cancels before, at once, after a few turns of the scheduler, or never.</summary>
    private static async Task<bool> FinishesBeforeCancelAsync(Func<CancellationToken, Task> doing, Random random)
    {
        using var cancelling = new CancellationTokenSource();
        var turns = random.Next(8);
        if (turns == 0)
        {
            await cancelling.CancelAsync();
        }

        var done = doing(cancelling.Token);
        for (var turn = 1; turn < turns && !done.IsCompleted; turn++)
        {
            await Task.Yield();
        }

        if (turns < 6)
        {
            await cancelling.CancelAsync();
        }

        try
        {
            await done.Soon();
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
