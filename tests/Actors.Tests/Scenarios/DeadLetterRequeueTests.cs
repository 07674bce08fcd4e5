using Akka.Actor;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

public sealed class DeadLetterRequeueTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task A_requeued_item_begins_anew_under_its_id_and_its_number()
    {
        var moody = new Moody();
        await using var running = await FailedAsync(moody, 1, 2, 3);
        var letter = (await running.DeadLetters.AllAsync())[1];
        moody.Mend();

        Assert.Equal(1, await running.DeadLetters.RequeueAsync(letter.Id).Soon());

        var settlement = await running.Queue.JoinAsync().Soon();
        Assert.Equal((3, 1, 2), (settlement.Accepted, settlement.Acked, settlement.DeadLettered));
        Assert.Equal((2, letter.Id, letter.Sequence, 1), moody.Seen.Last());
        Assert.Equal([1, 3], (await running.DeadLetters.AllAsync()).Select(kept => kept.Item));
        Assert.Equal(0, await running.DeadLetters.RequeueAsync(letter.Id).Soon());
    }

    [Fact]
    public async Task Once_the_task_has_completed_the_counts_have_moved()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAsync(1).Soon();
        using var first = await running.Queue.GetAsync().Soon();
        await first.FailAsync(new InvalidDataException("no use")).Soon();
        Assert.Equal((0, 1), Of(await running.Queue.CountsAsync().Soon()));

        await running.DeadLetters.RequeueAllAsync().Soon();

        Assert.Equal((1, 0), Of(await running.Queue.CountsAsync().Soon()));
        using var again = await running.Queue.GetAsync().Soon();
        Assert.Equal((first.Id, first.Sequence, 1), (again.Id, again.Sequence, again.Attempt));
        await again.AckAsync().Soon();

        static (long, long) Of(QueueCounts counts) => (counts.Queued, counts.DeadLettered);
    }

    [Fact]
    public async Task Its_attempts_begin_anew_and_its_history_stays()
    {
        await using var running = await FailedAsync(new Moody(), 7);
        for (var round = 1; round <= 120; round++)
        {
            await running.DeadLetters.RequeueAllAsync().Soon();
            await running.Queue.JoinAsync().Soon();
            var letter = Assert.Single(await running.DeadLetters.AllAsync());
            Assert.Equal(Math.Min(round + 1, 100), letter.Attempts.Count);
            Assert.All(letter.Attempts, attempt => Assert.Equal((1, "bad 7"), (attempt.Number, attempt.Error.Message)));
        }
    }

    [Fact]
    public async Task Some_are_requeued_by_a_filter_and_the_rest_stays()
    {
        var moody = new Moody();
        await using var running = await FailedAsync(moody, Enumerable.Range(0, 100));
        moody.Mend();

        Assert.Equal(30, await running.DeadLetters.RequeueAsync(new DeadLetterFilter { LastSequence = 30 }).Soon());

        var settlement = await running.Queue.JoinAsync().Soon();
        Assert.Equal((30, 70), (settlement.Acked, settlement.DeadLettered));
        Assert.Equal(70, await running.DeadLetters.CountAsync().Soon());
    }

    [Fact]
    public async Task All_are_requeued_in_their_order_and_those_that_fail_again_come_back()
    {
        var moody = new Moody();
        await using var running = await FailedAsync(moody, Enumerable.Range(0, 3_000));

        Assert.Equal(3_000, await running.DeadLetters.RequeueAllAsync().Soon());
        Assert.Equal(3_000, (await running.Queue.JoinAsync().Soon()).DeadLettered);
        Assert.All(await running.DeadLetters.AllAsync(), letter => Assert.Equal(2, letter.Attempts.Count));

        moody.Mend();
        Assert.Equal(3_000, await running.DeadLetters.RequeueAllAsync().Soon());
        var settlement = await running.CompleteAsync().Soon();
        Assert.Equal((3_000, 3_000), (settlement.Accepted, settlement.Acked));
        Assert.Equal(Enumerable.Range(0, 3_000), moody.Seen.TakeLast(3_000).Select(seen => seen.Item));
    }

    [Fact]
    public async Task A_requeued_item_keeps_its_priority()
    {
        await using var running = await engine.QueueAsync(order: ItemOrder.LowestFirst<int>(item => item));
        await running.Queue.PutAllAsync(5, 1, 9);
        using var lowest = await running.Queue.GetAsync().Soon();
        await lowest.FailAsync(new InvalidDataException("no use")).Soon();
        await running.Queue.PutAsync(3).Soon();

        await running.DeadLetters.RequeueAllAsync().Soon();

        Assert.Equal([1, 3, 5, 9], await running.Queue.TakeAllAsync());
    }

    [Fact]
    public async Task An_item_whose_priority_cannot_be_read_again_stays_and_the_pipeline_goes_on()
    {
        var broken = false;
        await using var running = await engine.QueueAsync(order: ItemOrder.LowestFirst<int>(
            item => broken ? throw new InvalidDataException("no priority") : item));
        await running.Queue.PutAsync(1).Soon();
        using var held = await running.Queue.GetAsync().Soon();
        await held.FailAsync(new InvalidDataException("no use")).Soon();
        Volatile.Write(ref broken, true);

        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => running.DeadLetters.RequeueAllAsync().Soon());

        Assert.Contains("no priority", thrown.Message);
        Volatile.Write(ref broken, false);
        Assert.Equal(1, await running.DeadLetters.RequeueAllAsync().Soon());
        Assert.Equal(1, await running.Queue.TakeAsync());
    }

    [Fact]
    public async Task A_requeued_item_keeps_its_key_which_is_not_read_again()
    {
        var broken = false;
        await using var running = await engine.Pipeline()
            .InOrderBy(item => Volatile.Read(ref broken) ? throw new InvalidDataException("no key") : item % 2).StartAsync().Soon();
        await running.Queue.PutAsync(3).Soon();
        using var held = await running.Queue.GetAsync().Soon();
        await held.FailAsync(new InvalidDataException("no use")).Soon();
        Volatile.Write(ref broken, true);

        Assert.Equal(1, await running.DeadLetters.RequeueAllAsync().Soon());

        using var again = await running.Queue.GetAsync().Soon();
        Assert.Equal((3, "1"), (again.Item, again.Key));
        await again.AckAsync().Soon();
    }

    [Fact]
    public async Task A_consumer_may_requeue_and_await_it()
    {
        RunningPipeline<int>? pipeline = null;
        var moody = new Moody();
        await using var running = pipeline = await engine.Pipeline().Consume(2, async (delivery, cancellationToken) =>
        {
            if (delivery.Item < 0)
            {
                moody.Mend();
                await pipeline!.DeadLetters.RequeueAllAsync(cancellationToken);
            }

            await moody.Consume(delivery, cancellationToken);
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2);
        await running.Queue.JoinAsync().Soon();

        await running.Queue.PutAsync(-1).Soon();

        Assert.Equal(3, (await running.Queue.JoinAsync().Soon()).Acked);
    }

    [Fact]
    public async Task Dropped_ones_are_gone_and_counted()
    {
        await using var running = await FailedAsync(new Moody(), Enumerable.Range(0, 10));
        var letters = await running.DeadLetters.AllAsync();

        Assert.Equal(1, await running.DeadLetters.DropAsync(letters[3].Id).Soon());
        Assert.Equal(0, await running.DeadLetters.DropAsync(letters[3].Id).Soon());
        Assert.Equal(4, await running.DeadLetters.DropAsync(new DeadLetterFilter { FirstSequence = 7 }).Soon());
        Assert.Equal((5, 5), Of(await running.Queue.CountsAsync().Soon()));
        Assert.Equal(5, await running.DeadLetters.DropAllAsync().Soon());

        Assert.Empty(await running.DeadLetters.AllAsync());
        var settlement = await running.CompleteAsync().Soon();
        Assert.Equal((10, 0, 10), (settlement.Accepted, settlement.DeadLettered, settlement.Dropped));

        static (long, long) Of(QueueCounts counts) => (counts.DeadLettered, counts.Dropped);
    }

    [Fact]
    public async Task After_the_end_they_can_be_listed_and_nothing_else()
    {
        await using var running = await FailedAsync(new Moody(), 1, 2);
        await running.CompleteAsync().Soon();

        await Assert.ThrowsAsync<QueueShutDownException>(() => running.DeadLetters.RequeueAllAsync().Soon());
        var thrown = await Assert.ThrowsAsync<QueueShutDownException>(() => running.DeadLetters.DropAllAsync().Soon());

        Assert.Contains(running.Name, thrown.Message);
        Assert.Equal([1, 2], (await running.DeadLetters.AllAsync()).Select(letter => letter.Item));
        Assert.Equal(2, await running.DeadLetters.CountAsync().Soon());
    }

    [Fact]
    public async Task While_it_ends_a_requeue_is_refused_and_a_drop_is_not()
    {
        var gate = new Gate();
        var moody = new Moody();
        await using var running = await engine.Pipeline().Consume(1, async (delivery, cancellationToken) =>
        {
            if (delivery.Item == 0)
            {
                await gate.WaitAsync(cancellationToken);
            }
            else
            {
                await moody.Consume(delivery, cancellationToken);
            }
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2, 0);
        await running.Queue.UntilAsync(now => now is { DeadLettered: 2, InFlight: 1 });
        var ending = running.CompleteAsync().AsTask();
        await PutsHaveEndedAsync(running.Queue);

        var thrown = await Assert.ThrowsAsync<QueueShutDownException>(() => running.DeadLetters.RequeueAllAsync().Soon());
        Assert.Contains("shut down", thrown.Message);
        Assert.Equal(1, await running.DeadLetters.DropAsync(new DeadLetterFilter { LastSequence = 1 }).Soon());
        gate.Open();

        var settlement = await ending.Soon();
        Assert.Equal((1, 1), (settlement.DeadLettered, settlement.Dropped));
        Assert.Equal([2], (await running.DeadLetters.AllAsync()).Select(letter => letter.Item));
    }

    [Fact]
    public async Task A_requeue_that_races_with_the_end_is_worked_on_or_refused()
    {
        for (var round = 0; round < 200; round++)
        {
            var moody = new Moody();
            await using var running = await FailedAsync(moody, 1, 2, 3);
            moody.Mend();

            var requeue = Task.Run(() => running.DeadLetters.RequeueAllAsync());
            var settlement = await (round % 2 == 0 ? running.CompleteAsync() : running.DrainAsync(Timeout.InfiniteTimeSpan)).Soon();

            var requeued = await MovedAsync(requeue);
            Assert.Equal((requeued, 3 - requeued), (settlement.Acked, settlement.DeadLettered));
            Assert.Equal(3 - requeued, await running.DeadLetters.CountAsync().Soon());
        }
    }

    [Fact]
    public async Task A_drop_that_races_with_the_end_stands_in_the_account_or_is_refused()
    {
        for (var round = 0; round < 200; round++)
        {
            await using var running = await FailedAsync(new Moody(), 1, 2, 3);

            var drop = Task.Run(() => running.DeadLetters.DropAllAsync());
            var settlement = await running.CompleteAsync().Soon();

            var dropped = await MovedAsync(drop);
            Assert.Equal((3 - dropped, dropped), (settlement.DeadLettered, settlement.Dropped));
            Assert.Equal(3 - dropped, await running.DeadLetters.CountAsync().Soon());
        }
    }

    [Theory]
    [InlineData("queue")]
    [InlineData("store")]
    public async Task When_a_part_dies_no_dead_letter_is_lost_with_it(string part)
    {
        await using var running = await FailedAsync(new Moody(), Enumerable.Range(0, 10));

        (await engine.ActorAsync(running.Name, part)).Tell(Kill.Instance);
        var requeue = running.DeadLetters.RequeueAllAsync();

        await Assert.ThrowsAsync<PipelineFailedException>(() => running.Completion.Soon());
        await Assert.ThrowsAsync<QueueShutDownException>(() => requeue.Soon());
        Assert.Equal(Enumerable.Range(0, 10), (await running.DeadLetters.AllAsync()).Select(letter => letter.Item));
    }

    /// <summary>None, where it was refused.</summary>
    private static async Task<long> MovedAsync(Task<long> move)
    {
        try
        {
            return await move.Soon();
        }
        catch (QueueShutDownException)
        {
            return 0;
        }
    }

    private static async Task PutsHaveEndedAsync(IWorkQueue<int> queue)
    {
        await Assert.ThrowsAsync<QueueShutDownException>(async () =>
        {
            while (true)
            {
                await queue.PutAsync(0).Soon();
            }
        });
        await queue.HasHeardAsync();
    }

    private Task<RunningPipeline<int>> FailedAsync(Moody moody, params IEnumerable<int> items) =>
        FailedAsync(engine.Pipeline().Consume(1, moody.Consume), items);

    private static async Task<RunningPipeline<int>> FailedAsync(PipelineBuilder<int> pipeline, IEnumerable<int> items)
    {
        var running = await pipeline.StartAsync().Soon();
        await running.Queue.PutAllAsync(items);
        await running.Queue.JoinAsync().Soon();
        return running;
    }
}
