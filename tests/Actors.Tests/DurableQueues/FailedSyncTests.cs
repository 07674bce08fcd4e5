using AkkaPipeline.Tests.Scenarios;
using Xunit;

namespace AkkaPipeline.Tests.DurableQueues;

/// <summary>
/// A kernel tells of a failed sync once: the next one succeeds although what the first was to bring to the disk is lost.
/// </summary>
public sealed class FailedSyncTests : DurableQueue
{
    private readonly LinesInMemory sink = new();
    private readonly Gate syncing = new();
    private readonly Gate fail = new();

    [Fact]
    public async Task After_a_failed_sync_nothing_more_is_committed_so_that_no_item_is_lost_or_doubled()
    {
        var first = new Gate();
        var second = new Gate();
        sink.Sync = FailOnceAsync;
        await using (var running = await Orders(async item =>
        {
            await (item == "one" ? first.Opened : Task.CompletedTask);
            second.Open();
        }).StartAsync().Soon())
        {
            await running.Queue.PutAsync("one").Soon();
            first.Open();
            await syncing.Opened;

            // Its commit is asked for while the one that will fail runs.
            var unconfirmed = running.Queue.PutAsync("two").AsTask();
            await second.Opened;
            fail.Open();
            await Assert.ThrowsAnyAsync<Exception>(() => unconfirmed.Soon());
            var failure = await Assert.ThrowsAsync<PipelineFailedException>(() => running.Completion.Soon());
            Assert.Contains("no sync", failure.Message, StringComparison.Ordinal);
        }

        await using var again = await Orders(_ => Task.CompletedTask).StartAsync().Soon();
        var settlement = await again.CompleteAsync().AsTask().Soon();
        Assert.Equal((1, 1), (settlement.Accepted, settlement.Acked));
        Assert.Equal(["one"], sink.Lines);
        Assert.Equal([0, 0], sink.CutBackTo);
    }

    [Fact]
    public async Task After_a_failed_sync_there_are_no_more_checkpoints()
    {
        sink.Sync = FailOnceAsync;
        await using (var running = await Job(new Numbers(10)).StartAsync().Soon())
        {
            await syncing.Opened;
            await running.Queue.UntilAsync(counts => counts.Acked == 10);

            // It asks for a checkpoint, and is heard before what follows it.
            var joining = running.Queue.JoinAsync();
            await running.Queue.CountsAsync().Soon();
            fail.Open();
            await Assert.ThrowsAsync<PipelineFailedException>(() => running.Completion.Soon());
            await Assert.ThrowsAnyAsync<Exception>(() => joining.Soon());
        }

        await using var again = await Job(new Numbers(10)).StartAsync().Soon();
        var settlement = await again.CompleteAsync().Soon();
        Assert.Equal((10, 10, 0), (settlement.Accepted, settlement.Acked, settlement.Resumed));
        Assert.Equal(Enumerable.Range(0, 10).Select(number => $"{number}"), sink.Lines);
    }

    private async Task FailOnceAsync()
    {
        if (!syncing.IsOpen)
        {
            syncing.Open();
            await fail.Opened;
            throw new BrokenSinkException("no sync");
        }
    }

    private PipelineBuilder<string> Orders(Func<string, Task> before) => On<string>()
        .Consume<string>(1, async (delivery, outputs, _) =>
        {
            await before(delivery.Item);
            outputs.Emit(delivery.Item);
        })
        .To(sink);

    private PipelineBuilder<int> Job(Numbers source) => InMemory<int>("job")
        .Checkpointed(StorePath)
        .From(source)
        .DeadLettersTo(new RecordingSink<DeadLetteredItem<int>>())
        .Consume<string>(1, (delivery, outputs, _) =>
        {
            outputs.Emit($"{delivery.Item}");
            return ValueTask.CompletedTask;
        })
        .To(sink);
}
