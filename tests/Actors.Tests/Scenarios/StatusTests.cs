using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

/// <summary>How a pipeline is, and what a drain of it would do.</summary>
public sealed class StatusTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task A_status_tells_the_phase_the_ledger_the_pool_the_pauses_and_who_holds_what()
    {
        var gate = new Gate();
        var journal = new Journal<int>();
        await using var running = await engine.Pipeline().Consume(2, async (delivery, _) =>
        {
            journal.Note(delivery);
            await gate.Opened;
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2, 3);
        await journal.HasAsync(2);
        await running.PauseAsync("a look at it").Soon();

        var status = await running.StatusAsync().Soon();

        Assert.Equal((running.Name, "Running", 2, 0), (status.Pipeline, status.Phase, status.Consumers, status.Abandoned));
        Assert.Equal((3, 1, 2), (status.Counts.Accepted, status.Counts.Queued, status.Counts.InFlight));
        Assert.Equal("a look at it", Assert.Single(status.Paused).Reason);
        Assert.Empty(status.StoppedKeys);
        Assert.Equal(["consumer-0.1", "consumer-1.1"], status.Holdings.Select(holding => holding.Holder).Order());
        gate.Open();
        await running.ResumeAsync().Soon();
    }

    [Fact]
    public async Task A_status_follows_a_resize_and_an_end()
    {
        var gate = new Gate();
        var journal = new Journal<int>();
        await using var running = await engine.Pipeline().Consume(2, async (delivery, _) =>
        {
            journal.Note(delivery);
            await gate.Opened;
        }).StartAsync().Soon();
        await running.ResizeAsync(5).Soon();
        Assert.Equal(5, (await running.StatusAsync().Soon()).Consumers);
        await running.ResizeAsync(1).Soon();
        Assert.Equal(1, (await running.StatusAsync().Soon()).Consumers);
        await running.Queue.PutAsync(1).Soon();
        await journal.HasAsync(1);

        var ending = running.CompleteAsync().AsTask();

        Assert.Equal("Joining", (await running.StatusAsync().Soon()).Phase);
        gate.Open();
        await ending.Soon();
    }

    [Fact]
    public async Task A_plan_of_a_drain_tells_what_will_finish_and_what_will_be_handed_back()
    {
        var clock = new FakeTimeProvider();
        var gate = new Gate();
        var journal = new Journal<int>();
        await using var running = await engine.Pipeline().Clock(clock).Consume(1, async (delivery, _) =>
        {
            journal.Note(delivery);
            if (delivery.Item > 0)
            {
                await gate.Opened;
            }
        }).StartAsync().Soon();
        Assert.Equal(TimeSpan.Zero, (await running.PlanDrainAsync(TimeSpan.FromSeconds(1)).Soon()).EstimatedTime);
        await running.Queue.PutAsync(0).Soon();
        await running.Queue.JoinAsync().Soon();
        await running.Queue.PutAllAsync(1, 2, 3);
        await running.Queue.PutAsync(4, clock.GetUtcNow() + TimeSpan.FromHours(1)).Soon();
        await journal.HasAsync(2);
        await running.Queue.UntilAsync(now => now is { InFlight: 1, Queued: 2, Scheduled: 1 });

        var none = await running.PlanDrainAsync(TimeSpan.Zero).Soon();
        var some = await running.PlanDrainAsync(TimeSpan.FromMinutes(1)).Soon();
        var all = await running.PlanDrainAsync(Timeout.InfiniteTimeSpan).Soon();

        Assert.Equal((0, 4), (none.WillFinish, none.WillBeReleased));
        Assert.Equal((3, 1), (some.WillFinish, some.WillBeReleased));
        Assert.Equal((4, 0), (all.WillFinish, all.WillBeReleased));
        Assert.All([none, some, all], plan =>
        {
            Assert.Equal((1, 2, 1, 1), (plan.InFlight, plan.Queued, plan.Scheduled, plan.Consumers));
            Assert.True(plan.MeanServiceTime > TimeSpan.Zero);
        });
        Assert.Contains("1 are due later than the deadline", some.Basis);
        Assert.Equal("Running", (await running.StatusAsync().Soon()).Phase);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => running.PlanDrainAsync(TimeSpan.FromSeconds(-1)));
        gate.Open();
    }

    [Fact]
    public async Task A_plan_of_a_drain_knows_what_stands_behind_a_pause_or_a_halted_key()
    {
        await using var running = await engine.Pipeline().InOrderBy(item => item % 2, KeyFailure.Halt)
            .Consume(1, (delivery, _) => delivery.Item == 1 ? throw new IOException("bad") : ValueTask.CompletedTask).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2, 3, 5);
        await running.Queue.UntilAsync(now => now is { Acked: 1, DeadLettered: 1, Queued: 2 });
        var halted = await running.PlanDrainAsync(Timeout.InfiniteTimeSpan).Soon();
        await running.PauseAsync("a look at it").Soon();
        await running.Queue.PutAsync(4).Soon();
        await running.Queue.UntilAsync(now => now.Queued == 3);
        var paused = await running.PlanDrainAsync(Timeout.InfiniteTimeSpan).Soon();

        Assert.Equal((0, 2), (halted.WillFinish, halted.WillBeReleased));
        Assert.Equal((0, 3), (paused.WillFinish, paused.WillBeReleased));
    }
}
