using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

/// <summary>Nothing of the engine dies of an exception whose own members throw; its type is told instead.</summary>
public sealed class UnreadableExceptionTests : IAsyncLifetime
{
    // With a logger, which reads all of an exception.
    private readonly EngineSystem engine = EngineSystem.With(
        """
        akka.loglevel = DEBUG
        akka.loggers = ["AkkaPipeline.Tests.Scenarios.ReadingLog, AkkaPipeline.Tests"]
        """);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => engine.DisposeAsync();

    [Fact]
    public async Task Of_a_source_it_fails_the_pipeline()
    {
        var failed = await Assert.ThrowsAsync<PipelineFailedException>(() => engine.Pipeline().From(Failing())
            .Consume(2, (_, _) => ValueTask.CompletedTask).RunToCompletionAsync().Soon());

        Assert.Contains($"source 0 failed: {typeof(Unreadable).FullName}", failed.Message);
        Assert.Equal(2, failed.Settlement!.Acked);

        static IEnumerable<int> Failing()
        {
            yield return 1;
            yield return 2;
            throw new Unreadable();
        }
    }

    [Fact]
    public async Task Of_a_batch_its_items_fail()
    {
        var settlement = await engine.Pipeline().From(Enumerable.Range(0, 100)).Consume<int>(2, Emit)
            .To(new AnsweringSink<int>(_ => throw new Unreadable()), new BatchOptions<int> { ItemsMax = 10 })
            .RunToCompletionAsync().Soon();

        Assert.Equal((100, 0), (settlement.DeadLettered, settlement.Acked));
    }

    [Fact]
    public async Task Of_one_output_its_item_fails()
    {
        var settlement = await engine.Pipeline().From(Enumerable.Range(0, 100)).Consume<int>(2, Emit)
            .To(new AnsweringSink<int>(batch =>
            {
                var result = new BatchResult(batch.Count);
                for (var index = 0; index < batch.Count; index++)
                {
                    if (batch.Outputs.Span[index] == 7)
                    {
                        result.MarkFailed(index, new Unreadable());
                    }
                }

                result.MarkRestWritten();
                return result;
            }))
            .RunToCompletionAsync().Soon();

        Assert.Equal((1, 99), (settlement.DeadLettered, settlement.Acked));
    }

    [Fact]
    public async Task Of_closing_a_sink_it_fails_the_pipeline()
    {
        var failed = await Assert.ThrowsAsync<PipelineFailedException>(() => engine.Pipeline().From(Enumerable.Range(0, 100))
            .Consume<int>(2, Emit).To(new Unclosable()).RunToCompletionAsync().Soon());

        Assert.Contains($"closing a sink failed: {typeof(Unreadable).FullName}", failed.Message);
    }

    [Fact]
    public async Task Of_making_a_consumer_it_fails_the_pipeline()
    {
        var failed = await Assert.ThrowsAsync<PipelineFailedException>(() => engine.Pipeline().From(Enumerable.Range(0, 100))
            .Consume(2, new Func<IItemConsumer<int>>(() => throw new Unreadable())).RunToCompletionAsync().Soon());

        Assert.Contains(typeof(Unreadable).FullName!, failed.Message);
    }

    [Fact]
    public async Task Of_a_consumer_and_its_rule_the_item_fails()
    {
        await using var running = await engine.Pipeline().OnFailure((_, _) => throw new Unreadable())
            .Consume(1, (delivery, _) => delivery.Item == 0 ? throw new Unreadable() : ValueTask.FromException(new Unreadable()))
            .StartAsync().Soon();
        await running.Queue.PutAllAsync(0, 1);

        Assert.Equal(2, (await running.Queue.JoinAsync().Soon()).DeadLettered);
        Assert.All(
            await running.DeadLetters.AllAsync(), letter => Assert.Equal(typeof(Unreadable).FullName, letter.Reason));
    }

    [Fact]
    public async Task Of_a_priority_a_dead_letter_stays_one()
    {
        var broken = false;
        await using var running = await engine.Pipeline().Order(ItemOrder.LowestFirst<int>(item => broken ? throw new Unreadable() : item))
            .Consume(1, (_, _) => ValueTask.FromException(new IOException())).StartAsync().Soon();
        await running.Queue.PutAsync(1).Soon();
        await running.Queue.JoinAsync().Soon();
        broken = true;

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => running.DeadLetters.RequeueAllAsync().Soon());

        Assert.Contains(typeof(Unreadable).FullName!, refused.Message);
        Assert.Equal((PipelineOutcome.Completed, 1), ((await running.CompleteAsync().Soon()).Outcome, (await running.Completion).DeadLettered));
    }

    private static ValueTask Emit(Delivery<int> delivery, IOutputs<int> outputs, CancellationToken cancellationToken)
    {
        outputs.Emit(delivery.Item);
        return ValueTask.CompletedTask;
    }

    private sealed class Unclosable : IBatchSink<int>
    {
        public ValueTask<BatchResult> WriteAsync(Batch<int> batch, CancellationToken cancellationToken) => new(BatchResult.Written);

        public ValueTask CloseAsync(SinkEnding ending, CancellationToken cancellationToken) => throw new Unreadable();
    }
}
