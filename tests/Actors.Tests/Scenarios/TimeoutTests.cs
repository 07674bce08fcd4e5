using Akka.Actor;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

public sealed class TimeoutTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider clock = new();

    [Fact]
    public async Task An_item_that_heeds_its_timeout_has_failed_with_it()
    {
        var stuck = new Stuck();
        await using var running = await Pipeline().Consume(1, stuck.UntilCancelledAsync).StartAsync().Soon();
        await running.Queue.PutAsync(0).Soon();
        await stuck.Entered;
        clock.Advance(Limit - TimeSpan.FromTicks(1));
        await running.Queue.HasHeardAsync();
        Assert.False(stuck.Cancelled.IsCompleted);

        clock.Advance(Limit);

        await running.Queue.JoinAsync().Soon();
        var letter = Assert.Single(await running.DeadLetters.AllAsync().Soon());
        var attempt = Assert.Single(letter.Attempts);
        Assert.Equal("System.TimeoutException", attempt.Error.Type);
        Assert.Contains(Limit.ToString(), attempt.Error.Message);
        Assert.Contains(nameof(Stuck.UntilCancelledAsync), attempt.Error.StackTrace);
        Assert.InRange(attempt.Duration, Limit, 2 * Limit);
    }

    [Fact]
    public async Task Whatever_a_timed_out_item_throws_it_has_failed_of_its_timeout()
    {
        var stuck = new Stuck();
        await using var running = await Pipeline().Consume(1, async (delivery, cancellationToken) =>
        {
            await stuck.EnterAsync(cancellationToken);
            throw new InvalidDataException("half a file");
        }).StartAsync().Soon();
        await running.Queue.PutAsync(0).Soon();
        await stuck.Entered;

        clock.Advance(Limit);

        await stuck.Cancelled;
        stuck.Leave();
        await running.Queue.JoinAsync().Soon();
        var letter = Assert.Single(await running.DeadLetters.AllAsync().Soon());
        Assert.Equal("half a file", Assert.IsType<TimeoutException>(letter.Exception).InnerException?.Message);
    }

    [Fact]
    public async Task An_item_that_returns_within_its_grace_is_done_and_the_next_has_a_token_of_its_own()
    {
        var stuck = new Stuck();
        var tokens = new List<CancellationToken>();
        await using var running = await Pipeline().Consume(1, async (delivery, cancellationToken) =>
        {
            tokens.Add(cancellationToken);
            if (delivery.Item == 0)
            {
                await stuck.EnterAsync(cancellationToken);
            }

            Assert.Equal(delivery.Item == 0, cancellationToken.IsCancellationRequested);
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(0, 1, 2);
        await stuck.Entered;

        clock.Advance(Limit);

        await stuck.Cancelled;
        stuck.Leave();
        Assert.Equal(3, (await running.CompleteAsync().Soon()).Acked);
        Assert.NotEqual(tokens[0], tokens[1]);
        Assert.Equal(tokens[1], tokens[2]);
    }

    [Fact]
    public async Task Code_that_does_not_return_is_given_up_its_consumer_replaced_and_its_late_answer_refused()
    {
        var stuck = new Stuck();
        await using var running = await Pipeline().Consume(1, async (delivery, cancellationToken) =>
        {
            if (delivery.Item == 0)
            {
                await stuck.EnterAsync(cancellationToken);
            }
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 100));
        await stuck.Entered;
        var old = await engine.ActorAsync(running.Name, "consumers/consumer-0.1");
        var inbox = Inbox.Create(engine.System);
        inbox.Watch(old);

        await GiveUpAsync(stuck);

        var counts = await running.Queue.UntilAsync(now => now.Unfinished == 0);
        Assert.Equal((99, 1, 0), (counts.Acked, counts.DeadLettered, counts.Refused));
        Assert.Contains("did not return", Assert.Single(await running.DeadLetters.AllAsync().Soon()).Reason);
        var status = await running.StatusAsync().Soon();
        Assert.Equal((1, 1), (status.Consumers, status.Abandoned));
        Assert.NotEqual(ActorRefs.Nobody, await engine.ActorAsync(running.Name, "consumers/consumer-0.2"));

        stuck.Leave();

        Assert.Equal(1, (await running.Queue.UntilAsync(now => now.Refused == 1)).Refused);
        Assert.Equal(old, ((Terminated)await inbox.ReceiveAsync(TimeSpan.FromSeconds(30))).ActorRef);
        Assert.Equal((1, 0), await StandingAsync(running, abandoned: 0));
        Assert.Equal((99, 1), (await running.CompleteAsync().Soon() is var end ? (end.Acked, end.DeadLettered) : default));
    }

    [Theory]
    [InlineData(ConsumerThreads.Shared)]
    [InlineData(ConsumerThreads.Dedicated)]
    public async Task What_was_done_before_an_item_that_blocks_its_thread_is_settled_and_what_it_emits_later_is_not_written(
        ConsumerThreads threads)
    {
        using var blocked = new ManualResetEventSlim();
        var stuck = new Stuck();
        var sink = new RecordingSink<int>();
        var last = 0;
        await using var running = await Pipeline().Threads(threads).From(Enumerable.Range(0, 5_000))
            .Consume<int>(1, (delivery, outputs, cancellationToken) =>
            {
                outputs.Emit(delivery.Item);
                if (delivery.Item == 2_000)
                {
                    stuck.Enter(cancellationToken);
                    blocked.Wait(TimeSpan.FromSeconds(60), CancellationToken.None);
                    outputs.Emit(-1);
                }

                last = delivery.Item;
                return ValueTask.CompletedTask;
            }).To(sink).StartAsync().Soon();
        await stuck.Entered;

        await GiveUpAsync(stuck);

        await running.Queue.UntilAsync(now => now is { Acked: 4_999, DeadLettered: 1 });
        blocked.Set();
        await running.Queue.UntilAsync(now => now.Refused == 1);
        Assert.Equal(4_999, (await running.CompleteAsync().Soon()).Acked);
        Assert.Equal(Enumerable.Range(0, 5_000).Except([2_000]), sink.Written.Order());
    }

    [Fact]
    public async Task A_timed_out_item_is_tried_again_where_there_is_a_retry_policy()
    {
        var stuck = new Stuck();
        var attempts = new List<int>();
        await using var running = await Pipeline().Retry(3, RetryBackoff.None).Consume(1, async (delivery, cancellationToken) =>
        {
            attempts.Add(delivery.Attempt);
            if (delivery.Attempt == 1)
            {
                await stuck.UntilCancelledAsync(delivery, cancellationToken);
            }
        }).StartAsync().Soon();
        await running.Queue.PutAsync(0).Soon();
        await stuck.Entered;

        clock.Advance(Limit);

        await running.Queue.JoinAsync().Soon();
        Assert.Equal([1, 2], attempts);
        Assert.Equal(1, (await running.Queue.CountsAsync().Soon()).Retried);
    }

    [Fact]
    public async Task The_key_of_an_item_that_was_given_up_stays_closed_until_its_code_returns()
    {
        var stuck = new Stuck();
        var seen = new List<int>();
        await using var running = await Pipeline().InOrderBy(item => item % 2).Consume(2, async (delivery, cancellationToken) =>
        {
            if (delivery.Item == 0)
            {
                await stuck.EnterAsync(cancellationToken);
            }

            lock (seen)
            {
                seen.Add(delivery.Item);
            }
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 20));
        await stuck.Entered;

        await GiveUpAsync(stuck);

        var counts = await running.Queue.UntilAsync(now => now is { DeadLettered: 1, Acked: 10 });
        Assert.Equal(9, counts.Queued);
        stuck.Leave();
        await running.Queue.JoinAsync().Soon();
        Assert.Equal(0, seen.First(item => item % 2 == 0));
        Assert.Equal([0, 2, 4, 6, 8, 10, 12, 14, 16, 18], seen.Where(item => item % 2 == 0));
    }

    [Fact]
    public async Task At_the_bound_of_abandoned_consumers_the_pipeline_pauses_says_why_and_goes_on_when_told()
    {
        var (stuck, more) = (new Stuck(), new Stuck());
        await using var running = await Pipeline(abandonedMax: 1).Consume(1, async (delivery, cancellationToken) =>
        {
            if (delivery.Item < 2)
            {
                await (delivery.Item == 0 ? stuck : more).EnterAsync(cancellationToken);
            }
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(0, 1, 2, 3);
        await stuck.Entered;
        await GiveUpAsync(stuck);

        var paused = await PausedAsync(running);
        Assert.Contains("1 consumers are stuck", paused.Reason);
        Assert.Equal((0, 1), await StandingAsync(running, abandoned: 1));
        Assert.Equal(3, (await running.Queue.CountsAsync().Soon()).Queued);
        await running.ResumeAsync().Soon();

        await more.Entered;
        await GiveUpAsync(more);
        Assert.Contains("2 consumers are stuck", (await PausedAsync(running)).Reason);
        Assert.Equal((0, 2), await StandingAsync(running, abandoned: 2));
        stuck.Leave();
        Assert.Equal((1, 1), await StandingAsync(running, abandoned: 1));
        more.Leave();
        Assert.Equal((2, 2), await running.Queue.JoinAsync().Soon() is var end ? (end.Acked, end.DeadLettered) : default);
    }

    [Fact]
    public async Task Below_the_bound_again_the_pipeline_goes_on_by_itself()
    {
        var stuck = new Stuck();
        await using var running = await Pipeline(abandonedMax: 1).Consume(1, async (delivery, cancellationToken) =>
        {
            if (delivery.Item == 0)
            {
                await stuck.EnterAsync(cancellationToken);
            }
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(0, 1, 2);
        await stuck.Entered;
        await GiveUpAsync(stuck);
        await PausedAsync(running);

        stuck.Leave();

        Assert.Equal(2, (await running.Queue.JoinAsync().Soon()).Acked);
    }

    [Fact]
    public async Task A_completion_behind_the_bound_is_stalled_and_says_why()
    {
        var stuck = new Stuck();
        await using var running = await Pipeline(abandonedMax: 1).Consume(1, stuck.ConsumeAsync).StartAsync().Soon();
        await running.Queue.PutAllAsync(0, 1, 2);
        await stuck.Entered;
        var end = running.CompleteAsync();

        await GiveUpAsync(stuck);

        var settlement = await end.Soon();
        Assert.Equal((PipelineOutcome.Stalled, 1, 2), (settlement.Outcome, settlement.DeadLettered, settlement.Released));
        Assert.Contains(settlement.Reasons, reason => reason.Contains("stuck", StringComparison.Ordinal));
        stuck.Leave();
    }

    [Fact]
    public async Task The_end_of_a_pipeline_does_not_wait_for_abandoned_code()
    {
        var stuck = new Stuck();
        await using var running = await Pipeline().Consume(2, async (delivery, cancellationToken) =>
        {
            if (delivery.Item == 0)
            {
                await stuck.EnterAsync(cancellationToken);
            }
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 10));
        await stuck.Entered;
        await GiveUpAsync(stuck);

        var settlement = await running.CompleteAsync().Soon();

        Assert.Equal((PipelineOutcome.Completed, 9, 1), (settlement.Outcome, settlement.Acked, settlement.DeadLettered));
        stuck.Leave();
    }

    [Fact]
    public async Task What_a_drain_cancels_is_released_and_not_timed_out()
    {
        var stuck = new Stuck();
        await using var running = await Pipeline().Consume(1, stuck.UntilCancelledAsync).StartAsync().Soon();
        await running.Queue.PutAsync(0).Soon();
        await stuck.Entered;

        var settlement = await running.DrainAsync(TimeSpan.Zero).Soon();

        Assert.Equal((0, 1), (settlement.DeadLettered, settlement.Released));
    }

    [Fact]
    public async Task Waiting_for_room_in_the_sink_is_not_running()
    {
        const int Outputs = 20_000;
        const int BeforeRoomIsUsedUp = 2;
        var returned = 0;
        var gate = new Gate();
        var sink = new RecordingSink<int>(async _ => await gate.Opened);
        await using var running = await Pipeline().Consume<int>(1, (delivery, outputs, _) =>
        {
            for (var output = 0; output < Outputs; output++)
            {
                outputs.Emit(delivery.Item);
            }

            Interlocked.Increment(ref returned);
            return ValueTask.CompletedTask;
        }).To(sink).StartAsync().Soon();
        await running.Queue.PutAllAsync(0, 1, 2, 3, 4);
        await running.Queue.UntilAsync(_ => Volatile.Read(ref returned) == BeforeRoomIsUsedUp);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!(await running.ExplainAsync(BeforeRoomIsUsedUp).Soon()).Text.Contains("its code has returned", StringComparison.Ordinal))
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        for (var hour = 0; hour < 5; hour++)
        {
            clock.Advance(TimeSpan.FromHours(1));
            await running.Queue.HasHeardAsync();
        }

        gate.Open();
        var settlement = await running.CompleteAsync().Soon();
        Assert.Equal((5, 0), (settlement.Acked, settlement.DeadLettered));
    }

    [Fact]
    public async Task A_consumer_that_was_to_retire_and_does_not_return_is_not_waited_for()
    {
        var stuck = new Stuck();
        await using var running = await Pipeline().Consume(2, async (delivery, cancellationToken) =>
        {
            if (delivery.Item == 0)
            {
                await stuck.EnterAsync(cancellationToken);
            }
        }).StartAsync().Soon();
        await running.Queue.PutAsync(0).Soon();
        await stuck.Entered;
        var holder = Assert.Single(await running.Queue.HoldingsAsync().Soon()).Holder;
        var resized = holder == "consumer-1.1" ? running.ResizeAsync(1) : running.ResizeAsync(3);

        await GiveUpAsync(stuck);

        await resized.Soon();
        Assert.Equal((holder == "consumer-1.1" ? 1 : 3, 1), await StandingAsync(running, abandoned: 1));
        stuck.Leave();
    }

    [Fact]
    public async Task An_item_that_is_cancelled_on_request_while_it_computes_is_dropped_though_it_awaits_after_that()
    {
        using var blocked = new ManualResetEventSlim();
        var stuck = new Stuck();
        await using var running = await Pipeline().Consume(1, async (delivery, cancellationToken) =>
        {
            stuck.Enter(cancellationToken);
            blocked.Wait(TimeSpan.FromSeconds(60), CancellationToken.None);
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
        }).StartAsync().Soon();
        await running.Queue.PutAsync(0).Soon();
        await stuck.Entered;
        Assert.Equal(ItemCancellation.Requested, await running.CancelItemAsync(1).Soon());
        await stuck.Cancelled;

        blocked.Set();

        await running.Queue.JoinAsync().Soon();
        var counts = await running.Queue.CountsAsync().Soon();
        Assert.Equal((1, 0), (counts.Dropped, counts.DeadLettered));
    }

    [Fact]
    public async Task By_the_systems_clock_it_works_as_well()
    {
        var stuck = new Stuck();
        await using var running = await engine.Pipeline()
            .Timeout(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20))
            .Consume(2, async (delivery, cancellationToken) =>
            {
                if (delivery.Item % 10 == 0)
                {
                    await stuck.EnterAsync(CancellationToken.None);
                }
            }).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 30));

        var settlement = await running.CompleteAsync().Soon();

        Assert.Equal((27, 3), (settlement.Acked, settlement.DeadLettered));
        stuck.Leave();
    }

    [Fact]
    public void A_timeout_that_makes_no_sense_is_refused()
    {
        var pipeline = engine.Pipeline();
        Assert.Throws<ArgumentOutOfRangeException>(() => pipeline.Timeout(TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => pipeline.Timeout(Limit, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => pipeline.Timeout(Limit, Grace, 0));
    }

    private PipelineBuilder<int> Pipeline(int abandonedMax = 16) =>
        engine.Pipeline().Clock(clock).Timeout(Limit, Grace, abandonedMax);

    /// <summary>Lets the timeout and the grace pass.</summary>
    private async Task GiveUpAsync(Stuck stuck)
    {
        clock.Advance(Limit);
        await stuck.Cancelled;
        clock.Advance(Grace);
    }

    private static async Task<PauseReason> PausedAsync(RunningPipeline<int> running)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            if ((await running.StatusAsync(patience.Token).Soon()).Paused is [var paused])
            {
                return paused;
            }

            await Task.Yield();
        }
    }

    private static async Task<(int Consumers, int Abandoned)> StandingAsync(RunningPipeline<int> running, int abandoned)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            var status = await running.StatusAsync(patience.Token).Soon();
            if (status.Abandoned == abandoned)
            {
                return (status.Consumers, status.Abandoned);
            }

            await Task.Yield();
        }
    }

    /// <summary>Code that is stuck until a test lets it go.</summary>
    private sealed class Stuck
    {
        private readonly Gate entered = new();
        private readonly Gate cancelled = new();
        private readonly Gate leave = new();

        public Task Entered => entered.Opened;

        public Task Cancelled => cancelled.Opened;

        public void Leave() => leave.Open();

        public void Enter(CancellationToken cancellationToken)
        {
            cancellationToken.UnsafeRegister(_ => cancelled.Open(), null);
            entered.Open();
        }

        /// <summary>Does not heed its cancellation.</summary>
        public async ValueTask EnterAsync(CancellationToken cancellationToken)
        {
            Enter(cancellationToken);
            await leave.Opened;
        }

        public ValueTask ConsumeAsync(Delivery<int> delivery, CancellationToken cancellationToken) => EnterAsync(cancellationToken);

        public async ValueTask UntilCancelledAsync(Delivery<int> delivery, CancellationToken cancellationToken)
        {
            Enter(cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
