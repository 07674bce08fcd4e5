using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

public sealed class DelayedPutTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task An_item_is_not_granted_before_its_time_and_then_it_is()
    {
        var clock = new FakeTimeProvider();
        await using var running = await engine.Pipeline().Clock(clock).StartAsync().Soon();
        await running.Queue.PutAsync(1, clock.GetUtcNow() + Minute).Soon();
        await running.Queue.PutAsync(2).Soon();

        Assert.Equal(2, await running.Queue.TakeAsync());
        Assert.Null(await running.Queue.TryGetAsync().Soon());
        clock.Advance(Minute - TimeSpan.FromMilliseconds(1));
        Assert.Null(await running.Queue.TryGetAsync().Soon());
        clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(1, await running.Queue.TakeAsync());
    }

    [Fact]
    public async Task Items_come_in_the_order_of_their_times_and_ties_in_the_order_of_their_puts()
    {
        var clock = new FakeTimeProvider();
        var journal = new Journal<int>(clock);
        await using var running = await engine.Pipeline().Clock(clock).Consume(1, journal.Done).StartAsync().Soon();
        foreach (var (item, minutes) in new[] { (1, 3), (2, 1), (3, 2), (4, 1), (5, 3) })
        {
            await running.Queue.PutAsync(item, clock.GetUtcNow() + (minutes * Minute)).Soon();
        }

        await running.Queue.UntilAsync(now => now.Scheduled == 5);
        for (var minute = 0; minute < 3; minute++)
        {
            clock.Advance(Minute);
            await running.Queue.UntilAsync(now => now is { Queued: 0, InFlight: 0 });
        }

        await running.Queue.JoinAsync().Soon();
        Assert.Equal([(2, 1), (4, 1), (3, 2), (1, 3), (5, 3)], journal.Started.Select(one => (one.Item, (int)(one.At / Minute))));
    }

    [Fact]
    public async Task A_moment_that_has_passed_is_now()
    {
        var clock = new FakeTimeProvider();
        await using var running = await engine.Pipeline().Clock(clock).StartAsync().Soon();
        await running.Queue.PutAsync(1, DateTimeOffset.MinValue).Soon();
        await running.Queue.PutAsync(2, clock.GetUtcNow()).Soon();

        Assert.Equal([1, 2], await running.Queue.TakeAllAsync());
    }

    [Fact]
    public async Task A_moment_can_be_as_late_as_one_likes()
    {
        var clock = new FakeTimeProvider();
        await using var running = await engine.Pipeline().Clock(clock).StartAsync().Soon();
        await running.Queue.PutAsync(1, DateTimeOffset.MaxValue).Soon();
        await running.Queue.PutAsync(2, clock.GetUtcNow() + TimeSpan.FromDays(400)).Soon();

        for (var days = 0; days < 400; days += 10)
        {
            clock.Advance(TimeSpan.FromDays(10));
            await running.Queue.HasHeardAsync();
        }

        Assert.Equal([2], await running.Queue.TakeAllAsync());
        Assert.Equal(1, (await running.Queue.CountsAsync().Soon()).Scheduled);
        var explained = await running.ExplainAsync(1).Soon();
        Assert.Equal(ItemStanding.Scheduled, explained.Standing);
    }

    [Fact]
    public async Task Scheduled_items_count_towards_the_capacity()
    {
        var clock = new FakeTimeProvider();
        await using var running = await engine.Pipeline().Clock(clock).Capacity(2).StartAsync().Soon();
        await running.Queue.PutAsync(1, clock.GetUtcNow() + Minute).Soon();
        await running.Queue.PutAsync(2, clock.GetUtcNow() + Minute).Soon();
        await running.Queue.UntilAsync(now => now.Scheduled == 2);

        Assert.False(await running.Queue.TryPutAsync(3).Soon());
        var waiting = running.Queue.PutAsync(4).AsTask();
        await running.Queue.HasHeardAsync();
        Assert.False(waiting.IsCompleted);
        clock.Advance(Minute);

        Assert.Equal(1, await running.Queue.TakeAsync());
        await waiting.Soon();
        Assert.Equal([2, 4], await running.Queue.TakeAllAsync());
    }

    [Fact]
    public async Task A_completion_and_a_join_wait_for_them()
    {
        var clock = new FakeTimeProvider();
        await using var running = await engine.Pipeline().Clock(clock).Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();
        await running.Queue.PutAsync(1, clock.GetUtcNow() + Minute).Soon();
        var join = running.Queue.JoinAsync();
        await running.Queue.HasHeardAsync();
        var ending = running.CompleteAsync().AsTask();
        await running.StatusAsync().Soon();
        Assert.False(join.IsCompleted || ending.IsCompleted);

        clock.Advance(Minute);

        Assert.Equal(1, (await join.Soon()).Acked);
        Assert.Equal((PipelineOutcome.Completed, 1L), ((await ending.Soon()).Outcome, (await ending).Acked));
    }

    [Fact]
    public async Task A_drain_releases_them_at_its_deadline()
    {
        var clock = new FakeTimeProvider();
        await using var running = await engine.Pipeline().Clock(clock).Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();
        await running.Queue.PutAsync(1, clock.GetUtcNow() + Minute).Soon();
        await running.Queue.PutAsync(2, clock.GetUtcNow() + (10 * Minute)).Soon();
        await running.Queue.UntilAsync(now => now.Scheduled == 2);
        var drain = running.DrainAsync(5 * Minute).AsTask();
        await running.StatusAsync().Soon();
        clock.Advance(Minute);
        await running.Queue.UntilAsync(now => now.Acked == 1);
        Assert.False(drain.IsCompleted);

        clock.Advance(4 * Minute);

        var settlement = await drain.Soon();
        Assert.Equal((PipelineOutcome.Drained, 2L, 1L, 1L), (settlement.Outcome, settlement.Accepted, settlement.Acked, settlement.Released));
    }

    [Fact]
    public async Task An_immediate_shutdown_drops_them_and_a_graceful_one_does_not()
    {
        var clock = new FakeTimeProvider();
        await using var running = await engine.Pipeline().Clock(clock).StartAsync().Soon();
        await running.Queue.PutAsync(1, clock.GetUtcNow() + Minute).Soon();
        await running.Queue.ShutDownAsync().Soon();
        var get = running.Queue.GetAsync().AsTask();
        await running.Queue.HasHeardAsync();
        Assert.False(get.IsCompleted);

        await running.Queue.ShutDownAsync(immediate: true).Soon();

        await Assert.ThrowsAsync<QueueShutDownException>(() => get.Soon());
        Assert.Equal(1, (await running.Queue.JoinAsync().Soon()).Dropped);
    }

    [Fact]
    public async Task Headers_travel_with_an_item_to_its_consumer_and_into_its_dead_letter()
    {
        var clock = new FakeTimeProvider();
        var headers = new Dictionary<string, string> { ["trace"] = "4711" };
        IReadOnlyDictionary<string, string>? seen = null;
        await using var running = await engine.Pipeline().Clock(clock).Retry(2, RetryBackoff.None).Consume(1, (delivery, _) =>
        {
            seen = delivery.Headers;
            throw new IOException("bad");
        }).StartAsync().Soon();
        await running.Queue.PutAsync(1, clock.GetUtcNow() + Minute, headers).Soon();
        await running.Queue.UntilAsync(now => now.Scheduled == 1);
        clock.Advance(Minute);

        await running.Queue.JoinAsync().Soon();

        Assert.Equal(headers, seen);
        Assert.Equal(headers, Assert.Single(await running.DeadLetters.AllAsync()).Headers);
    }

    [Fact]
    public async Task Delayed_and_undelayed_puts_of_many_callers_are_all_done_once()
    {
        var clock = new FakeTimeProvider();
        var journal = new Journal<int>(clock);
        await using var running = await engine.Pipeline().Clock(clock).Consume(4, journal.Done).StartAsync().Soon();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            for (var index = 0; index < 250; index++)
            {
                var notBefore = index % 3 == 0 ? (DateTimeOffset?)null : clock.GetUtcNow() + TimeSpan.FromSeconds(index % 50);
                await running.Queue.PutAsync((caller * 250) + index, notBefore);
            }
        }))).Soon();
        await running.Queue.UntilAsync(now => now.Accepted == 2_000);
        clock.Advance(Minute);

        Assert.Equal(2_000, (await running.Queue.JoinAsync().Soon()).Acked);
        Assert.Equal(Enumerable.Range(0, 2_000), journal.Items.Order());
    }
}
