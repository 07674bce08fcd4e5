using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

public sealed class DeadLetterBoundTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task At_their_bound_it_pauses_and_goes_on_when_some_are_requeued_or_dropped()
    {
        var moody = new Moody();
        await using var running = await engine.Pipeline().DeadLettersKept(10)
            .Consume(4, moody.Consume).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 100));
        Assert.Equal((10, 90), Of(await running.Queue.UntilAsync(now => now is { DeadLettered: 10, InFlight: 0 })));

        Assert.Equal(4, await running.DeadLetters.DropAsync(new DeadLetterFilter
        {
            Ids = [.. (await running.DeadLetters.ListAsync(limit: 4).Soon()).Items.Select(letter => letter.Id)],
        }).Soon());
        Assert.Equal((10, 86), Of(await running.Queue.UntilAsync(now => now is { DeadLettered: 10, InFlight: 0 })));

        moody.Mend();
        Assert.Equal(1, await running.DeadLetters.RequeueAsync((await running.DeadLetters.AllAsync())[0].Id).Soon());
        var settlement = await running.Queue.JoinAsync().Soon();
        Assert.Equal((87, 9, 4), (settlement.Acked, settlement.DeadLettered, settlement.Dropped));

        Assert.Equal(PipelineOutcome.Completed, (await running.CompleteAsync().Soon()).Outcome);

        static (long, long) Of(QueueCounts counts) => (counts.DeadLettered, counts.Queued);
    }

    [Fact]
    public async Task A_completion_at_their_bound_ends_as_stalled()
    {
        await using var running = await engine.Pipeline().DeadLettersKept(10)
            .Consume(2, new Moody().Consume).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 15));
        await running.Queue.UntilAsync(now => now is { DeadLettered: 10, InFlight: 0 });

        var settlement = await running.CompleteAsync().Soon();

        Assert.Equal(PipelineOutcome.Stalled, settlement.Outcome);
        Assert.Equal((15, 10, 5), (settlement.Accepted, settlement.DeadLettered, settlement.Released));
    }

    [Fact]
    public async Task Where_the_oldest_are_dropped_nothing_waits_and_the_newest_are_kept()
    {
        await using var running = await engine.Pipeline().DeadLettersKept(10, dropOldest: true)
            .Consume(1, new Moody().Consume).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 1_000));

        var settlement = await running.CompleteAsync().Soon();

        Assert.Equal(PipelineOutcome.Completed, settlement.Outcome);
        Assert.Equal((1_000, 10, 990), (settlement.Accepted, settlement.DeadLettered, settlement.Dropped));
        Assert.Equal(Enumerable.Range(990, 10), (await running.DeadLetters.AllAsync()).Select(letter => letter.Item));
    }

    [Fact]
    public async Task Requeued_while_the_oldest_are_dropped_every_item_is_accounted_for()
    {
        await using var running = await engine.Pipeline().DeadLettersKept(20, dropOldest: true)
            .Consume(4, new Moody().Consume).StartAsync().Soon();
        var putting = Task.Run(() => running.Queue.PutAllAsync(Enumerable.Range(0, 2_000)));
        while (!putting.IsCompleted)
        {
            await running.DeadLetters.RequeueAllAsync().Soon();
        }

        await putting.Soon();
        await running.Queue.JoinAsync().Soon();
        var settlement = await running.CompleteAsync().Soon();

        Assert.Equal((2_000, 0, 0), (settlement.Accepted, settlement.Acked, settlement.Released));
        Assert.Equal(2_000, settlement.DeadLettered + settlement.Dropped);
        Assert.Equal(settlement.DeadLettered, await running.DeadLetters.CountAsync().Soon());
    }
}
