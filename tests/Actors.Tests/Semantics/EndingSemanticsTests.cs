using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Event;
using AkkaPipeline.Coordinating;
using AkkaPipeline.Tests.Scenarios;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Semantics;

/// <summary>
/// Semantics 12 and 13: in which order a drain ends things, what bounds it, and that it can be begun from anywhere. That
/// what a drain releases is still there at the next start needs a durable store, which comes with it.
/// </summary>
public sealed class EndingSemanticsTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task S12_Sources_stop_first_then_work_is_done_then_batches_are_written_then_the_sink_closes()
    {
        var happened = new ConcurrentQueue<string>();
        var (started, sourceStopped, work, write) = (new Gate(), new Gate(), new Gate(), new Gate());
        var sink = new RecordingSink<int>(async batch =>
        {
            await write.Opened;
            happened.Enqueue("written");
        });
        await using var running = await engine.Pipeline().From(Endless(() =>
        {
            happened.Enqueue("source stopped");
            sourceStopped.Open();
        })).Capacity(10).Consume<int>(2, async (delivery, outputs, _) =>
        {
            started.Open();
            await work.Opened;
            outputs.Emit(delivery.Item);
            happened.Enqueue("worked");
        }).To(sink).StartAsync().Soon();
        await started.Opened;

        var drain = running.DrainAsync(Long).AsTask();

        await sourceStopped.Opened;
        Assert.Empty(sink.Written);
        Assert.Equal("source stopped", Assert.Single(happened));
        work.Open();
        await running.Queue.HasHeardAsync();
        Assert.Empty(sink.Closings);
        Assert.False(drain.IsCompleted);
        write.Open();
        var settlement = await drain.Soon();
        Assert.Equal((PipelineOutcome.Drained, 0L), (settlement.Outcome, settlement.Released));
        Assert.Equal(Enumerable.Range(0, (int)settlement.Accepted), sink.Written.Order());
        Assert.Equal(settlement.Accepted, settlement.Acked);
        Assert.Equal("written", happened.Last());
        Assert.Equal(SinkEnding.Interrupted, Assert.Single(sink.Closings));
    }

    [Fact]
    public async Task A_drain_of_what_has_ended_is_answered_and_is_nothing_to_log()
    {
        await using var running = await engine.Pipeline().From([1]).Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();
        var settlement = await running.CompleteAsync().Soon();
        await running.Coordinator.GracefulStop(Long).Soon();
        var undelivered = new TaskCompletionSource<AllDeadLetters>(TaskCreationOptions.RunContinuationsAsynchronously);
        var watch = engine.System.ActorOf(Props.Create(() => new FirstUndelivered<CoordinatorProtocol.Drain>(undelivered)));
        engine.System.EventStream.Subscribe(watch, typeof(AllDeadLetters));

        Assert.Equal(settlement, await running.DrainAsync(Long).Soon());

        Assert.IsType<SuppressedDeadLetter>(await undelivered.Task.Soon());
    }

    [Fact]
    public async Task S12_What_sources_had_emitted_is_accepted_beyond_the_capacity_and_done()
    {
        var (started, work) = (new Gate(), new Gate());
        var source = new CountedSource(int.MaxValue);
        await using var running = await engine.Pipeline().From(source.Read()).From(source.Read()).Capacity(1)
            .Consume(1, async (_, _) =>
            {
                started.Open();
                await work.Opened;
            }).StartAsync().Soon();
        await started.Opened;
        var drain = running.DrainAsync(Long).AsTask();
        work.Open();

        var settlement = await drain.Soon();

        Assert.Equal((source.Count, source.Count), (settlement.Accepted, settlement.Acked));
    }

    [Fact]
    public async Task S12_Items_that_wait_for_their_time_or_for_another_attempt_are_part_of_a_drain()
    {
        var clock = new FakeTimeProvider();
        var journal = new Journal<int>(clock);
        await using var running = await engine.Pipeline().Clock(clock)
            .Retry(3, RetryBackoff.Constant(TimeSpan.FromMinutes(1)).WithoutJitter())
            .Consume(1, (delivery, _) =>
            {
                journal.Note(delivery);
                return delivery.Item == 1 && delivery.Attempt == 1 ? throw new IOException("once") : ValueTask.CompletedTask;
            }).StartAsync().Soon();
        await running.Queue.PutAsync(1).Soon();
        await running.Queue.PutAsync(2, clock.GetUtcNow() + TimeSpan.FromMinutes(2)).Soon();
        await running.Queue.UntilAsync(now => now.Scheduled == 2);

        var drain = running.DrainAsync(Long).AsTask();

        await running.StatusAsync().Soon();
        Assert.False(drain.IsCompleted);
        clock.Advance(TimeSpan.FromMinutes(1));
        await journal.HasAsync(2);
        clock.Advance(TimeSpan.FromMinutes(1));
        var settlement = await drain.Soon();
        Assert.Equal((2, 2, 0), (settlement.Accepted, settlement.Acked, settlement.Released));
    }

    [Fact]
    public async Task S12_The_last_workers_confirm_or_are_found_dead()
    {
        var gate = new Gate();
        var journal = new Journal<int>();
        await using var running = await engine.Pipeline().Consume(2, async (delivery, cancellationToken) =>
        {
            journal.Note(delivery);
            if (journal.Started.Count <= 2)
            {
                await gate.WaitAsync(cancellationToken);
            }
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2, 3);
        await journal.HasAsync(2);
        var drain = running.DrainAsync(Timeout.InfiniteTimeSpan).AsTask();

        (await engine.ActorAsync(running.Name, "consumers/consumer-0.1")).Tell(Kill.Instance);

        await journal.HasAsync(4);
        Assert.False(drain.IsCompleted);
        gate.Open();
        var settlement = await drain.Soon();
        Assert.Equal((3, 3, 0), (settlement.Accepted, settlement.Acked, settlement.Released));
    }

    [Fact]
    public async Task S12_A_deadline_bounds_it_and_what_is_unfinished_is_released()
    {
        var clock = new FakeTimeProvider();
        var stuck = new Gate();
        await using var running = await engine.Pipeline().Clock(clock).Consume(1, async (delivery, cancellationToken) =>
        {
            if (delivery.Item > 0)
            {
                stuck.Open();
                await new Gate().WaitAsync(cancellationToken);
            }
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(0, 1, 2, 3);
        await running.Queue.PutAsync(4, clock.GetUtcNow() + TimeSpan.FromHours(1)).Soon();
        await stuck.Opened;
        var drain = running.DrainAsync(TimeSpan.FromMinutes(1)).AsTask();
        await running.StatusAsync().Soon();
        Assert.False(drain.IsCompleted);

        clock.Advance(TimeSpan.FromMinutes(1));

        var settlement = await drain.Soon();
        Assert.Equal(PipelineOutcome.Drained, settlement.Outcome);
        Assert.Equal((5, 1, 4, 0), (settlement.Accepted, settlement.Acked, settlement.Released, settlement.DeadLettered));
    }

    [Theory]
    [InlineData("a consumer")]
    [InlineData("a rule for failures")]
    [InlineData("a sink")]
    [InlineData("a source that hears what is settled")]
    public async Task S13_Stopping_from_inside_does_not_deadlock(string where)
    {
        RunningPipeline<int>? running = null;
        var known = new Gate();
        var source = new StoppingSource(() => StopIf("a source that hears what is settled"));
        running = await engine.Pipeline().From(source).Capacity(100)
            .OnFailure((_, _) =>
            {
                StopIf("a rule for failures");
                return FailureOutcome.ByPolicy;
            })
            .Consume<int>(2, async (delivery, outputs, _) =>
            {
                await known.Opened;
                StopIf("a consumer");
                outputs.Emit(delivery.Item);
                if (delivery.Item % 3 == 0)
                {
                    throw new InvalidDataException("bad");
                }
            }).To(new AnsweringSink<int>(_ =>
            {
                StopIf("a sink");
                return BatchResult.Written;
            })).StartAsync().Soon();
        known.Open();

        var settlement = await running.Completion.Soon();

        Assert.Equal(PipelineOutcome.Drained, settlement.Outcome);
        Assert.Equal(settlement.Accepted, settlement.Acked + settlement.DeadLettered);

        void StopIf(string here)
        {
            if (here == where)
            {
                LeaveAlone(running!.DrainAsync(Long));
            }
        }
    }

    [Fact]
    public async Task S13_Two_stops_at_once_are_one_stop()
    {
        RunningPipeline<int>? running = null;
        var known = new Gate();
        running = await engine.Pipeline().From(new CountedSource(int.MaxValue).Read()).Capacity(100).Consume(4, async (_, _) =>
        {
            await known.Opened;
            LeaveAlone(running!.DrainAsync(Timeout.InfiniteTimeSpan));
        }).StartAsync().Soon();
        known.Open();

        var stops = await Task.WhenAll(Enumerable.Range(0, 20).Select(stop => Task.Run(async () => stop % 2 == 0
            ? await running.DrainAsync(Long)
            : await running.CompleteAsync()))).Soon();

        Assert.All(stops, settlement => Assert.Same(stops[0], settlement));
        Assert.Equal((PipelineOutcome.Drained, stops[0].Accepted), (stops[0].Outcome, stops[0].Acked));
    }

    private static IEnumerable<int> Endless(Action stopped)
    {
        try
        {
            for (var item = 0; ; item++)
            {
                yield return item;
            }
        }
        finally
        {
            stopped();
        }
    }

    private static void LeaveAlone(ValueTask<Settlement> ending) => Assert.False(ending.IsFaulted);

    private sealed class FirstUndelivered<TMessage> : ReceiveActor
    {
        public FirstUndelivered(TaskCompletionSource<AllDeadLetters> heard) =>
            Receive<AllDeadLetters>(letter => letter.Message is TMessage, letter => heard.TrySetResult(letter));
    }

    private sealed class StoppingSource(Action onSettled) : IEnumerable<int>, ISettledSource
    {
        public void OnSettled(long first, int count, long watermark) => onSettled();

        public IEnumerator<int> GetEnumerator() => new CountedSource(int.MaxValue).Read().GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
