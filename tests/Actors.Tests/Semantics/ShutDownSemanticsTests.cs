using Xunit;

namespace AkkaPipeline.Tests.Semantics;

public sealed class ShutDownSemanticsTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task S08_A_shutdown_fails_puts_waiting_ones_too()
    {
        await using var running = await engine.QueueAsync(capacity: 1);
        await running.Queue.PutAsync(1).Soon();
        var waiting = running.Queue.PutAsync(2).AsTask();
        await running.Queue.HasHeardAsync();

        await running.Queue.ShutDownAsync().Soon();

        var thrown = await Assert.ThrowsAsync<QueueShutDownException>(() => waiting.Soon());
        Assert.Contains(running.Name, thrown.Message);
        await Assert.ThrowsAsync<QueueShutDownException>(() => running.Queue.PutAsync(3).Soon());
        Assert.Equal(1, (await running.Queue.CountsAsync().Soon()).Accepted);
    }

    [Fact]
    public async Task S08_After_a_shutdown_gets_take_what_is_left_then_fail()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAllAsync(1, 2, 3);
        await running.Queue.ShutDownAsync().Soon();

        Assert.Equal(1, await running.Queue.TakeAsync());
        using var second = await running.Queue.TryGetAsync().Soon();
        Assert.Equal(2, second?.Item);
        Assert.Equal(3, await running.Queue.TakeAsync());
        await Assert.ThrowsAsync<QueueShutDownException>(() => running.Queue.GetAsync().Soon());
        await Assert.ThrowsAsync<QueueShutDownException>(() => running.Queue.TryGetAsync().Soon());
    }

    [Fact]
    public async Task S08_A_shutdown_fails_the_gets_that_wait()
    {
        await using var running = await engine.QueueAsync();
        var gets = Enumerable.Range(0, 5).Select(_ => running.Queue.GetAsync().AsTask()).ToArray();
        await running.Queue.HasHeardAsync();

        await running.Queue.ShutDownAsync().Soon();

        foreach (var get in gets)
        {
            await Assert.ThrowsAsync<QueueShutDownException>(() => get.Soon());
        }
    }

    [Fact]
    public async Task S08_Join_still_waits_for_acks_after_a_shutdown()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAllAsync(1, 2);
        using var held = await running.Queue.GetAsync().Soon();
        await running.Queue.ShutDownAsync().Soon();
        var join = running.Queue.JoinAsync();
        await running.Queue.HasHeardAsync();
        Assert.False(join.IsCompleted);

        await running.Queue.TakeAsync();
        await running.Queue.HasHeardAsync();
        Assert.False(join.IsCompleted);
        await held.AckAsync().Soon();

        Assert.Equal(2, (await join.Soon()).Acked);
    }

    [Fact]
    public async Task S08_An_immediate_shutdown_drops_what_is_queued_and_waits_for_what_is_in_flight()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAllAsync(1, 2, 3);
        using var held = await running.Queue.GetAsync().Soon();
        var join = running.Queue.JoinAsync();

        await running.Queue.ShutDownAsync(immediate: true).Soon();

        var counts = await running.Queue.CountsAsync().Soon();
        Assert.Equal((3, 2, 1, 0), (counts.Accepted, counts.Dropped, counts.InFlight, counts.Queued));
        Assert.False(join.IsCompleted);
        await held.AckAsync().Soon();
        var settlement = await join.Soon();
        Assert.Equal((1, 2), (settlement.Acked, settlement.Dropped));
        await Assert.ThrowsAsync<QueueShutDownException>(() => running.Queue.GetAsync().Soon());
    }

    [Fact]
    public async Task S08_An_immediate_shutdown_with_nothing_in_flight_completes_the_join()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 3_000));
        var join = running.Queue.JoinAsync();

        await running.Queue.ShutDownAsync(immediate: true).Soon();

        Assert.Equal(3_000, (await join.Soon()).Dropped);
    }

    [Fact]
    public async Task S08_An_item_handed_back_after_an_immediate_shutdown_is_dropped()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAsync(1).Soon();
        var held = await running.Queue.GetAsync().Soon();
        await running.Queue.ShutDownAsync(immediate: true).Soon();

        held.Dispose();

        Assert.Equal(1, (await running.Queue.JoinAsync().Soon()).Dropped);
    }

    [Fact]
    public async Task S08_Shutting_down_twice_is_shutting_down_once()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAsync(1).Soon();

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => running.Queue.ShutDownAsync())).Soon();

        Assert.Equal(1, (await running.Queue.CountsAsync().Soon()).Queued);
        Assert.Equal(1, await running.Queue.TakeAsync());
    }

    [Fact]
    public async Task S08_Graceful_may_be_raised_to_immediate()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAllAsync(1, 2);
        await running.Queue.ShutDownAsync().Soon();
        Assert.Equal(2, (await running.Queue.CountsAsync().Soon()).Queued);

        await running.Queue.ShutDownAsync(immediate: true).Soon();

        Assert.Equal(2, (await running.Queue.JoinAsync().Soon()).Dropped);
    }

    [Fact]
    public async Task S08_Immediate_is_never_lowered_to_graceful()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAllAsync(1);
        var held = await running.Queue.GetAsync().Soon();
        await running.Queue.ShutDownAsync(immediate: true).Soon();

        await running.Queue.ShutDownAsync().Soon();
        held.Dispose();

        Assert.Equal(1, (await running.Queue.JoinAsync().Soon()).Dropped);
        await Assert.ThrowsAsync<QueueShutDownException>(() => running.Queue.GetAsync().Soon());
    }

    [Fact]
    public async Task S08_Every_put_that_a_shutdown_races_with_is_either_in_the_queue_or_has_failed()
    {
        for (var round = 0; round < 50; round++)
        {
            await using var running = await engine.QueueAsync(capacity: round % 2 == 0 ? 0 : 8);
            var put = 0;
            var puts = Enumerable.Range(0, 32).Select(item => Task.Run(async () =>
            {
                await running.Queue.PutAsync(item);
                Interlocked.Increment(ref put);
            })).ToArray();
            var first = await running.Queue.GetAsync().Soon();

            await running.Queue.ShutDownAsync().Soon();

            await first.AckAsync().Soon();
            await Task.WhenAll(puts.Select(task => task.ContinueWith(_ => { }, TaskScheduler.Default))).Soon();
            Assert.All(puts.Where(task => task.IsFaulted), task => Assert.IsType<QueueShutDownException>(task.Exception!.InnerException));
            Assert.Equal(put, (await running.Queue.CountsAsync().Soon()).Accepted);
        }
    }
}
