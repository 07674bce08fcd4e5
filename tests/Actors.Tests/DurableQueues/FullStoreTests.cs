using Xunit;

namespace AkkaPipeline.Tests.DurableQueues;

/// <summary>What a store does while its disk is full, and when there is room again.</summary>
public sealed class FullStoreTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    private readonly RoomyStore store = new();

    [Fact]
    public async Task Items_that_waited_for_room_are_written_with_how_far_their_source_is()
    {
        store.HasRoomFor = batch => batch.Accepted.Count == 0;
        await using var running = await On<int>().From(new Numbers(100)).StartAsync().Soon();
        await store.UntilRefusedAsync(batch => batch.Accepted.Count > 0, times: 2);
        store.HasRoomFor = _ => true;
        await PutAsync(running, -1);

        var accepted = 0L;
        foreach (var batch in store.Committed)
        {
            var ofSource = batch.Accepted.Where(part => part.First <= 100).Sum(part => part.Items.Count);
            accepted += ofSource;
            Assert.True(ofSource == 0 || batch.Checkpoint?.Watermark == accepted);
        }

        Assert.Equal(100, accepted);
    }

    [Fact]
    public async Task Dead_letters_have_moved_once_that_is_on_disk_and_only_once()
    {
        var fails = true;
        await using var running = await On<int>()
            .Consume(1, (_, _) => fails ? throw new IOException("down") : default(ValueTask))
            .StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2);
        await running.Queue.JoinAsync().Soon();
        fails = false;
        store.HasRoomFor = _ => false;

        var requeued = running.DeadLetters.RequeueAllAsync();
        await store.UntilRefusedAsync(batch => batch.DeadLettersRemoved.Count > 0, times: 2);
        var again = running.DeadLetters.RequeueAllAsync();
        await running.Queue.UntilAsync(counts => counts.Acked == 2);
        Assert.False(requeued.IsCompleted || again.IsCompleted);

        store.HasRoomFor = _ => true;
        Assert.Equal((2, 0), (await requeued.Soon(), await again.Soon()));
        Assert.Equal(0, await running.DeadLetters.CountAsync().Soon());
        Assert.Equal(2, (await running.Queue.JoinAsync().Soon()).Acked);
    }

    [Fact]
    public async Task Puts_come_back_though_nothing_was_put_before_the_disk_was_full()
    {
        await using (var first = await On<int>().Consume(1, (_, _) => throw new IOException("down")).StartAsync().Soon())
        {
            await first.Queue.PutAsync(1).Soon();
            await first.Queue.JoinAsync().Soon();
        }

        await using var running = await On<int>().StartAsync().Soon();
        store.HasRoomFor = _ => false;
        var dropped = running.DeadLetters.DropAllAsync();
        await store.UntilRefusedAsync(batch => batch.DeadLettersRemoved.Count > 0, times: 2);
        store.HasRoomFor = _ => true;
        Assert.Equal(1, await dropped.Soon());
        await PutAsync(running, 2);
    }

    /// <summary>Puts as soon as there is room.</summary>
    private static async Task PutAsync(RunningPipeline<int> running, int item)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            try
            {
                await running.Queue.PutAsync(item).Soon();
                return;
            }
            catch (StoreFullException) when (!patience.IsCancellationRequested)
            {
                await Task.Yield();
            }
        }
    }

    private PipelineBuilder<T> On<T>() =>
        Pipeline.Create<T>(engine.System, engine.NewName()).StoredIn(() => store, global::AkkaPipeline.Queueing.Durability.Full);
}
