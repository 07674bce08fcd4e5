using AkkaPipeline.Tests.Scenarios;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Semantics;

/// <summary>Semantics 17: a rate change and a pause take effect on a running pipeline (a resize: ResizeSemanticsTests).</summary>
public sealed class ControlSemanticsTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task S17_A_rate_change_takes_effect_on_a_running_pipeline()
    {
        var clock = new FakeTimeProvider();
        await using var running = await engine.Pipeline().Clock(clock).RateLimit(Rate.PerMinute(1))
            .Consume(4, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 100));
        await AckedAsync(1);
        clock.Advance(30 * Second);
        await AckedAsync(1);

        await running.ChangeRateAsync(Rate.PerSecond(1)).Soon();
        clock.Advance(Second);
        await AckedAsync(2);
        clock.Advance(Second);
        await AckedAsync(3);
        await running.ChangeRateAsync(Rate.PerSecond(100, burst: 1)).Soon();
        clock.Advance(Second / 100);
        await AckedAsync(4);
        await running.ChangeRateAsync(null).Soon();

        Assert.Equal(100, (await running.Queue.JoinAsync().Soon()).Acked);

        async Task AckedAsync(long acked)
        {
            await running.Queue.UntilAsync(now => now.Acked >= acked && now.InFlight == 0);
            await running.Queue.HasHeardAsync();
            Assert.Equal(acked, (await running.Queue.CountsAsync().Soon()).Acked);
        }
    }

    [Fact]
    public async Task S17_A_pause_takes_effect_on_a_running_pipeline_and_reaches_its_source()
    {
        var source = new CountedSource(200_000);
        await using var running = await engine.Pipeline().From(source.Read()).Capacity(1_000)
            .Consume(3, async (_, _) => await Task.Yield()).StartAsync().Soon();
        await running.Queue.UntilAsync(now => now.Acked > 1_000);

        await running.PauseAsync("a look at it").Soon();

        var paused = await running.Queue.UntilAsync(now => now is { InFlight: 0, Queued: >= 1_000 });
        await running.Queue.HasHeardAsync();
        var later = await running.Queue.CountsAsync().Soon();
        Assert.Equal((paused.Acked, paused.Accepted), (later.Acked, later.Accepted));
        Assert.InRange(source.Count, later.Accepted, later.Accepted + 2);
        await running.ResumeAsync().Soon();
        Assert.Equal(200_000, (await running.CompleteAsync().Soon()).Acked);
    }

    [Fact]
    public async Task S17_What_runs_when_it_is_paused_goes_on()
    {
        var gate = new Gate();
        var journal = new Journal<int>();
        await using var running = await engine.Pipeline().Consume(2, async (delivery, _) =>
        {
            journal.Note(delivery);
            await gate.Opened;
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2, 3, 4);
        await journal.HasAsync(2);

        await running.PauseAsync("a look at it").Soon();
        gate.Open();

        await running.Queue.UntilAsync(now => now is { Acked: 2, InFlight: 0 });
        await running.Queue.HasHeardAsync();
        Assert.Equal([1, 2], journal.Items.Order());
        await running.ResumeAsync().Soon();
        Assert.Equal(4, (await running.Queue.JoinAsync().Soon()).Acked);
    }

    [Fact]
    public async Task S17_Rate_pause_and_resize_under_load_lose_nothing_and_run_nothing_twice()
    {
        var seen = new int[10_000];
        await using var running = await engine.Pipeline().From(Enumerable.Range(0, seen.Length)).Capacity(500)
            .Consume(4, async (delivery, _) =>
            {
                Interlocked.Increment(ref seen[delivery.Item]);
                if (delivery.Item % 32 == 0)
                {
                    await Task.Yield();
                }
            }).StartAsync().Soon();
        for (var round = 0; round < 20; round++)
        {
            await running.PauseAsync($"round {round}").Soon();
            await running.ChangeRateAsync(round % 3 == 0 ? Rate.PerSecond(1_000_000 * (round + 1)) : null).Soon();
            await running.ResumeAsync().Soon();
            await running.ResizeAsync(1 + (round * 5 % 7)).Soon();
        }

        var settlement = await running.CompleteAsync().Soon();

        Assert.Equal((seen.Length, seen.Length), (settlement.Accepted, settlement.Acked));
        Assert.All(seen, times => Assert.Equal(1, times));
    }
}
