using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

public sealed class DrainTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task A_later_and_shorter_deadline_counts_and_says_what_it_has_released()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var running = await engine.Pipeline().Clock(clock)
            .Consume(1, async (_, cancellationToken) => await Task.Delay(Timeout.Infinite, cancellationToken)).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2, 3);
        _ = running.DrainAsync(Timeout.InfiniteTimeSpan).AsTask();
        _ = running.DrainAsync(TimeSpan.FromHours(1)).AsTask();
        var ending = running.DrainAsync(TimeSpan.FromMinutes(1)).AsTask();
        _ = running.DrainAsync(TimeSpan.FromHours(2)).AsTask();
        await running.StatusAsync().Soon();

        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("the drain's deadline passed: 3 items were released", Assert.Single((await ending.Soon()).Reasons));
    }

    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_drain_under_load_settles_everything_that_was_accepted()
    {
        var source = new CountedSource(int.MaxValue);
        var enough = new Gate();
        await using var running = await engine.Pipeline().From(source.Read()).Capacity(5_000).Consume(4, async (delivery, _) =>
        {
            if (delivery.Item == 20_000)
            {
                enough.Open();
            }

            if (delivery.Item % 50 == 0)
            {
                await Task.Yield();
            }
        }).StartAsync().Soon();
        await enough.Opened;

        var settlement = await running.DrainAsync(Long).Soon();

        Assert.Equal(PipelineOutcome.Drained, settlement.Outcome);
        Assert.False(settlement.SourcesEnded);
        Assert.Equal(0, settlement.Released);
        Assert.Equal(source.Count, settlement.Accepted);
        Assert.Equal(settlement.Accepted, settlement.Acked);
    }

    [Fact]
    public async Task At_the_deadline_what_runs_is_cancelled_and_what_is_left_is_released()
    {
        var stuck = new CountdownEvent(3);
        var outcomes = 0;
        await using var running = await engine.Pipeline().From(Enumerable.Range(0, 1_000_000)).Capacity(1_000)
            .Consume(3, async (delivery, cancellationToken) =>
            {
                if (delivery.Item >= 100)
                {
                    stuck.Signal();
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                }

                Interlocked.Increment(ref outcomes);
            }).StartAsync().Soon();
        await Task.Run(() => Assert.True(stuck.Wait(TimeSpan.FromSeconds(30)))).Soon();
        await running.Queue.UntilAsync(counts => counts.Unfinished >= 1_000);

        var settlement = await running.DrainAsync(TimeSpan.FromMilliseconds(50)).Soon();

        Assert.Equal(PipelineOutcome.Drained, settlement.Outcome);
        Assert.Equal(outcomes, settlement.Acked);
        Assert.Equal(0, settlement.DeadLettered);
        Assert.True(settlement.Released >= 1_000);
        Assert.Equal(settlement.Accepted, settlement.Acked + settlement.Released);
    }

    [Fact]
    public async Task A_consumer_that_does_not_heed_the_deadline_is_fenced_and_its_item_released()
    {
        var gate = new Gate();
        var stuck = new Gate();
        await using var running = await engine.Pipeline().Consume(1, async (_, _) =>
        {
            stuck.Open();
            await gate.Opened;
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2, 3);
        await stuck.Opened;

        var settlement = await running.DrainAsync(TimeSpan.Zero).Soon();

        Assert.Equal((3, 0, 3), (settlement.Accepted, settlement.Acked, settlement.Released));
        gate.Open();
    }

    [Fact]
    public async Task The_deadline_and_the_grace_after_it_pass_by_the_pipelines_clock()
    {
        var clock = new FakeTimeProvider();
        var gate = new Gate();
        var cancelled = new Gate();
        var stuck = new Gate();
        await using var running = await engine.Pipeline().Clock(clock).Consume(1, async (_, cancellationToken) =>
        {
            await using var registration = cancellationToken.UnsafeRegister(_ => cancelled.Open(), null);
            stuck.Open();
            await gate.Opened;
        }).StartAsync().Soon();
        await running.Queue.PutAsync(1).Soon();
        await stuck.Opened;
        var drain = running.DrainAsync(TimeSpan.FromHours(1)).AsTask();
        await running.DeadLetters.AllAsync().Soon();
        clock.Advance(TimeSpan.FromMinutes(59));
        await running.DeadLetters.AllAsync().Soon();
        Assert.False(cancelled.IsOpen);

        clock.Advance(TimeSpan.FromMinutes(1));

        await cancelled.Opened;
        await running.DeadLetters.AllAsync().Soon();
        Assert.False(drain.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((1, 1), ((await drain.Soon()).Accepted, (await drain).Released));
        gate.Open();
    }

    [Fact]
    public async Task A_consumer_may_start_a_drain()
    {
        RunningPipeline<int>? running = null;
        running = await engine.Pipeline().Consume(2, (_, _) =>
        {
            LeaveAlone(running!.DrainAsync(Long));
            return ValueTask.CompletedTask;
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(1);

        var settlement = await running.Completion.Soon();

        Assert.Equal((PipelineOutcome.Drained, 1L), (settlement.Outcome, settlement.Acked));
    }

    [Theory]
    [InlineData(ConsumerThreads.Shared)]
    [InlineData(ConsumerThreads.Dedicated)]
    public async Task A_consumer_that_awaits_the_end_of_its_own_pipeline_is_told_so_and_the_drain_goes_on(ConsumerThreads threads)
    {
        RunningPipeline<int>? running = null;
        var thrown = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        running = await engine.Pipeline().Threads(threads).Consume(1, async (delivery, _) =>
        {
            await Task.Yield();
            thrown.TrySetResult(await Assert.ThrowsAnyAsync<Exception>(async () => await (delivery.Item == 1
                ? running!.DrainAsync(Long)
                : running!.CompleteAsync())));
        }).StartAsync().Soon();
        await running.Queue.PutAsync(1).Soon();

        Assert.Contains(running.Name, Assert.IsType<InvalidOperationException>(await thrown.Task.Soon()).Message);
        var settlement = await running.Completion.Soon();
        Assert.Equal((PipelineOutcome.Drained, 1L), (settlement.Outcome, settlement.Acked));
    }

    [Fact]
    public async Task A_consumer_may_await_the_end_of_another_pipeline()
    {
        await using var other = await engine.Pipeline().Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();

        var settlement = await engine.Pipeline().From([1])
            .Consume(1, async (_, _) => Assert.Equal(0, (await other.CompleteAsync()).Accepted))
            .RunToCompletionAsync().Soon();

        Assert.Equal(1, settlement.Acked);
    }

    [Fact]
    public async Task Two_endings_at_once_are_one()
    {
        await using var running = await engine.Pipeline().From(Enumerable.Range(0, 1_000))
            .Consume(2, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();

        var endings = await Task.WhenAll(
            running.DrainAsync(Long).AsTask(),
            running.DrainAsync(Timeout.InfiniteTimeSpan).AsTask(),
            running.CompleteAsync().AsTask(),
            running.Completion).Soon();

        Assert.All(endings, settlement => Assert.Same(endings[0], settlement));
        Assert.Same(endings[0], await running.DrainAsync(TimeSpan.Zero).Soon());
    }

    [Fact]
    public async Task A_deadline_can_be_as_far_away_as_one_likes()
    {
        await using var running = await engine.Pipeline().Consume(2, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();
        await running.Queue.PutAsync(1).Soon();

        Assert.Equal(1, (await running.DrainAsync(TimeSpan.MaxValue).Soon()).Acked);
    }

    [Fact]
    public async Task A_deadline_in_the_past_is_refused()
    {
        await using var running = await engine.QueueAsync();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => running.DrainAsync(TimeSpan.FromSeconds(-5)).Soon());
    }

    [Fact]
    public async Task What_a_drain_cuts_off_from_direct_puts_is_counted()
    {
        for (var round = 0; round < 50; round++)
        {
            await using var running = await engine.QueueAsync();
            await running.Queue.PutAllAsync(1, 2, 3);

            var settlement = await running.DrainAsync(TimeSpan.Zero).Soon();

            Assert.Equal((3, 3), (settlement.Accepted, settlement.Released));
        }
    }

    [Fact]
    public async Task A_cancelled_run_ends_at_once_and_says_so()
    {
        using var cancelling = new CancellationTokenSource();
        var stuck = new Gate();
        var run = engine.Pipeline().From(Enumerable.Range(0, 100)).Consume(1, async (_, cancellationToken) =>
        {
            stuck.Open();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }).RunToCompletionAsync(cancelling.Token);
        await stuck.Opened;

        await cancelling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.Soon());
    }

    private static void LeaveAlone(ValueTask<Settlement> ending) => Assert.False(ending.IsCompleted);
}
