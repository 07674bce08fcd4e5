using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

/// <summary>Runs alone: it measures the memory of the process, in which other tests would have theirs.</summary>
[CollectionDefinition(nameof(ScheduledMemoryTests), DisableParallelization = true)]
[Collection(nameof(ScheduledMemoryTests))]
public sealed class ScheduledMemoryTests
{
    private const int Items = 1_000_000;

    // The item itself is 8 of them; a heap's place 32; what is kept of when it is due 8.
    private const long BytesEach = 200;

    [Fact]
    public async Task A_million_scheduled_items_cost_no_more_than_a_heap_should_and_leave_nothing_behind()
    {
        var clock = new FakeTimeProvider();
        var engine = new EngineSystem();
        await using var running = await engine.Pipeline().Clock(clock).Capacity(0).StartAsync().Soon();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var start = clock.GetUtcNow();
        for (var item = 0; item < Items; item++)
        {
            await running.Queue.PutAsync(item, start + TimeSpan.FromMilliseconds(1 + (item * 7919L % 1_000_003)));
        }

        await running.Queue.UntilAsync(now => now.Scheduled == Items);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, 0, BytesEach * Items);
        clock.Advance(TimeSpan.FromSeconds(500));
        await running.Queue.UntilAsync(now => now.Queued > 0);
        var counts = await running.Queue.CountsAsync().Soon();
        Assert.Equal(Items, counts.Queued + counts.Scheduled);
        Assert.InRange(counts.Queued, 499_000, 501_000);

        await running.Queue.ShutDownAsync(immediate: true).Soon();

        Assert.Equal(Items, (await running.Queue.JoinAsync().Soon()).Dropped);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, -BytesEach * Items, 40L * Items);
        await engine.DisposeAsync();
    }
}
