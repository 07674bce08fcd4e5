using System.Collections.Concurrent;
using Xunit;

namespace AkkaPipeline.Tests.DurableQueues;

public sealed class RestartTests : DurableQueue
{
    [Fact]
    public async Task What_was_put_and_not_worked_on_is_there_at_the_next_start()
    {
        await using (var first = await On<string>().StartAsync().Soon())
        {
            await first.Queue.PutAsync("one").Soon();
            await first.Queue.PutAsync("two", headers: new Dictionary<string, string> { ["trace"] = "7" }).Soon();
        }

        await using var second = await On<string>().StartAsync().Soon();
        Assert.Equal((2, 2), Of(await second.Queue.CountsAsync().Soon()));
        using var one = await second.Queue.GetAsync().Soon();
        using var two = await second.Queue.GetAsync().Soon();
        Assert.Equal(("one", "two", "7"), (one.Item, two.Item, two.Headers["trace"]));
        await one.AckAsync().Soon();
        await two.AckAsync().Soon();
    }

    [Fact]
    public async Task What_was_acked_is_gone()
    {
        await using (var first = await On<string>().StartAsync().Soon())
        {
            await first.Queue.PutAsync("one").Soon();
            await first.Queue.PutAsync("two").Soon();
            using var one = await first.Queue.GetAsync().Soon();
            await one.AckAsync().Soon();
        }

        await using var second = await On<string>().StartAsync().Soon();
        using var left = await second.Queue.GetAsync().Soon();
        Assert.Equal(("two", 2), (left.Item, left.Sequence));
        var counts = await second.Queue.CountsAsync().Soon();
        Assert.Equal((2, 1, 1), (counts.Accepted, counts.Acked, counts.InFlight));
    }

    [Fact]
    public async Task A_delivery_has_the_same_id_at_the_next_start()
    {
        string id;
        await using (var first = await On<string>().StartAsync().Soon())
        {
            await first.Queue.PutAsync("one").Soon();
            using var one = await first.Queue.GetAsync().Soon();
            id = one.Id;
        }

        await using var second = await On<string>().StartAsync().Soon();
        using var again = await second.Queue.GetAsync().Soon();
        Assert.Equal((id, 1), (again.Id, again.Attempt));
    }

    [Fact]
    public async Task Attempts_and_backoffs_go_on_where_they_were()
    {
        var failed = new TaskCompletionSource();
        await using (var first = await On<string>()
            .Retry(3, RetryBackoff.Constant(TimeSpan.FromHours(1)))
            .Consume(1, (_, _) =>
            {
                failed.TrySetResult();
                throw new IOException("down");
            })
            .StartAsync().Soon())
        {
            await first.Queue.PutAsync("one").Soon();
            await failed.Task.Soon();
            await first.Queue.UntilAsync(counts => counts.Scheduled == 1);
        }

        await using var second = await On<string>().StartAsync().Soon();
        await second.Queue.UntilAsync(counts => counts.Scheduled == 1);
        var explained = await second.ExplainAsync(1).Soon();
        Assert.Equal(ItemStanding.Scheduled, explained.Standing);
        Assert.Equal("down", Assert.Single(explained.Attempts).Error.Message);
    }

    [Fact]
    public async Task Dead_letters_stay_can_be_listed_requeued_and_dropped()
    {
        await using (var first = await On<string>()
            .Consume(1, (delivery, _) => delivery.Item == "good" ? default : throw new FormatException($"{delivery.Item} is bad"))
            .StartAsync().Soon())
        {
            foreach (var item in new[] { "a", "good", "b", "c" })
            {
                await first.Queue.PutAsync(item).Soon();
            }

            await first.Queue.JoinAsync().Soon();
        }

        await using (var second = await On<string>().StartAsync().Soon())
        {
            var page = await second.DeadLetters.ListAsync().Soon();
            Assert.Equal(["a", "b", "c"], page.Items.Select(letter => letter.Item));
            Assert.Equal("a is bad", page.Items[0].Reason);
            Assert.Equal(nameof(FormatException), page.Items[0].Attempts[0].Error.Type.Split('.')[^1]);
            Assert.Equal(1, await second.DeadLetters.RequeueAsync(page.Items[1].Id).Soon());
            Assert.Equal(1, await second.DeadLetters.DropAsync(page.Items[2].Id).Soon());
        }

        await using var third = await On<string>().StartAsync().Soon();
        using var back = await third.Queue.GetAsync().Soon();
        Assert.Equal(("b", 1, 3), (back.Item, back.Attempt, back.Sequence));
        var counts = await third.Queue.CountsAsync().Soon();
        Assert.Equal((4, 1, 1, 1, 1), (counts.Accepted, counts.Acked, counts.DeadLettered, counts.Dropped, counts.InFlight));
    }

    [Fact]
    public async Task Dead_letters_can_be_listed_after_the_end()
    {
        await using var running = await On<string>().Consume(1, (_, _) => throw new FormatException("bad")).StartAsync().Soon();
        await running.Queue.PutAllAsync("a", "b");
        await running.CompleteAsync().Soon();

        Assert.Equal(["a", "b"], (await running.DeadLetters.AllAsync()).Select(letter => letter.Item));
        Assert.Equal(2, await running.DeadLetters.CountAsync().Soon());
        await Assert.ThrowsAsync<QueueShutDownException>(() => running.DeadLetters.RequeueAllAsync().Soon());
    }

    [Fact]
    public async Task A_put_for_later_is_still_for_later()
    {
        await using (var first = await On<string>().StartAsync().Soon())
        {
            await first.Queue.PutAsync("later", notBefore: TimeProvider.System.GetUtcNow().AddHours(1)).Soon();
            await first.Queue.PutAsync("now").Soon();
        }

        await using var second = await On<string>().StartAsync().Soon();
        using var now = await second.Queue.GetAsync().Soon();
        Assert.Equal("now", now.Item);
        Assert.Equal(1, (await second.Queue.CountsAsync().Soon()).Scheduled);
        Assert.Null(await second.Queue.TryGetAsync().Soon());
    }

    [Fact]
    public async Task A_put_that_is_said_again_is_taken_once_also_after_a_restart()
    {
        await using (var first = await On<string>().StartAsync().Soon())
        {
            Assert.Equal(PutOutcome.Accepted, await first.Queue.PutAsync("one", id: "order-1").Soon());
            Assert.Equal(PutOutcome.Duplicate, await first.Queue.PutAsync("one again", id: "order-1").Soon());
            Assert.Equal(PutOutcome.Accepted, await first.Queue.PutAsync("two", id: "order-2").Soon());
        }

        await using var second = await On<string>().StartAsync().Soon();
        Assert.Equal(PutOutcome.Duplicate, await second.Queue.PutAsync("one again", id: "order-1").Soon());
        Assert.Equal(PutOutcome.Accepted, await second.Queue.PutAsync("three", id: "order-3").Soon());
        using var one = await second.Queue.GetAsync().Soon();
        using var two = await second.Queue.GetAsync().Soon();
        using var three = await second.Queue.GetAsync().Soon();
        Assert.Equal(["one", "two", "three"], new[] { one.Item, two.Item, three.Item });
        Assert.Equal(3, (await second.Queue.CountsAsync().Soon()).Accepted);
    }

    [Fact]
    public async Task A_drain_leaves_what_is_queued_for_the_next_start()
    {
        var inside = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        await using var first = await On<int>()
            .Consume(1, async (_, _) =>
            {
                inside.TrySetResult();
                await go.Task;
            })
            .StartAsync().Soon();
        for (var item = 0; item < 100; item++)
        {
            await first.Queue.PutAsync(item).Soon();
        }

        await inside.Task.Soon();
        var draining = first.DrainAsync(Timeout.InfiniteTimeSpan);
        go.SetResult();
        var settlement = await draining.Soon();
        Assert.Equal((PipelineOutcome.Drained, 100), (settlement.Outcome, settlement.Accepted));
        Assert.Equal(100, settlement.Acked + settlement.Released);
        Assert.True(settlement.Acked >= 1);

        var seen = new ConcurrentQueue<int>();
        await using var second = await On<int>()
            .Consume(1, (delivery, _) =>
            {
                seen.Enqueue(delivery.Item);
                return default;
            })
            .StartAsync().Soon();
        var all = await second.Queue.JoinAsync().Soon();
        Assert.Equal((100, 100), (all.Accepted, all.Acked));
        Assert.Equal(Enumerable.Range((int)settlement.Acked, (int)settlement.Released), seen);
    }

    private static (long, long) Of(QueueCounts counts) => (counts.Accepted, counts.Queued);
}
