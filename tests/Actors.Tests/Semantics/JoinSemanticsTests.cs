using Xunit;

namespace AkkaPipeline.Tests.Semantics;

public sealed class JoinSemanticsTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task S01_Join_on_a_fresh_queue_completes_at_once()
    {
        await using var running = await engine.QueueAsync();

        var settlement = await running.Queue.JoinAsync().Soon();

        Assert.Equal(PipelineOutcome.Completed, settlement.Outcome);
        Assert.Equal(0, settlement.Accepted);
        Assert.Equal(running.Name, settlement.Pipeline);
    }

    [Fact]
    public async Task S01_All_who_join_complete()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAsync(1).Soon();
        var joins = Enumerable.Range(0, 10).Select(_ => running.Queue.JoinAsync()).ToArray();
        await running.Queue.HasHeardAsync();
        Assert.DoesNotContain(joins, join => join.IsCompleted);

        await running.Queue.TakeAsync();

        foreach (var settlement in await Task.WhenAll(joins).Soon())
        {
            Assert.Equal(1, settlement.Acked);
        }
    }

    [Fact]
    public async Task S01_A_cancelled_join_harms_nobody()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAsync(1).Soon();
        using var cancelling = new CancellationTokenSource();
        var leaves = running.Queue.JoinAsync(cancelling.Token);
        var stays = running.Queue.JoinAsync();
        await running.Queue.HasHeardAsync();

        await cancelling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaves.Soon());
        Assert.False(stays.IsCompleted);
        await running.Queue.TakeAsync();
        Assert.Equal(1, (await stays.Soon()).Acked);
    }

    [Fact]
    public async Task S01_A_join_cancelled_beforehand_does_not_wait()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAsync(1).Soon();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => running.Queue.JoinAsync(new CancellationToken(true)).Soon());

        Assert.Equal(1, await running.Queue.TakeAsync());
        await running.Queue.JoinAsync().Soon();
    }

    [Fact]
    public async Task S02_A_put_that_waits_for_room_does_not_count_as_unfinished()
    {
        await using var running = await engine.QueueAsync(capacity: 1);
        await running.Queue.PutAsync(1).Soon();
        var waiting = running.Queue.PutAsync(2).AsTask();
        await running.Queue.HasHeardAsync();

        var counts = await running.Queue.CountsAsync().Soon();

        Assert.False(waiting.IsCompleted);
        Assert.Equal(1, counts.Accepted);
        Assert.Equal(1, counts.Unfinished);
        Assert.Equal(1, await running.Queue.TakeAsync());
        await waiting.Soon();
        Assert.Equal(2, await running.Queue.TakeAsync());
    }

    [Fact]
    public async Task S02_A_join_sees_every_put_that_was_confirmed_before_it()
    {
        await using var running = await engine.QueueAsync();
        for (var round = 1; round <= 200; round++)
        {
            await running.Queue.PutAsync(round).Soon();
            var join = running.Queue.JoinAsync();
            using var delivery = await running.Queue.GetAsync().Soon();
            Assert.False(join.IsCompleted);

            await delivery.AckAsync().Soon();

            Assert.Equal(round, (await join.Soon()).Acked);
        }
    }

    [Fact]
    public async Task S05_Join_completes_at_zero_even_if_something_is_put_before_the_waiter_runs()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAsync(1).Soon();
        var join = running.Queue.JoinAsync();
        using var delivery = await running.Queue.GetAsync().Soon();

        var acked = delivery.AckAsync();
        await running.Queue.PutAsync(2).Soon();

        await acked.Soon();
        Assert.Equal(1, (await join.Soon()).Acked);
        Assert.Equal(1, (await running.Queue.CountsAsync().Soon()).Unfinished);
    }

    [Fact]
    public async Task S05_A_queue_can_be_joined_again_and_again()
    {
        await using var running = await engine.QueueAsync();
        for (var round = 1; round <= 20; round++)
        {
            await running.Queue.PutAllAsync(Enumerable.Range(0, 10));
            await running.Queue.TakeAllAsync();
            Assert.Equal(10 * round, (await running.Queue.JoinAsync().Soon()).Acked);
        }
    }
}
