using System.Runtime.CompilerServices;
using Akka.Actor;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Semantics;

public sealed class HolderSemanticsTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task S09_The_items_of_a_consumer_that_dies_return_and_join_does_not_hang()
    {
        var gate = new Gate();
        var holding = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var seen = new List<(string Id, int Attempt)>();
        await using var running = await engine.Pipeline().Consume(1, async (delivery, cancellationToken) =>
        {
            lock (seen)
            {
                seen.Add((delivery.Id, delivery.Attempt));
            }

            if (holding.TrySetResult(delivery.Id))
            {
                await gate.WaitAsync(cancellationToken);
            }
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(1);
        var held = await holding.Task.Soon();
        var join = running.Queue.JoinAsync();

        (await engine.ActorAsync(running.Name, "consumers/consumer-0.1")).Tell(Kill.Instance);

        var settlement = await join.Soon();
        Assert.Equal((1, 1, 0), (settlement.Accepted, settlement.Acked, settlement.DeadLettered));
        Assert.Equal([(held, 1), (held, 1)], seen);
        gate.Open();
    }

    [Fact]
    public async Task S09_A_delivery_disposed_unsettled_is_handed_back()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAllAsync(1, 2);
        string id;
        using (var delivery = await running.Queue.GetAsync().Soon())
        {
            id = delivery.Id;
        }

        await running.Queue.HasHeardAsync();
        var counts = await running.Queue.CountsAsync().Soon();
        Assert.Equal((2, 0, 2), (counts.Queued, counts.InFlight, counts.Unfinished));
        using var again = await running.Queue.GetAsync().Soon();
        Assert.Equal((1, id, 1), (again.Item, again.Id, again.Attempt));
        await again.AckAsync().Soon();
    }

    [Fact]
    public async Task S09_A_delivery_collected_unsettled_is_handed_back()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAsync(1).Soon();
        await GetAndForgetAsync(running.Queue);

        var counts = await running.Queue.UntilAsync(now =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return now.InFlight == 0;
        });

        Assert.Equal(1, counts.Queued);
        Assert.Equal(1, await running.Queue.TakeAsync());
        await running.Queue.JoinAsync().Soon();
    }

    [Fact]
    public async Task S09_When_a_lease_ends_the_item_is_handed_back_and_a_late_ack_is_refused()
    {
        var clock = new FakeTimeProvider();
        await using var running = await engine.Pipeline().Clock(clock).StartAsync().Soon();
        await running.Queue.PutAsync(1).Soon();
        using var late = await running.Queue.GetAsync(TimeSpan.FromMinutes(1)).Soon();
        await running.Queue.HasHeardAsync();
        clock.Advance(TimeSpan.FromSeconds(59));
        await running.Queue.HasHeardAsync();
        Assert.Equal(1, (await running.Queue.CountsAsync().Soon()).InFlight);

        clock.Advance(TimeSpan.FromSeconds(2));

        using var again = await running.Queue.GetAsync().Soon();
        Assert.Equal(late.Id, again.Id);
        var thrown = await Assert.ThrowsAsync<AlreadySettledException>(() => late.AckAsync().Soon());
        Assert.Contains("lease", thrown.Message);
        await again.AckAsync().Soon();
        Assert.Equal(1, (await running.Queue.JoinAsync().Soon()).Acked);
    }

    [Fact]
    public async Task S09_A_delivery_settled_within_its_lease_stays_settled()
    {
        var clock = new FakeTimeProvider();
        await using var running = await engine.Pipeline().Clock(clock).StartAsync().Soon();
        await running.Queue.PutAsync(1).Soon();
        using var delivery = await running.Queue.GetAsync(TimeSpan.FromMinutes(1)).Soon();
        await delivery.AckAsync().Soon();

        clock.Advance(TimeSpan.FromMinutes(2));

        await running.Queue.HasHeardAsync();
        var counts = await running.Queue.CountsAsync().Soon();
        Assert.Equal((1, 0), (counts.Acked, counts.Queued));
    }

    [Fact]
    public async Task S09_A_lease_can_be_as_long_as_one_likes()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAsync(1).Soon();

        using var delivery = await running.Queue.GetAsync(TimeSpan.MaxValue).Soon();

        await delivery.AckAsync().Soon();
        Assert.Equal(1, (await running.Queue.JoinAsync().Soon()).Acked);
    }

    [Fact]
    public async Task S09_A_lease_of_no_time_is_refused()
    {
        await using var running = await engine.QueueAsync();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => running.Queue.GetAsync(TimeSpan.Zero).Soon());
    }

    [Fact]
    public async Task S09_What_a_join_waits_for_can_be_named()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAllAsync(1, 2, 3);
        using var first = await running.Queue.GetAsync().Soon();
        using var second = await running.Queue.GetAsync().Soon();
        await first.AckAsync().Soon();

        var holding = Assert.Single(await running.Queue.HoldingsAsync().Soon());

        Assert.Equal(("direct gets", 1L, second.Sequence), (holding.Holder, holding.Items, holding.FirstSequence));
        Assert.True(holding.Held >= TimeSpan.Zero);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task GetAndForgetAsync(IWorkQueue<int> queue)
    {
        var delivery = await queue.GetAsync().Soon();
        Assert.Equal(1, delivery.Item);
    }
}
