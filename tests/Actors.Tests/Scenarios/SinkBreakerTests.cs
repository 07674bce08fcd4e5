using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

public sealed class SinkBreakerTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    private static readonly BreakerOptions Quick = new() { BreakDuration = TimeSpan.FromSeconds(5) };
    private static readonly BreakerOptions Lasting = new() { BreakDuration = TimeSpan.FromDays(1) };

    [Fact]
    public async Task A_sink_that_fails_is_left_alone_until_a_probe_holds_and_then_flow_returns()
    {
        var time = new FakeTimeProvider();
        var sink = new FlakySink { IsDown = true };
        await using var running = await Emitting(new CountedSource(100_000)).To(sink, new() { ItemsMax = 10, Breaker = Quick })
            .Clock(time).StartAsync().Soon();

        // Four writes fail and open it; each probe costs one more.
        await running.Queue.UntilAsync(now => now.DeadLettered == 40);
        for (var probes = 1; probes <= 3; probes++)
        {
            await UntilPausedAsync(running, time);
            Assert.Equal(3 + probes, sink.Writes);
            time.Advance(TimeSpan.FromSeconds(5));
            await running.Queue.UntilAsync(now => now.DeadLettered == 40 + 10 * probes);
        }

        sink.IsDown = false;
        var ended = running.CompleteAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(5));
        var settlement = await ended.Soon();
        Assert.Equal((100_000, 70), (settlement.Accepted, settlement.DeadLettered));
        Assert.Equal(99_930, settlement.Acked);
    }

    [Fact]
    public async Task An_open_breaker_stops_the_source()
    {
        var source = new CountedSource(1_000_000);
        var sink = new FlakySink { IsDown = true };
        await using var running = await Emitting(source).To(sink, new() { ItemsMax = 10, Breaker = Lasting })
            .Capacity(1_000).StartAsync().Soon();

        await running.Queue.UntilAsync(now => now is { Queued: 1_000, DeadLettered: 40 });
        await running.Queue.HasHeardAsync();

        Assert.InRange(source.Count, 1_000, 40_000);
        Assert.Equal(4, sink.Writes);
    }

    [Fact]
    public async Task Where_nothing_waits_to_be_written_one_item_is_granted_for_the_probe()
    {
        var time = new FakeTimeProvider();
        var sink = new FlakySink { IsDown = true };
        await using var running = await Emitting(new CountedSource(0)).To(sink, new() { Breaker = Quick }).Clock(time).StartAsync().Soon();
        for (var failed = 1; failed <= 4; failed++)
        {
            await running.Queue.PutAsync(failed).Soon();
            await running.Queue.UntilAsync(now => now.DeadLettered == failed);
        }

        await running.Queue.PutAllAsync(5, 6, 7);
        await running.Queue.HasHeardAsync();
        Assert.Equal(3, (await running.Queue.CountsAsync().Soon()).Queued);
        time.Advance(TimeSpan.FromSeconds(5));
        await running.Queue.UntilAsync(now => now is { DeadLettered: 5, Queued: 2 });

        sink.IsDown = false;
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(2, (await running.Queue.JoinAsync().Soon()).Acked);
    }

    [Fact]
    public async Task A_drains_deadline_does_not_wait_for_an_open_breaker()
    {
        var sink = new FlakySink { IsDown = true };
        await using var running = await Emitting(new CountedSource(1_000))
            .To(sink, new() { ItemsMax = 10, Breaker = Lasting }).StartAsync().Soon();
        await running.Queue.UntilAsync(now => now.DeadLettered == 40);

        var settlement = await running.DrainAsync(TimeSpan.Zero).Soon();

        Assert.Equal((40, 0), (settlement.DeadLettered, settlement.Acked));
        Assert.Equal(settlement.Accepted, settlement.DeadLettered + settlement.Released);
    }

    [Fact]
    public async Task A_batch_written_in_part_does_not_open_it()
    {
        var sink = new AnsweringSink<int>(batch =>
        {
            var result = new BatchResult(batch.Count);
            result.MarkWritten(0);
            return result;
        });

        var settlement = await Emitting(new CountedSource(1_000)).To(sink, new() { ItemsMax = 10, Breaker = Quick })
            .Clock(new FakeTimeProvider()).RunToCompletionAsync().Soon();

        Assert.Equal(1_000, settlement.Acked + settlement.DeadLettered);
        Assert.InRange(settlement.Acked, 100, 500);
    }

    /// <summary>Waits until the queue has heard that the breaker opened at this moment of the clock.</summary>
    private static async Task UntilPausedAsync(RunningPipeline<int> running, FakeTimeProvider time)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var probesAt = $"{time.GetUtcNow() + Quick.BreakDuration:O}";
        while (!(await running.StatusAsync().Soon()).Paused.Any(pause => pause.Reason.Contains(probesAt, StringComparison.Ordinal)))
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private EmittingPipelineBuilder<int, int> Emitting(CountedSource source) =>
        engine.Pipeline().From(source.Read()).Consume<int>(2, (delivery, outputs, _) =>
        {
            outputs.Emit(delivery.Item);
            return ValueTask.CompletedTask;
        });

    private sealed class FlakySink : IBatchSink<int>
    {
        private int writes;

        public volatile bool IsDown;

        public int Writes => Volatile.Read(ref writes);

        public ValueTask<BatchResult> WriteAsync(Batch<int> batch, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref writes);
            return IsDown ? throw new IOException("down") : new(BatchResult.Written);
        }
    }
}
