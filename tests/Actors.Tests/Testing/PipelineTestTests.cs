using AkkaPipeline.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Testing;

public sealed class PipelineTestTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Each_item_is_told_by_its_outcome_its_retries_and_why_it_failed()
    {
        var result = await PipelineTest.RunAsync([1, 2, 3], pipeline => pipeline
            .Retry(maxAttempts: 3, RetryBackoff.Constant(Minute).WithoutJitter())
            .Consume(2, (delivery, _) => delivery switch
            {
                { Item: 2, Attempt: 1 } => throw new TimeoutException("once"),
                { Item: 3 } => throw new InvalidDataException("always"),
                _ => ValueTask.CompletedTask,
            })).Soon();

        Assert.Equal(
            [(1, ItemTestOutcome.Acked, 0), (2, ItemTestOutcome.Acked, 1), (3, ItemTestOutcome.DeadLettered, 2)],
            result.Items.Select(one => (one.Item, one.Outcome, one.Retries)));
        Assert.Equal("once", Assert.Single(result.Items[1].Failures).Error.Message);
        Assert.Equal(3, result.Items[2].Failures.Count);
        Assert.Equal(DeadLetterCause.AttemptsUsedUp, result.Items[2].DeadLetter!.Cause);
        Assert.Same(result.Items[2].DeadLetter, Assert.Single(result.DeadLetters));
        Assert.Equal((2, 1, 3), (result.Settlement.Acked, result.Settlement.DeadLettered, result.Settlement.Retried));
        Assert.Equal(2 * Minute, result.Elapsed);
    }

    [Fact]
    public async Task A_rate_passes_by_the_tests_clock()
    {
        var result = await PipelineTest.RunAsync(Enumerable.Range(0, 100), pipeline => pipeline
            .RateLimit(Rate.PerMinute(1))
            .Consume(1, (_, _) => ValueTask.CompletedTask)).Soon();

        Assert.Equal(100, result.Settlement.Acked);
        Assert.InRange(result.Elapsed, 98 * Minute, 101 * Minute);
    }

    [Fact]
    public async Task What_is_left_when_a_pipeline_halts_is_released()
    {
        var result = await PipelineTest.RunAsync(Enumerable.Range(0, 10), pipeline => pipeline
            .InOrderBy(_ => "one", KeyFailure.Halt)
            .Consume(1, (delivery, _) => delivery.Item == 4 ? throw new InvalidDataException("no") : ValueTask.CompletedTask)).Soon();

        Assert.Equal(PipelineOutcome.Stalled, result.Settlement.Outcome);
        Assert.All(result.Items.Take(4), one => Assert.Equal(ItemTestOutcome.Acked, one.Outcome));
        Assert.Equal(ItemTestOutcome.DeadLettered, result.Items[4].Outcome);
        Assert.All(result.Items.Skip(5), one => Assert.Equal(ItemTestOutcome.Released, one.Outcome));
    }

    [Fact]
    public async Task Outputs_of_failed_items_are_not_among_the_outputs()
    {
        var result = await PipelineTest.RunAsync(["a", "b", "c"], pipeline => pipeline.Consume<string>(1, (delivery, outputs, _) =>
        {
            outputs.Emit(delivery.Item + "!");
            return delivery.Item == "b" ? throw new InvalidDataException("no") : ValueTask.CompletedTask;
        })).Soon();

        Assert.Equal(["a!", "c!"], result.Outputs);
    }

    [Fact]
    public async Task Code_that_hangs_ends_with_the_token()
    {
        using var impatience = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PipelineTest.RunAsync(
            [1],
            pipeline => pipeline.Consume(1, async (_, cancellationToken) =>
            {
                await impatience.CancelAsync();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }),
            cancellationToken: impatience.Token).Soon());
    }

    [Fact]
    public void A_clock_goes_to_its_next_timer()
    {
        var clock = new TestClock();
        var fired = new List<string>();
        Assert.False(clock.AdvanceToNextTimer());
        using var later = clock.CreateTimer(_ => fired.Add("later"), null, 3 * Minute, Timeout.InfiniteTimeSpan);
        using var often = clock.CreateTimer(_ => fired.Add("often"), null, Minute, 5 * Minute);
        var startedAt = clock.GetTimestamp();

        Assert.True(clock.AdvanceToNextTimer() && clock.AdvanceToNextTimer() && clock.AdvanceToNextTimer());
        Assert.Equal(["often", "later", "often"], fired);
        Assert.Equal(6 * Minute, clock.GetElapsedTime(startedAt));
        often.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Assert.False(clock.AdvanceToNextTimer());
    }
}
