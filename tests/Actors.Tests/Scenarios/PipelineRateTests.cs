using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

public sealed class PipelineRateTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task First_a_burst_is_started_then_one_item_in_each_interval_by_the_pipelines_clock(int consumers)
    {
        var clock = new FakeTimeProvider();
        var journal = new Journal<int>(clock);
        await using var running = await engine.Pipeline().Clock(clock).RateLimit(Rate.PerSecond(10, burst: 5))
            .Consume(consumers, journal.Done).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 25));
        await StartedAsync(5);
        for (var started = 5; started < 25; started++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(99));
            await StartedAsync(started);
            clock.Advance(TimeSpan.FromMilliseconds(1));
            await StartedAsync(started + 1);
        }

        Assert.Equal(25, (await running.Queue.JoinAsync().Soon()).Acked);
        Assert.Equal(
            Enumerable.Repeat(0, 5).Concat(Enumerable.Range(1, 20)),
            journal.Started.Select(one => (int)(one.At / TimeSpan.FromMilliseconds(100))));

        async Task StartedAsync(int count)
        {
            await running.Queue.UntilAsync(now => now.Acked >= count && now.InFlight == 0);
            await running.Queue.HasHeardAsync();
            Assert.Equal(count, journal.Started.Count);
        }
    }

    [Fact]
    public async Task After_a_rest_no_more_than_a_burst_is_started_at_once()
    {
        var clock = new FakeTimeProvider();
        await using var running = await engine.Pipeline().Clock(clock).RateLimit(Rate.PerSecond(1, burst: 3)).StartAsync().Soon();
        clock.Advance(TimeSpan.FromDays(1));
        await running.Queue.PutAllAsync(Enumerable.Range(0, 10));

        Assert.Equal([0, 1, 2], await running.Queue.TakeAllAsync());
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([3, 4], await running.Queue.TakeAllAsync());
    }

    [Fact]
    public async Task An_attempt_counts_like_an_item()
    {
        var clock = new FakeTimeProvider();
        var journal = new Journal<int>(clock);
        await using var running = await engine.Pipeline().Clock(clock).RateLimit(Rate.PerSecond(1, burst: 1)).Retry(3, RetryBackoff.None)
            .Consume(1, (delivery, _) =>
            {
                journal.Note(delivery);
                throw new IOException("bad");
            }).StartAsync().Soon();
        await running.Queue.PutAsync(1).Soon();
        for (var attempt = 1; attempt < 3; attempt++)
        {
            await running.Queue.UntilAsync(now => now is { InFlight: 0, Queued: 1 } && now.Retried == attempt);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        await running.Queue.JoinAsync().Soon();
        Assert.Equal([0, 1, 2], journal.Started.Select(one => one.At.TotalSeconds));
    }

    [Fact]
    public async Task A_rate_is_no_stall()
    {
        var clock = new FakeTimeProvider();
        await using var running = await engine.Pipeline().Clock(clock).RateLimit(Rate.PerMinute(1, burst: 1))
            .Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2);
        await running.Queue.UntilAsync(now => now is { Acked: 1, InFlight: 0 });
        var ending = running.CompleteAsync().AsTask();
        await running.StatusAsync().Soon();
        Assert.False(ending.IsCompleted);

        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal((PipelineOutcome.Completed, 2L), ((await ending.Soon()).Outcome, (await ending).Acked));
    }
}
