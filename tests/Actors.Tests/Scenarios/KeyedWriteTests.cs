using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

/// <summary>Writes that fail, of items in order by key.</summary>
public sealed class KeyedWriteTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    private static readonly RetryPolicy Thrice = new()
    {
        MaxAttempts = 3,
        Backoff = RetryBackoff.None,
        Retries = cause => cause is IOException,
    };

    [Fact]
    public async Task Without_a_policy_the_rule_is_asked_and_decides()
    {
        var sink = new Refusing(2, new IOException("no room"));
        await using var running = await Emitting(sink, pipeline => pipeline
            .OnFailure((cause, delivery) => FailureOutcome.Reject($"{delivery.Item}: {cause.Message}")));

        var letter = Assert.Single(await LettersAsync(running, 1, 2, 3));

        Assert.Equal((DeadLetterCause.Rejected, "2: no room"), (letter.Cause, letter.Reason));
        Assert.Equal([1, 2, 3], sink.Tried.Order());
    }

    [Fact]
    public async Task Without_a_policy_the_rule_may_have_an_item_tried_again_and_nothing_of_its_key_overtakes_it()
    {
        var sink = new Refusing(2, new IOException("no room"), times: 3);
        await using var running = await Emitting(sink, pipeline => pipeline.OnFailure((_, _) => FailureOutcome.Retry));

        Assert.Empty(await LettersAsync([.. Enumerable.Range(1, 50)]));

        Assert.Equal([1, 2, 2, 2, .. Enumerable.Range(2, 49)], sink.Tried);

        async Task<IReadOnlyList<DeadLetteredItem<int>>> LettersAsync(int[] items) => await KeyedWriteTests.LettersAsync(running, items);
    }

    [Fact]
    public async Task What_the_policy_retries_is_repeated_in_place_and_then_the_rule_may_reject_it()
    {
        var sink = new Refusing(2, new IOException("no room"));
        await using var running = await Emitting(sink, pipeline => pipeline.Retry(Thrice)
            .OnFailure((_, delivery) => delivery.Item == 2 ? FailureOutcome.Reject("not this one") : FailureOutcome.ByPolicy));

        var letter = Assert.Single(await LettersAsync(running, 1, 2, 3));

        Assert.Equal((DeadLetterCause.Rejected, "not this one"), (letter.Cause, letter.Reason));
        Assert.Equal([1, 2, 2, 2, 3], sink.Tried);
    }

    [Fact]
    public async Task A_rule_that_never_returns_about_a_repeated_write_is_covered_by_the_timeout()
    {
        using var gate = new ManualResetEventSlim();
        var sink = new Refusing(2, new IOException("no room"));
        await using var running = await Emitting(sink, pipeline => pipeline.Retry(Thrice)
            .Timeout(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(100)).OnFailure((_, _) =>
            {
                gate.Wait(TimeSpan.FromSeconds(60), CancellationToken.None);
                return FailureOutcome.Reject("too late");
            }));

        var letter = Assert.Single(await LettersAsync(running, 1, 2, 3));

        Assert.Equal(DeadLetterCause.AttemptsUsedUp, letter.Cause);
        Assert.Equal([1, 2, 2, 2, 3], sink.Tried);
        gate.Set();
    }

    [Fact]
    public async Task What_the_policy_retries_and_no_rule_rejects_has_used_up_its_attempts()
    {
        var sink = new Refusing(2, new IOException("no room"));
        await using var running = await Emitting(sink, pipeline => pipeline.Retry(Thrice).OnFailure((_, _) => FailureOutcome.Retry));

        var letter = Assert.Single(await LettersAsync(running, 1, 2, 3));

        Assert.Equal(DeadLetterCause.AttemptsUsedUp, letter.Cause);
        Assert.Equal([1, 2, 2, 2, 3], sink.Tried);
    }

    [Fact]
    public async Task What_the_policy_does_not_retry_is_written_once()
    {
        var sink = new Refusing(2, new InvalidDataException("too long"));
        await using var running = await Emitting(sink, pipeline => pipeline.Retry(Thrice));

        var letter = Assert.Single(await LettersAsync(running, 1, 2, 3));

        Assert.Equal((DeadLetterCause.NotRetried, "too long"), (letter.Cause, letter.Reason));
        Assert.Equal([1, 2, 3], sink.Tried);
    }

    private async Task<RunningPipeline<int>> Emitting(Refusing sink, Func<PipelineBuilder<int>, PipelineBuilder<int>> with) =>
        await with(engine.Pipeline().InOrderBy(_ => "one key")).Consume<int>(2, (delivery, outputs, _) =>
        {
            outputs.Emit(delivery.Item);
            return ValueTask.CompletedTask;
        }).To(sink).StartAsync().Soon();

    private static async Task<IReadOnlyList<DeadLetteredItem<int>>> LettersAsync(RunningPipeline<int> running, params int[] items)
    {
        await running.Queue.PutAllAsync(items);
        await running.Queue.JoinAsync().Soon();
        return await running.DeadLetters.AllAsync();
    }

    /// <summary>Fails on one output, so many times.</summary>
    private sealed class Refusing(int output, Exception cause, int times = int.MaxValue) : IBatchSink<int>
    {
        private int left = times;

        public List<int> Tried { get; } = [];

        public ValueTask<BatchResult> WriteAsync(Batch<int> batch, CancellationToken cancellationToken)
        {
            var result = new BatchResult(batch.Count);
            for (var index = 0; index < batch.Count; index++)
            {
                Tried.Add(batch.Outputs.Span[index]);
                if (batch.Outputs.Span[index] == output && left-- > 0)
                {
                    result.MarkFailed(index, cause);
                }
                else
                {
                    result.MarkWritten(index);
                }
            }

            return new ValueTask<BatchResult>(result);
        }
    }
}
