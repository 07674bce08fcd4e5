using AkkaPipeline.Testing;
using AkkaPipeline.Tests.Scenarios;
using AkkaPipeline.Tests.Storing.Sqlite;
using Microsoft.Extensions.DependencyInjection;
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
    public async Task A_consumer_that_hangs_ends_with_the_token()
    {
        using var impatience = new CancellationTokenSource();
        var clock = new TestClock();
        var waits = new WaitsAMinute(clock);
        var run = ConsumerTest.RunAsync(waits, [1], clock, impatience.Token);
        await waits.Begun.Opened;

        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.Soon());
    }

    [Fact]
    public async Task No_time_passes_while_consumers_are_still_being_made()
    {
        for (var run = 0; run < 10; run++)
        {
            var result = await PipelineTest.RunAsync([1, 2], pipeline => pipeline
                .Timeout(TimeSpan.FromSeconds(10))
                .Consume(2, () =>
                {
                    for (var turn = 0; turn < 2_000; turn++)
                    {
                        Thread.Yield();
                    }

                    return new Nothing();
                })).Soon();

            Assert.Equal((2, TimeSpan.Zero), (result.Settlement.Acked, result.Elapsed));
        }
    }

    [Fact]
    public async Task A_source_that_waits_for_room_waits_for_the_clock_too()
    {
        var result = await PipelineTest.RunAsync(Enumerable.Range(0, 30), pipeline => pipeline
            .Capacity(4)
            .RateLimit(Rate.PerMinute(1))
            .Consume(1, (_, _) => ValueTask.CompletedTask)).Soon();

        Assert.Equal(30, result.Settlement.Acked);
        Assert.InRange(result.Elapsed, 28 * Minute, 31 * Minute);
    }

    [Fact]
    public async Task A_durable_pipeline_can_be_run_again_and_again()
    {
        using var folder = new StoreFolder();
        for (var run = 0; run < 3; run++)
        {
            var result = await PipelineTest.RunAsync([1, 2, 3], pipeline => pipeline
                .Durable(folder.Path)
                .Retry(maxAttempts: 2, RetryBackoff.Constant(Minute).WithoutJitter())
                .Consume(1, (delivery, _) => delivery.Item == 2 ? throw new TimeoutException("always") : ValueTask.CompletedTask)).Soon();

            Assert.Equal(
                [ItemTestOutcome.Acked, ItemTestOutcome.DeadLettered, ItemTestOutcome.Acked], result.Items.Select(one => one.Outcome));
            Assert.Equal(2, result.Items[1].Failures.Count);
            Assert.Equal(2, Assert.Single(result.DeadLetters).Item);
        }
    }

    [Fact]
    public async Task What_an_earlier_run_has_left_comes_first_and_is_not_among_the_items()
    {
        using var folder = new StoreFolder();
        var halted = await RunAsync([1, 2, 3], new InvalidDataException("no"), haltAt: 2);
        Assert.Equal(
            [ItemTestOutcome.Acked, ItemTestOutcome.DeadLettered, ItemTestOutcome.Released], halted.Items.Select(one => one.Outcome));

        var worked = new List<int>();
        var result = await RunAsync([4, 5], null, haltAt: 0, worked);

        Assert.Equal([3, 4, 5], worked);
        Assert.Equal([(4, ItemTestOutcome.Acked), (5, ItemTestOutcome.Acked)], result.Items.Select(one => (one.Item, one.Outcome)));
        Assert.Empty(result.DeadLetters);

        Task<PipelineTestResult<int>> RunAsync(int[] items, Exception? failure, int haltAt, List<int>? log = null) =>
            PipelineTest.RunAsync(items, pipeline => pipeline.Durable(folder.Path).InOrderBy(_ => "one", KeyFailure.Halt).Consume(1, (delivery, _) =>
            {
                log?.Add(delivery.Item);
                return delivery.Item == haltAt ? throw failure! : ValueTask.CompletedTask;
            })).Soon();
    }

    [Fact]
    public async Task Items_of_a_parked_key_are_dead_letters_wherever_those_go()
    {
        var result = await PipelineTest.RunAsync([1, 2, 3], pipeline => pipeline
            .InOrderBy(_ => "one", KeyFailure.Park)
            .DeadLettersTo(new RecordingSink<DeadLetteredItem<int>>())
            .Consume(1, (_, _) => throw new InvalidDataException("no"))).Soon();

        Assert.All(result.Items, one => Assert.Equal(ItemTestOutcome.DeadLettered, one.Outcome));
        Assert.Equal([1, 0, 0], result.Items.Select(one => one.Failures.Count));
    }

    [Fact]
    public async Task Consumers_of_a_class_come_from_the_services_that_are_given()
    {
        await using var services = new ServiceCollection().AddSingleton(new List<int>()).AddScoped<Notes>().BuildServiceProvider();

        var result = await PipelineTest.RunAsync([1, 2], pipeline => pipeline.Consume<Notes>(consumers: 1), services: services).Soon();

        Assert.Equal(2, result.Settlement.Acked);
        Assert.Equal([1, 2], services.GetRequiredService<List<int>>());
    }

    [Fact]
    public async Task A_consumer_that_waits_by_the_clock_goes_on_when_the_test_advances_it()
    {
        var clock = new TestClock();
        var waits = new WaitsAMinute(clock);
        var run = ConsumerTest.RunAsync(waits, [1], clock);
        await waits.Begun.Opened;

        clock.Advance(Minute);

        Assert.Equal((1, Minute), ((await run.Soon()).Settlement.Acked, (await run.Soon()).Elapsed));
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

    private sealed class Nothing : IItemConsumer<int>
    {
        public ValueTask ConsumeAsync(Delivery<int> delivery, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    private sealed class Notes(List<int> seen) : IItemConsumer<int>
    {
        public ValueTask ConsumeAsync(Delivery<int> delivery, CancellationToken cancellationToken)
        {
            seen.Add(delivery.Item);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class WaitsAMinute(TimeProvider clock) : IItemConsumer<int>
    {
        public Gate Begun { get; } = new();

        public async ValueTask ConsumeAsync(Delivery<int> delivery, CancellationToken cancellationToken)
        {
            var minute = Task.Delay(Minute, clock, cancellationToken);
            Begun.Open();
            await minute;
        }
    }
}
