using Akka.Actor;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

/// <summary>Control by the messages of <see cref="PipelineProtocol"/>, as any actor may send them.</summary>
public sealed class ControlMessagesTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task An_actor_can_pause_and_resume_a_pipeline_and_ask_how_it_is()
    {
        await using var running = await engine.QueueAsync();
        await AskAsync<PipelineProtocol.Taken>(running, new PipelineProtocol.Pause("a look at it"));
        await running.Queue.PutAsync(1).Soon();
        Assert.Null(await running.Queue.TryGetAsync().Soon());
        var status = await AskAsync<PipelineStatus>(running, new PipelineProtocol.GetStatus());
        Assert.Equal((running.Name, "a look at it", 1L), (status.Pipeline, Assert.Single(status.Paused).Reason, status.Counts.Queued));

        await AskAsync<PipelineProtocol.Taken>(running, new PipelineProtocol.Resume());

        Assert.Equal(1, await running.Queue.TakeAsync());
    }

    [Fact]
    public async Task An_actor_can_resize_a_pool()
    {
        await using var running = await engine.Pipeline().Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();

        await AskAsync<PipelineProtocol.Taken>(running, new PipelineProtocol.Resize(3));

        Assert.Equal(3, (await AskAsync<PipelineStatus>(running, new PipelineProtocol.GetStatus())).Consumers);
        await engine.ActorAsync(running.Name, "consumers/consumer-2.1");
    }

    [Fact]
    public async Task An_actor_can_change_rates()
    {
        var clock = new FakeTimeProvider();
        await using var running = await engine.Pipeline().Clock(clock).InOrderBy(item => item % 2).StartAsync().Soon();
        await running.Queue.PutAllAsync(0, 1, 2, 3, 4, 5);
        await AskAsync<PipelineProtocol.Taken>(running, new PipelineProtocol.ChangeRate(Rate.PerMinute(1, burst: 1)));
        Assert.Equal([0], await running.Queue.TakeAllAsync());
        await AskAsync<PipelineProtocol.Taken>(running, new PipelineProtocol.ChangeRatePerKey(Rate.PerMinute(1, burst: 1)));
        await AskAsync<PipelineProtocol.Taken>(running, new PipelineProtocol.ChangeRate(null));
        Assert.Equal([1, 2], await running.Queue.TakeAllAsync());
        await AskAsync<PipelineProtocol.Taken>(running, new PipelineProtocol.ChangeRatePerKey(null));
        Assert.Equal([3, 4, 5], await running.Queue.TakeAllAsync());
    }

    [Fact]
    public async Task An_actor_can_resume_a_key_cancel_an_item_explain_it_and_plan_a_drain()
    {
        await using var running = await engine.Pipeline().InOrderBy(item => item % 2, KeyFailure.Halt)
            .Consume(1, (delivery, _) => delivery.Item == 1 ? throw new IOException("bad") : ValueTask.CompletedTask).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 3, 5);
        await running.Queue.UntilAsync(now => now is { DeadLettered: 1, Queued: 2 });

        Assert.Equal(2, (await AskAsync<DrainPlan>(running, new PipelineProtocol.PlanDrain(TimeSpan.Zero))).WillBeReleased);
        Assert.Equal(ItemStanding.Queued, (await AskAsync<ItemExplanation>(running, new PipelineProtocol.Explain(2))).Standing);
        Assert.Equal(ItemStanding.DeadLettered, (await AskAsync<ItemExplanation>(running, new PipelineProtocol.Explain(1))).Standing);
        Assert.Equal(ItemCancellation.Dropped, await AskAsync<ItemCancellation>(running, new PipelineProtocol.CancelItem(2)));
        Assert.False(await AskAsync<bool>(running, new PipelineProtocol.ResumeKey("0")));
        Assert.True(await AskAsync<bool>(running, new PipelineProtocol.ResumeKey("1")));

        var settlement = await AskAsync<Settlement>(running, new PipelineProtocol.Complete());
        Assert.Equal((PipelineOutcome.Completed, 1L, 1L, 1L), (settlement.Outcome, settlement.Acked, settlement.Dropped, settlement.DeadLettered));
    }

    [Fact]
    public async Task An_actor_can_drain_a_pipeline_and_set_its_rules_for_halting()
    {
        await using var drained = await engine.QueueAsync();
        await drained.Queue.PutAsync(1).Soon();
        Assert.Equal(
            (PipelineOutcome.Drained, 1L),
            (await AskAsync<Settlement>(drained, new PipelineProtocol.Drain(TimeSpan.Zero))) is var end ? (end.Outcome, end.Released) : default);

        await using var halted = await engine.Pipeline().Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();
        await AskAsync<PipelineProtocol.Taken>(halted, new PipelineProtocol.HaltWhen([HaltRule.AfterSuccesses(2)]));
        await halted.Queue.PutAllAsync(1, 2);
        Assert.Equal(PipelineOutcome.Halted, (await halted.Completion.Soon()).Outcome);
    }

    [Fact]
    public async Task An_end_that_fails_is_answered_by_the_failure()
    {
        var gate = new Gate();
        await using var running = await engine.Pipeline().From(BrokenOnce(gate)).Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();
        var ending = AskAsync<Settlement>(running, new PipelineProtocol.Complete());

        gate.Open();

        await Assert.ThrowsAsync<PipelineFailedException>(() => ending.Soon());

        static async IAsyncEnumerable<int> BrokenOnce(Gate gate)
        {
            yield return 1;
            await gate.Opened;
            throw new InvalidDataException("broken");
        }
    }

    public static TheoryData<object> Nonsense { get; } =
    [
        new PipelineProtocol.Pause(null!),
        new PipelineProtocol.Pause(" "),
        new PipelineProtocol.Pause("before", TimeSpan.FromSeconds(-1)),
        new PipelineProtocol.Resize(0),
        new PipelineProtocol.Resize(int.MinValue),
        new PipelineProtocol.Resize(65_537),
        new PipelineProtocol.Resize(int.MaxValue),
        new PipelineProtocol.HaltWhen(null!),
        new PipelineProtocol.HaltWhen([null!]),
        new PipelineProtocol.ResumeKey(null!),
        new PipelineProtocol.PlanDrain(TimeSpan.FromSeconds(-5)),
        new PipelineProtocol.Drain(TimeSpan.FromSeconds(-5)),
    ];

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task What_makes_no_sense_is_answered_by_a_failure_and_harms_nothing(object command)
    {
        await using var running = await engine.Pipeline().InOrderBy(item => item).Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();

        await Assert.ThrowsAnyAsync<ArgumentException>(() => AskAsync<object>(running, command));

        await running.Queue.PutAsync(1).Soon();
        Assert.Equal((PipelineOutcome.Completed, 1L), ((await running.CompleteAsync().Soon()).Outcome, (await running.Completion).Acked));
    }

    [Fact]
    public async Task A_pause_as_long_as_there_is_and_numbers_out_of_range_harm_nothing()
    {
        await using var running = await engine.QueueAsync();
        await AskAsync<PipelineProtocol.Taken>(running, new PipelineProtocol.Pause("long", TimeSpan.MaxValue));
        Assert.Equal(ItemCancellation.NotFound, await AskAsync<ItemCancellation>(running, new PipelineProtocol.CancelItem(long.MinValue)));
        Assert.Equal(ItemStanding.Unknown, (await AskAsync<ItemExplanation>(running, new PipelineProtocol.Explain(long.MinValue))).Standing);
        Assert.Equal(0, (await AskAsync<DrainPlan>(running, new PipelineProtocol.PlanDrain(TimeSpan.MaxValue))).WillFinish);
        await AskAsync<PipelineProtocol.Taken>(running, new PipelineProtocol.Resume());
        running.Coordinator.Tell("something else");
        await running.Queue.PutAsync(1).Soon();
        Assert.Equal(1, await running.Queue.TakeAsync());
    }

    [Fact]
    public async Task A_pipeline_without_keys_has_no_rate_of_each()
    {
        await using var running = await engine.QueueAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => AskAsync<object>(running, new PipelineProtocol.ChangeRatePerKey(Rate.PerSecond(1))));
    }

    [Fact]
    public async Task A_pipeline_without_a_pool_has_none_to_resize()
    {
        await using var running = await engine.QueueAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => AskAsync<object>(running, new PipelineProtocol.Resize(2)));
    }

    /// <summary>Asks as an actor does: a failure that is answered is thrown.</summary>
    private static async Task<TAnswer> AskAsync<TAnswer>(RunningPipeline<int> running, object command)
    {
        var answer = await running.Coordinator.Ask<object>(command, TimeSpan.FromSeconds(30));
        return answer is Status.Failure failure ? throw failure.Cause : Assert.IsAssignableFrom<TAnswer>(answer);
    }
}
