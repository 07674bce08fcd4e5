using Akka.Actor;
using AkkaPipeline.Consuming;
using AkkaPipeline.Coordinating;
using AkkaPipeline.Queueing;
using AkkaPipeline.Storing;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

public sealed class FailureTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task A_source_that_throws_fails_the_pipeline_and_every_item_is_accounted_for()
    {
        IEnumerable<int> Broken()
        {
            for (var item = 0; item < 1_234; item++)
            {
                yield return item;
            }

            throw new InvalidDataException("the source broke");
        }

        var run = engine.Pipeline().From(Broken()).Consume(2, (_, _) => ValueTask.CompletedTask).RunToCompletionAsync();

        var failed = await Assert.ThrowsAsync<PipelineFailedException>(() => run.Soon());
        Assert.Contains("the source broke", failed.Message);
        Assert.IsType<InvalidDataException>(failed.InnerException);
        var settlement = failed.Settlement!;
        Assert.Equal((PipelineOutcome.Failed, 1_234L, 1_234L), (settlement.Outcome, settlement.Accepted, settlement.Acked));
        Assert.False(settlement.SourcesEnded);
    }

    [Fact]
    public async Task When_one_source_throws_the_others_are_stopped()
    {
        var endless = new CountedSource(int.MaxValue);
        var pipeline = engine.Pipeline().From(endless.Read()).From(Broken()).Consume(2, (_, _) => ValueTask.CompletedTask);

        var failed = await Assert.ThrowsAsync<PipelineFailedException>(() => pipeline.RunToCompletionAsync().Soon());

        Assert.Equal(failed.Settlement!.Accepted, failed.Settlement.Acked);
        Assert.Contains("source 1", failed.Message);

        static async IAsyncEnumerable<int> Broken()
        {
            await Task.Yield();
            yield return 1;
            throw new InvalidDataException("broken");
        }
    }

    [Fact]
    public async Task A_failed_item_is_a_dead_letter_with_its_exception_and_the_rest_goes_on()
    {
        await using var running = await engine.Pipeline().Consume(2, (delivery, _) => delivery.Item % 10 == 3
            ? throw new InvalidDataException($"bad {delivery.Item}")
            : ValueTask.CompletedTask).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 100));

        var settlement = await running.Queue.JoinAsync().Soon();

        Assert.Equal((90, 10), (settlement.Acked, settlement.DeadLettered));
        var letters = await running.DeadLetters.AllAsync();
        Assert.Equal(Enumerable.Range(0, 10).Select(ten => 10 * ten + 3), letters.Select(letter => letter.Item).Order());
        Assert.All(letters, letter =>
        {
            Assert.Equal($"bad {letter.Item}", letter.Reason);
            Assert.IsType<InvalidDataException>(letter.Exception);
            Assert.Equal(1, Assert.Single(letter.Attempts).Number);
            Assert.Equal(letter.Item + 1, letter.Sequence);
            Assert.EndsWith($"/{letter.Sequence}", letter.Id);
        });
    }

    [Fact]
    public async Task Dead_letters_can_still_be_read_after_the_end()
    {
        await using var running = await engine.Pipeline()
            .Consume(1, (_, _) => ValueTask.FromException(new InvalidDataException("bad"))).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2);
        await running.CompleteAsync().Soon();

        Assert.Equal([1, 2], (await running.DeadLetters.AllAsync()).Select(letter => letter.Item));
    }

    [Fact]
    public async Task An_item_that_cancels_itself_has_failed()
    {
        var settlement = await engine.Pipeline().From([1])
            .Consume(1, (_, _) => throw new OperationCanceledException("its own token")).RunToCompletionAsync().Soon();

        Assert.Equal(1, settlement.DeadLettered);
    }

    [Fact]
    public async Task A_delivery_failed_by_its_getter_is_a_dead_letter()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAsync(1).Soon();
        using var delivery = await running.Queue.GetAsync().Soon();

        await delivery.FailAsync(new InvalidDataException("no use")).Soon();

        Assert.Equal(1, (await running.Queue.JoinAsync().Soon()).DeadLettered);
        Assert.Equal("no use", Assert.Single(await running.DeadLetters.AllAsync()).Reason);
    }

    [Fact]
    public async Task A_completion_behind_full_dead_letters_ends_as_stalled()
    {
        var setup = new PipelineSetup<int>
        {
            Name = engine.NewName(),
            Limits = new QueueLimits(Capacity: 0, DeadLettersMax: 10),
            Order = ItemOrder.FirstInFirstOut<int>(),
            SizeOf = null,
            Store = new MemoryStore(),
            Time = TimeProvider.System,
            Sources = [],
            Consumers = 2,
            Threads = ConsumerThreads.Shared,
            CreateWorker = (_, _, _) =>
                new DelegateWorker<int>((_, _) => ValueTask.FromException(new InvalidDataException("bad"))),
            Sink = null,
            DeadLetters = null,
            EndsWithSources = false,
        };
        await using var running = await RunningPipeline<int>.StartAsync(engine.System, setup).Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 15));
        await running.Queue.UntilAsync(now => now.DeadLettered == 10);

        var settlement = await running.CompleteAsync().Soon();

        Assert.Equal(PipelineOutcome.Stalled, settlement.Outcome);
        Assert.Contains("dead letters", Assert.Single(settlement.Reasons));
        Assert.Equal((15, 10, 5), (settlement.Accepted, settlement.DeadLettered, settlement.Released));
    }

    [Fact]
    public async Task A_consumer_that_cannot_be_made_fails_the_pipeline_with_its_reason()
    {
        var made = 0;
        var pipeline = engine.Pipeline().From(Enumerable.Range(0, 10)).Consume(3, () =>
        {
            Interlocked.Increment(ref made);
            throw new InvalidDataException("no consumer to be had");
        });

        var failed = await Assert.ThrowsAsync<PipelineFailedException>(() => pipeline.RunToCompletionAsync().Soon());

        Assert.Contains("no consumer to be had", failed.Message);
        Assert.InRange(made, 1, 3);
        Assert.Equal(failed.Settlement!.Accepted, failed.Settlement.Released);
    }

    [Fact]
    public async Task A_consumer_that_cannot_be_replaced_fails_the_pipeline_with_its_reason()
    {
        var made = 0;
        await using var running = await engine.Pipeline().Consume(1, () => Interlocked.Increment(ref made) == 1
            ? new Doing()
            : throw new InvalidDataException("no second one")).StartAsync().Soon();

        (await engine.ActorAsync(running.Name, "consumers/consumer-0.1")).Tell(Kill.Instance);

        var failed = await Assert.ThrowsAsync<PipelineFailedException>(() => running.Completion.Soon());
        Assert.Contains("no second one", failed.Message);
        Assert.Equal(2, made);
    }

    private sealed class Doing : IItemConsumer<int>
    {
        public ValueTask ConsumeAsync(Delivery<int> delivery, CancellationToken cancellationToken) =>
            ValueTask.CompletedTask;
    }
}
