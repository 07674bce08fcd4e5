using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

public sealed class ItemCancellationTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("first in, first out")]
    [InlineData("last in, first out")]
    [InlineData("priority")]
    [InlineData("key")]
    public async Task An_item_that_waits_is_dropped_and_the_others_keep_their_order(string order)
    {
        await using var running = await (order switch
        {
            "last in, first out" => engine.Pipeline().Order(ItemOrder.LastInFirstOut<int>()),
            "priority" => engine.Pipeline().Order(ItemOrder.LowestFirst<int>(item => item)),
            "key" => engine.Pipeline().InOrderBy(_ => "one key"),
            _ => engine.Pipeline(),
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2, 3, 4, 5);

        Assert.Equal(ItemCancellation.Dropped, await running.CancelItemAsync(3).Soon());
        Assert.Equal(ItemCancellation.Dropped, await running.CancelItemAsync(1).Soon());
        Assert.Equal(ItemCancellation.NotFound, await running.CancelItemAsync(3).Soon());

        var left = await running.Queue.TakeAllAsync();
        Assert.Equal(order == "last in, first out" ? [5, 4, 2] : [2, 4, 5], left);
        var settlement = await running.Queue.JoinAsync().Soon();
        Assert.Equal((5, 3, 2), (settlement.Accepted, settlement.Acked, settlement.Dropped));
    }

    [Fact]
    public async Task An_item_that_waits_for_its_time_or_its_next_attempt_is_dropped_and_its_key_goes_on()
    {
        var clock = new FakeTimeProvider();
        var journal = new Journal<int>(clock);
        await using var running = await engine.Pipeline().Clock(clock).InOrderBy(item => item % 2)
            .Retry(5, RetryBackoff.Constant(Minute).WithoutJitter())
            .Consume(1, (delivery, _) =>
            {
                journal.Note(delivery);
                return delivery.Item == 2 ? throw new IOException("bad") : ValueTask.CompletedTask;
            }).StartAsync().Soon();
        await running.Queue.PutAsync(1, clock.GetUtcNow() + Minute).Soon();
        await running.Queue.PutAllAsync(2, 4);
        await running.Queue.UntilAsync(now => now is { Scheduled: 2, Queued: 1, InFlight: 0 });

        Assert.Equal(ItemCancellation.Dropped, await running.CancelItemAsync(1).Soon());
        Assert.Equal(ItemCancellation.Dropped, await running.CancelItemAsync(2).Soon());

        var settlement = await running.Queue.JoinAsync().Soon();
        Assert.Equal((3, 1, 2), (settlement.Accepted, settlement.Acked, settlement.Dropped));
        Assert.Equal([2, 4], journal.Items);
    }

    [Theory]
    [InlineData("heeds it", ItemStanding.Settled)]
    [InlineData("throws something else", ItemStanding.Settled)]
    [InlineData("returns", ItemStanding.Settled)]
    public async Task An_item_that_runs_is_told_and_dropped_if_it_throws_and_done_if_it_returns(string how, ItemStanding standing)
    {
        var journal = new Journal<int>();
        await using var running = await engine.Pipeline().Retry(5, RetryBackoff.None).Consume(1, async (delivery, cancellationToken) =>
        {
            journal.Note(delivery);
            if (delivery.Item != 1)
            {
                return;
            }

            var cancelled = new Gate();
            await using var registration = cancellationToken.UnsafeRegister(_ => cancelled.Open(), null);
            await cancelled.Opened;
            if (how == "heeds it")
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
            else if (how == "throws something else")
            {
                throw new IOException("interrupted");
            }
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2, 3);
        await journal.HasAsync(1);

        Assert.Equal(ItemCancellation.Requested, await running.CancelItemAsync(1).Soon());

        var settlement = await running.Queue.JoinAsync().Soon();
        Assert.Equal(how == "returns" ? (3, 0, 0) : (2, 1, 0), (settlement.Acked, settlement.Dropped, settlement.DeadLettered));
        Assert.Equal([1, 2, 3], journal.Items);
        Assert.Equal(standing, (await running.ExplainAsync(1).Soon()).Standing);
    }

    [Fact]
    public async Task One_that_is_granted_and_has_not_started_is_dropped_unrun_and_only_it()
    {
        var gate = new Gate();
        var journal = new Journal<int>();
        await using var running = await engine.Pipeline().Consume(1, async (delivery, _) =>
        {
            journal.Note(delivery);
            if (delivery.Item == 1_000)
            {
                await gate.Opened;
            }
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 1_000));
        await running.Queue.JoinAsync().Soon();
        await running.PauseAsync("to gather").Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(1_000, 100));
        await running.ResumeAsync().Soon();
        await journal.HasAsync(1_001);

        for (var sequence = 1_010; sequence <= 1_100; sequence += 10)
        {
            Assert.NotEqual(ItemCancellation.NotFound, await running.CancelItemAsync(sequence).Soon());
        }

        gate.Open();
        var settlement = await running.Queue.JoinAsync().Soon();
        Assert.Equal((1_100, 1_100), (settlement.Accepted, settlement.Acked + settlement.Dropped));
        Assert.InRange(settlement.Dropped, 0, 10);

        // The consumer hears of it by message, and may have run it by then. What was dropped has not run, and nothing else was.
        var unrun = Enumerable.Range(0, 1_100).Except(journal.Items).ToArray();
        Assert.Equal(settlement.Dropped, unrun.Length);
        Assert.All(unrun, item => Assert.True(item >= 1_000 && item % 10 == 9));
    }

    [Fact]
    public async Task One_that_heard_the_cancellation_of_its_neighbour_is_handed_back_and_not_charged()
    {
        var journal = new Journal<int>();
        await using var running = await engine.Pipeline().Consume(1, (delivery, cancellationToken) =>
        {
            journal.Note(delivery);
            if (delivery.Item == 1_030 && journal.Items.Count(item => item == 1_030) == 1
                && cancellationToken.WaitHandle.WaitOne(TimeSpan.FromSeconds(5)))
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            return ValueTask.CompletedTask;
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 1_000));
        await running.Queue.JoinAsync().Soon();
        await running.PauseAsync("to gather").Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(1_000, 100));
        await running.ResumeAsync().Soon();
        await journal.HasAsync(1_031);

        // One of them is the first of the block, under which all of it runs.
        for (var sequence = 1_001; sequence <= 1_030; sequence++)
        {
            await running.CancelItemAsync(sequence).Soon();
        }

        var settlement = await running.Queue.JoinAsync().Soon();
        Assert.Equal((1_100, 0, 0), (settlement.Acked, settlement.Dropped, settlement.DeadLettered));
    }

    [Fact]
    public async Task An_item_that_a_getter_holds_is_dropped_when_it_comes_back()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAllAsync(1, 2);
        using var first = await running.Queue.GetAsync().Soon();
        using var second = await running.Queue.GetAsync().Soon();
        Assert.Equal(ItemCancellation.Requested, await running.CancelItemAsync(1).Soon());
        Assert.Equal(ItemCancellation.Requested, await running.CancelItemAsync(2).Soon());

        await first.AckAsync().Soon();
        await second.ReleaseAsync().Soon();

        var settlement = await running.Queue.JoinAsync().Soon();
        Assert.Equal((1, 1), (settlement.Acked, settlement.Dropped));
    }

    [Fact]
    public async Task A_settled_source_hears_of_dropped_items_too()
    {
        var source = new HeardSource(Enumerable.Range(0, 20));
        await using var running = await engine.Pipeline().From(source).StartAsync().Soon();
        await running.Queue.UntilAsync(now => now.Queued == 20);
        Assert.Equal(ItemCancellation.Dropped, await running.CancelItemAsync(7).Soon());
        Assert.Equal(19, (await running.Queue.TakeAllAsync()).Count);

        await running.CompleteAsync().Soon();

        Assert.Equal(Enumerable.Range(0, 20).Select(number => (long)number), source.Heard.Order());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(99)]
    [InlineData(long.MaxValue)]
    public async Task A_number_that_nothing_has_is_not_found(long sequence)
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAsync(1).Soon();
        Assert.Equal(ItemCancellation.NotFound, await running.CancelItemAsync(sequence).Soon());
    }
}
