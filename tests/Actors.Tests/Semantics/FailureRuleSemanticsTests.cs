using AkkaPipeline.Tests.Scenarios;
using Xunit;

namespace AkkaPipeline.Tests.Semantics;

/// <summary>Semantics 15: where a failed item goes, and what a rule around failure can and cannot do.</summary>
public sealed class FailureRuleSemanticsTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task S15_A_failed_item_skips_the_sink_and_goes_to_retry()
    {
        var sink = new RecordingSink<string>();

        var settlement = await engine.Pipeline().From(Enumerable.Range(0, 300)).Retry(3, RetryBackoff.None)
            .Consume<string>(2, (delivery, outputs, _) =>
            {
                outputs.Emit($"{delivery.Item} in attempt {delivery.Attempt}");
                return delivery.Attempt <= delivery.Item % 3 ? throw new IOException("not yet") : ValueTask.CompletedTask;
            }).To(sink).RunToCompletionAsync().Soon();

        Assert.Equal((300, 300, 0), (settlement.Accepted, settlement.Acked, settlement.DeadLettered));
        Assert.Equal(
            Enumerable.Range(0, 300).Select(item => $"{item} in attempt {1 + (item % 3)}").Order(StringComparer.Ordinal),
            sink.Written.Order(StringComparer.Ordinal));
    }

    public static TheoryData<string> Rules { get; } = ["by policy", "retry", "retry after", "reject"];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task S15_A_rule_around_failure_cannot_turn_a_failure_into_a_success(string said)
    {
        var asked = 0;
        var sink = new RecordingSink<int>();
        await using var running = await engine.Pipeline().Retry(2, RetryBackoff.None)
            .OnFailure((_, _) =>
            {
                Interlocked.Increment(ref asked);
                return said switch
                {
                    "retry" => FailureOutcome.Retry,
                    "retry after" => FailureOutcome.RetryAfter(TimeSpan.Zero),
                    "reject" => FailureOutcome.Reject("no use"),
                    _ => FailureOutcome.ByPolicy,
                };
            })
            .Consume<int>(2, (delivery, outputs, _) =>
            {
                outputs.Emit(delivery.Item);
                return ValueTask.FromException(new IOException("bad"));
            }).To(sink).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2, 3);

        var settlement = await running.CompleteAsync().Soon();

        Assert.Equal((3, 0, 3), (settlement.Accepted, settlement.Acked, settlement.DeadLettered));
        Assert.Equal(said == "reject" ? 3 : 6, asked);
        Assert.Empty(sink.Written);
        var letters = await running.DeadLetters.AllAsync();
        Assert.All(letters, letter => Assert.Equal(
            said == "reject" ? (DeadLetterCause.Rejected, "no use") : (DeadLetterCause.AttemptsUsedUp, "bad"),
            (letter.Cause, letter.Reason)));
    }

    [Fact]
    public async Task S15_What_a_rule_around_failure_throws_is_contained_and_the_policy_decides()
    {
        await using var running = await engine.Pipeline().Retry(2, RetryBackoff.None)
            .OnFailure((_, _) => throw new InvalidOperationException("the rule is broken"))
            .Consume(1, (delivery, _) => throw (delivery.Item == 1 ? new FormatException("never") : new IOException("bad")))
            .StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2);

        var settlement = await running.CompleteAsync().Soon();

        Assert.Equal((PipelineOutcome.Completed, 2L), (settlement.Outcome, settlement.DeadLettered));
        var letters = await running.DeadLetters.AllAsync();
        Assert.Equal([(1, "never"), (2, "bad")], letters.Select(letter => (letter.Attempts.Count, letter.Reason)));
    }

    [Fact]
    public async Task S15_A_rule_around_failure_sees_the_exception_and_the_item_and_is_asked_of_failed_writes_too()
    {
        var seen = new List<(string, int)>();
        await using var running = await engine.Pipeline()
            .OnFailure((thrown, delivery) =>
            {
                lock (seen)
                {
                    seen.Add((thrown.Message, delivery.Item));
                }

                return FailureOutcome.ByPolicy;
            })
            .Consume<int>(1, (delivery, outputs, _) =>
            {
                outputs.Emit(delivery.Item);
                return delivery.Item == 1 ? throw new IOException("consumed badly") : ValueTask.CompletedTask;
            }).To(new AnsweringSink<int>(_ => throw new IOException("written badly"))).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2);

        await running.CompleteAsync().Soon();

        Assert.Equal([("consumed badly", 1), ("written badly", 2)], seen.Order());
    }

    [Fact]
    public async Task S15_A_policys_own_filter_that_throws_is_contained_and_the_default_decides()
    {
        await using var running = await engine.Pipeline()
            .Retry(new RetryPolicy
            {
                MaxAttempts = 2,
                Backoff = RetryBackoff.None,
                Retries = _ => throw new InvalidOperationException("the filter is broken"),
            })
            .Consume(1, (delivery, _) => throw (delivery.Item == 1 ? new FormatException("never") : new IOException("bad")))
            .StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2);

        await running.CompleteAsync().Soon();

        Assert.Equal([1, 2], (await running.DeadLetters.AllAsync()).Select(letter => letter.Attempts.Count));
    }
}
