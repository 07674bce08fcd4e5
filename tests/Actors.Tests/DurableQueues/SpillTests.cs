using System.Collections.Concurrent;
using Xunit;

namespace AkkaPipeline.Tests.DurableQueues;

public sealed class SpillTests : DurableQueue
{
    private static readonly DurableOptions Small = new() { WindowItems = 256, WindowBytes = 1 << 20 };

    [Theory]
    [InlineData(20_000)]
    [InlineData(300)]
    public async Task What_exceeds_the_window_waits_in_the_store_and_comes_in_order(int items)
    {
        await using var running = await On<int>(Small).Capacity(0).StartAsync().Soon();
        await PutAllAsync(running, Enumerable.Range(0, items));

        for (var expected = 0; expected < items; expected++)
        {
            using var delivery = await running.Queue.GetAsync().Soon();
            Assert.Equal(expected, delivery.Item);
            var acking = delivery.AckAsync();
            if (expected == items - 1)
            {
                await acking.Soon();
            }
        }

        var settlement = await running.Queue.JoinAsync().Soon();
        Assert.Equal((items, items), (settlement.Accepted, settlement.Acked));
    }

    [Fact]
    public async Task Large_items_that_fill_the_window_do_not_hold_up_those_behind_them()
    {
        const int Items = 24_000;
        await using var running = await On<byte[]>().Capacity(0).StartAsync().Soon();
        var last = default(ValueTask);
        for (var item = 0; item < Items; item++)
        {
            last = running.Queue.PutAsync(new byte[4_096]);
        }

        await last.Soon();
        Assert.Equal(Items, (await running.Queue.CountsAsync().Soon()).Queued);
    }

    [Fact]
    public async Task A_large_backlog_is_worked_off_after_a_restart_each_item_once()
    {
        const int Items = 50_000;
        await using (var first = await On<int>(Small).Capacity(0).StartAsync().Soon())
        {
            await PutAllAsync(first, Enumerable.Range(0, Items));
        }

        var seen = new ConcurrentDictionary<int, int>();
        await using var second = await On<int>(Small).Capacity(0)
            .Consume(4, (delivery, _) =>
            {
                seen.AddOrUpdate(delivery.Item, 1, (_, times) => times + 1);
                return default;
            })
            .StartAsync().Soon();
        var puts = PutAllAsync(second, Enumerable.Range(Items, Items));
        await puts;
        var settlement = await second.Queue.JoinAsync().Soon();
        Assert.Equal((2 * Items, 2 * Items), (settlement.Accepted, settlement.Acked));
        Assert.Equal(2 * Items, seen.Count);
        Assert.All(seen, item => Assert.Equal(1, item.Value));
    }

    [Fact]
    public async Task Items_of_a_key_stay_in_order_across_a_restart_and_a_retry()
    {
        var failedOnce = new ConcurrentDictionary<int, bool>();
        var seen = new ConcurrentDictionary<string, ConcurrentQueue<int>>();
        await using (var first = await Keyed().StartAsync().Soon())
        {
            await first.PauseAsync("not yet").Soon();
            await PutAllAsync(first, Enumerable.Range(0, 2_000));
        }

        for (var round = 0; round < 3; round++)
        {
            await using var next = await Keyed().Consume(4, (delivery, _) =>
            {
                if (delivery.Item % 7 == 0 && failedOnce.TryAdd(delivery.Item, true))
                {
                    throw new IOException("once");
                }

                seen.GetOrAdd(delivery.Key!, _ => new()).Enqueue(delivery.Item);
                return default;
            }).StartAsync().Soon();
            if (round == 2)
            {
                await next.Queue.JoinAsync().Soon();
            }
            else
            {
                await next.Queue.UntilAsync(counts => counts.Acked > 500 * (round + 1));
            }
        }

        Assert.Equal(10, seen.Count);
        Assert.All(seen.Values, items => Assert.Equal(items.Distinct().Order(), items.Distinct()));
        Assert.Equal(2_000, seen.Values.Sum(items => items.Distinct().Count()));

        PipelineBuilder<int> Keyed() => On<int>(Small).Capacity(0)
            .InOrderBy(item => $"key-{item % 10}")
            .Retry(3, RetryBackoff.Constant(TimeSpan.FromMilliseconds(1)));
    }

    private static async Task PutAllAsync(RunningPipeline<int> running, IEnumerable<int> items)
    {
        var last = default(ValueTask);
        foreach (var item in items)
        {
            last = running.Queue.PutAsync(item);
        }

        await last.Soon();
    }
}
