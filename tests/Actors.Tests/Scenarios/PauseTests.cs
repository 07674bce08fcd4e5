using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

public sealed class PauseTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    // The most items that a runner claims at once.
    private const int BlockMax = 64;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_paused_pipeline_grants_nothing_to_consumers_or_getters_until_it_is_resumed()
    {
        await using var running = await engine.QueueAsync();
        await running.PauseAsync("a look at it").Soon();
        await running.Queue.PutAllAsync(1, 2);
        var get = running.Queue.GetAsync().AsTask();
        await running.Queue.HasHeardAsync();

        Assert.False(get.IsCompleted);
        Assert.Null(await running.Queue.TryGetAsync().Soon());
        Assert.Equal(
            new PauseReason("user", "a look at it", Until: null), Assert.Single((await running.StatusAsync().Soon()).Paused));
        await running.ResumeAsync().Soon();

        using var delivery = await get.Soon();
        Assert.Equal(1, delivery.Item);
        Assert.Empty((await running.StatusAsync().Soon()).Paused);
    }

    [Fact]
    public async Task A_pause_for_a_while_ends_by_the_pipelines_clock()
    {
        var clock = new FakeTimeProvider();
        await using var running = await engine.Pipeline().Clock(clock).Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();
        await running.PauseAsync("for a minute", Minute).Soon();
        await running.Queue.PutAllAsync(1, 2);
        var paused = Assert.Single((await running.StatusAsync().Soon()).Paused);
        Assert.Equal(new PauseReason("user", "for a minute", clock.GetUtcNow() + Minute), paused);
        var join = running.Queue.JoinAsync();
        clock.Advance(Minute - TimeSpan.FromMilliseconds(1));
        await running.Queue.HasHeardAsync();
        Assert.False(join.IsCompleted);

        clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(2, (await join.Soon()).Acked);
    }

    [Fact]
    public async Task A_second_pause_of_a_user_replaces_the_first()
    {
        var clock = new FakeTimeProvider();
        await using var running = await engine.Pipeline().Clock(clock).Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();
        await running.PauseAsync("for good").Soon();
        await running.PauseAsync("for an hour", 60 * Minute).Soon();
        await running.PauseAsync("for a minute", Minute).Soon();
        await running.Queue.PutAsync(1).Soon();
        Assert.Equal("for a minute", Assert.Single((await running.StatusAsync().Soon()).Paused).Reason);

        clock.Advance(Minute);

        Assert.Equal(1, (await running.Queue.JoinAsync().Soon()).Acked);
    }

    [Fact]
    public async Task A_consumer_that_has_learnt_of_a_limit_pauses_the_whole_pipeline_until_a_time()
    {
        var clock = new FakeTimeProvider();
        var journal = new Journal<int>(clock);
        await using var running = await engine.Pipeline().Clock(clock).Consume(1, (delivery, _) =>
        {
            journal.Note(delivery);
            if (journal.Started.Count == 3)
            {
                // HTTP status 429 with Retry-After: 60.
                delivery.PausePipeline(Minute, "429 of the service");
                delivery.RetryAfter(Minute);
            }

            return ValueTask.CompletedTask;
        }).StartAsync().Soon();
        await running.PauseAsync("to gather").Soon();
        await running.Queue.PutAllAsync(1, 2, 3);
        await running.ResumeAsync().Soon();
        await running.Queue.UntilAsync(now => now is { Acked: 2, Scheduled: 1 });
        await running.Queue.PutAllAsync(4, 5);
        await running.Queue.HasHeardAsync();

        Assert.Equal(3, journal.Started.Count);
        Assert.Equal(
            new PauseReason("limit", "429 of the service", clock.GetUtcNow() + Minute),
            Assert.Single((await running.StatusAsync().Soon()).Paused));
        clock.Advance(Minute);

        Assert.Equal((5, 0), (await running.Queue.JoinAsync().Soon()) is var settlement ? (settlement.Acked, settlement.DeadLettered) : default);
        Assert.Equal([1, 2, 3, 3, 4, 5], journal.Items);
        Assert.All(journal.Started.Skip(3), one => Assert.Equal(Minute, one.At));
    }

    [Fact]
    public async Task A_limit_and_a_pause_of_a_user_do_not_end_each_other_and_a_resumption_ends_both()
    {
        var clock = new FakeTimeProvider();
        await using var running = await engine.Pipeline().Clock(clock).Consume(1, (delivery, _) =>
        {
            if (delivery.Item == 1)
            {
                delivery.PausePipeline(Minute, "a limit");
            }

            return ValueTask.CompletedTask;
        }).StartAsync().Soon();
        await running.Queue.PutAsync(1).Soon();
        await running.Queue.UntilAsync(now => now.Acked == 1);
        await running.PauseAsync("a look at it").Soon();
        await running.Queue.PutAsync(2).Soon();
        Assert.Equal(["limit", "user"], (await running.StatusAsync().Soon()).Paused.Select(pause => pause.Name).Order());
        clock.Advance(Minute);
        await running.Queue.HasHeardAsync();
        Assert.Equal("user", Assert.Single((await running.StatusAsync().Soon()).Paused).Name);
        Assert.Equal(1, (await running.Queue.CountsAsync().Soon()).Queued);

        await running.ResumeAsync().Soon();

        Assert.Equal(2, (await running.Queue.JoinAsync().Soon()).Acked);
    }

    [Fact]
    public async Task A_pause_can_be_as_long_as_one_likes()
    {
        await using var running = await engine.Pipeline().Consume(1, (delivery, _) =>
        {
            if (delivery.Item == 1)
            {
                delivery.PausePipeline(TimeSpan.MaxValue, "for ever");
            }

            return ValueTask.CompletedTask;
        }).StartAsync().Soon();
        await running.PauseAsync("for ever", TimeSpan.MaxValue).Soon();
        Assert.Equal(DateTimeOffset.MaxValue, Assert.Single((await running.StatusAsync().Soon()).Paused).Until);
        await running.ResumeAsync().Soon();
        await running.Queue.PutAsync(1).Soon();
        await running.Queue.UntilAsync(now => now.Acked == 1);
        Assert.Equal("limit", Assert.Single((await running.StatusAsync().Soon()).Paused).Name);
        await running.ResumeAsync().Soon();
        await running.Queue.PutAsync(2).Soon();

        Assert.Equal(2, (await running.Queue.JoinAsync().Soon()).Acked);
    }

    [Fact]
    public async Task Items_claimed_behind_code_that_has_not_yet_waited_are_handed_back_once_it_waits()
    {
        const int Quick = 20_000;
        const int Slow = 400;
        var gate = new Gate();
        using var told = new ManualResetEventSlim();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var running = await engine.Pipeline().Consume(1, async (delivery, _) =>
        {
            if (delivery.Item == Quick)
            {
                // Before its first await: it holds the block that it is part of.
                reached.SetResult();
                told.Wait(CancellationToken.None);
                await gate.Opened;
            }
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, Quick));
        await running.Queue.JoinAsync().Soon();
        await running.PauseAsync("to gather").Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(Quick, Slow));
        await running.ResumeAsync().Soon();
        await reached.Task.Soon();

        await running.PauseAsync("a look at it").Soon();
        await running.Queue.UntilAsync(now => now.InFlight <= BlockMax && now.InFlight + now.Queued == Slow);
        told.Set();

        await running.Queue.UntilAsync(now => now is { InFlight: 1, Queued: Slow - 1 });
        gate.Open();
        await running.ResumeAsync().Soon();
        Assert.Equal(Quick + Slow, (await running.Queue.JoinAsync().Soon()).Acked);
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("limit")]
    [InlineData("rate")]
    public async Task What_a_consumer_has_not_started_it_hands_back_when_the_flow_is_held(string how)
    {
        // Quick items teach the queue to grant many at once; then come slow ones.
        const int Quick = 20_000;
        const int Slow = 400;
        var clock = new FakeTimeProvider();
        var gate = new Gate();
        var attempts = new List<int>();
        await using var running = await engine.Pipeline().Clock(clock).Consume(1, async (delivery, _) =>
        {
            if (delivery.Item < Quick)
            {
                return;
            }

            lock (attempts)
            {
                attempts.Add(delivery.Attempt);
            }

            if (delivery.Item == Quick)
            {
                if (how == "limit")
                {
                    delivery.PausePipeline(Minute, "a limit");
                }

                await gate.Opened;
            }
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, Quick));
        await running.Queue.JoinAsync().Soon();
        await running.PauseAsync("to gather").Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(Quick, Slow));
        await running.ResumeAsync().Soon();
        await running.Queue.UntilAsync(_ => Started() == 1);

        await (how switch
        {
            "pause" => running.PauseAsync("a look at it"),
            "rate" => running.ChangeRateAsync(Rate.PerMinute(1)),
            _ => Task.CompletedTask,
        });

        // The lower rate still lets one item go.
        await running.Queue.UntilAsync(now => now.InFlight is 1 or 2 && now.InFlight + now.Queued == Slow);
        gate.Open();
        var held = await running.Queue.UntilAsync(now => now.InFlight == 0);
        Assert.InRange(held.Acked, Quick + 1, Quick + 2);
        await running.ChangeRateAsync(null).Soon();
        await running.ResumeAsync().Soon();
        Assert.Equal(Quick + Slow, (await running.Queue.JoinAsync().Soon()).Acked);
        Assert.Equal(Slow, attempts.Count);
        Assert.All(attempts, attempt => Assert.Equal(1, attempt));

        int Started()
        {
            lock (attempts)
            {
                return attempts.Count;
            }
        }
    }

    [Fact]
    public async Task A_pause_cuts_a_block_of_items_that_do_not_await()
    {
        const int Quick = 20_000;
        const int Slow = 64;
        using var entered = new SemaphoreSlim(0);
        using var gate = new SemaphoreSlim(0);
        var started = 0;
        await using var running = await engine.Pipeline().Consume(1, (delivery, _) =>
        {
            if (delivery.Item >= Quick)
            {
                Interlocked.Increment(ref started);
                entered.Release();
                gate.Wait(CancellationToken.None);
            }

            return ValueTask.CompletedTask;
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, Quick));
        await running.Queue.JoinAsync().Soon();
        await running.PauseAsync("to gather").Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(Quick, Slow));
        await running.ResumeAsync().Soon();
        await entered.WaitAsync().Soon();

        await running.PauseAsync("a look at it").Soon();
        await running.Queue.HasHeardAsync();

        // The consumer is asked by the queue, and so has heard of the pause before.
        await running.ExplainAsync(Quick + 1).Soon();
        gate.Release(Slow);

        await running.Queue.UntilAsync(now => now.InFlight == 0);
        Assert.Equal(1, started);
        await running.ResumeAsync().Soon();
        Assert.Equal(Quick + Slow, (await running.Queue.JoinAsync().Soon()).Acked);
    }

    [Fact]
    public async Task A_reason_is_kept_as_one_line_of_bounded_length()
    {
        await using var running = await engine.QueueAsync();

        await running.PauseAsync("two\nlines " + new string('x', 100_000)).Soon();

        var reason = Assert.Single((await running.StatusAsync().Soon()).Paused).Reason;
        Assert.StartsWith("two lines x", reason);
        Assert.InRange(reason.Length, 100, 1_100);
    }

    [Fact]
    public async Task A_pause_without_a_reason_or_a_time_is_refused()
    {
        await using var running = await engine.QueueAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => running.PauseAsync(" "));
        await Assert.ThrowsAsync<ArgumentNullException>(() => running.PauseAsync(null!));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => running.PauseAsync("now", TimeSpan.Zero));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => running.PauseAsync("before", -Minute));
        Assert.Empty((await running.StatusAsync().Soon()).Paused);
    }

    [Theory]
    [InlineData("complete")]
    [InlineData("drain")]
    public async Task An_end_behind_a_pause_without_an_end_is_stalled_and_says_why(string how)
    {
        await using var running = await engine.Pipeline().From(new CountedSource(int.MaxValue).Read()).Capacity(100)
            .Consume(2, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();
        await running.PauseAsync("somebody is at it").Soon();
        var counts = await running.Queue.UntilAsync(now => now is { InFlight: 0, Queued: >= 100 });

        var settlement = await (how == "drain" ? running.DrainAsync(Timeout.InfiniteTimeSpan) : running.CompleteAsync()).Soon();

        Assert.Equal((PipelineOutcome.Stalled, counts.Acked), (settlement.Outcome, settlement.Acked));
        Assert.Equal("paused: somebody is at it", Assert.Single(settlement.Reasons));
        Assert.Equal(settlement.Accepted, settlement.Acked + settlement.Released);
    }

    [Fact]
    public async Task An_end_that_is_paused_later_is_stalled_and_one_behind_a_pause_until_a_time_waits()
    {
        var clock = new FakeTimeProvider();
        var gate = new Gate();
        await using var running = await engine.Pipeline().Clock(clock).Consume(1, async (_, _) => await gate.Opened).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2, 3);
        await running.PauseAsync("for a minute", Minute).Soon();
        var ending = running.CompleteAsync().AsTask();
        gate.Open();
        await running.Queue.UntilAsync(now => now.InFlight == 0);
        Assert.False(ending.IsCompleted);

        await running.PauseAsync("for good").Soon();

        Assert.Equal((PipelineOutcome.Stalled, "paused: for good"), ((await ending.Soon()).Outcome, Assert.Single((await ending).Reasons)));
    }

    [Fact]
    public async Task An_end_with_nothing_left_behind_a_pause_is_none_of_a_stall()
    {
        await using var running = await engine.Pipeline().Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2, 3);
        await running.Queue.JoinAsync().Soon();
        await running.PauseAsync("for good").Soon();

        Assert.Equal(PipelineOutcome.Completed, (await running.CompleteAsync().Soon()).Outcome);
    }

    [Fact]
    public async Task What_is_resumed_just_before_it_completes_is_done()
    {
        for (var round = 0; round < 50; round++)
        {
            await using var running = await engine.Pipeline().Consume(2, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();
            await running.PauseAsync("a look at it").Soon();
            await running.Queue.PutAllAsync(1, 2, 3);
            await running.ResumeAsync().Soon();

            var settlement = await running.CompleteAsync().Soon();

            Assert.Equal((PipelineOutcome.Completed, 3L), (settlement.Outcome, settlement.Acked));
        }
    }

    [Fact]
    public async Task A_pipeline_that_has_ended_says_so()
    {
        await using var running = await engine.Pipeline().Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();
        await running.CompleteAsync().Soon();

        Assert.Contains(running.Name, (await Assert.ThrowsAsync<InvalidOperationException>(() => running.PauseAsync("late").Soon())).Message);
        await Assert.ThrowsAsync<InvalidOperationException>(() => running.ResumeAsync().Soon());
        await Assert.ThrowsAsync<InvalidOperationException>(() => running.StatusAsync().Soon());
        await Assert.ThrowsAsync<InvalidOperationException>(() => running.ExplainAsync(1).Soon());
    }
}
