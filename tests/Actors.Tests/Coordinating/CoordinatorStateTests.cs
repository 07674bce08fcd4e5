using AkkaPipeline.Coordinating;
using AkkaPipeline.Queueing;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Coordinating;

public sealed class CoordinatorStateTests
{
    private const int Sources = 2;

    /// <summary>Events in any order, sensible or not, each perhaps twice.</summary>
    [Fact]
    public void In_any_order_of_events_it_ends_once_at_most_and_poisons_only_after_the_join() =>
        Gen.Select(Gen.Bool, Gen.Int[0, 15].List[0, 60]).Sample((endsWithSources, events) =>
        {
            var effects = new RecordedEffects();
            var state = new CoordinatorState(effects, Sources, endsWithSources);
            var phase = state.Phase;
            foreach (var what in events)
            {
                Tell(state, what, effects);
                Assert.True(state.Phase >= phase, $"it went back from {phase} to {state.Phase}");
                phase = state.Phase;
            }

            Assert.True(effects.Count(nameof(ICoordinatorEffects.Ended)) <= 1);
            Assert.True(
                effects.Count(nameof(ICoordinatorEffects.PoisonConsumers)) + effects.Count(nameof(ICoordinatorEffects.StopConsumers)) <= 1,
                "consumers were stopped twice");
            Assert.True(effects.Count(nameof(ICoordinatorEffects.CloseSinks)) <= 1);
        });

    [Fact]
    public void A_rule_for_halting_that_is_met_after_a_source_has_failed_still_halts()
    {
        var effects = new RecordedEffects();
        var state = new CoordinatorState(effects, sources: 2, endsWithSources: true);
        state.Started();
        state.SourceCompleted(0, readToEnd: false, new InvalidOperationException("failed"));

        state.Halted(HaltRule.AfterFailures(1));
        state.Quiet();

        Assert.Equal(PipelinePhase.Releasing, state.Phase);
        RunToEnd(state);
        Assert.Equal(PipelineOutcome.Failed, effects.Outcome);
    }

    [Fact]
    public void A_rule_that_halts_now_cancels_what_one_that_halts_soon_let_finish()
    {
        var effects = new RecordedEffects();
        var state = new CoordinatorState(effects, sources: 1, endsWithSources: true);
        state.Started();

        state.Halted(HaltRule.AfterFailures(1));
        Assert.Equal(PipelinePhase.Halting, state.Phase);
        state.Halted(HaltRule.AfterFailures(2).Now());

        Assert.Equal(PipelinePhase.Cancelling, state.Phase);
        Assert.Equal(1, effects.Count(nameof(ICoordinatorEffects.CancelRunning)));
    }

    [Fact]
    public void Consumers_that_do_not_stop_are_given_a_grace_once_the_deadline_has_passed()
    {
        var effects = new RecordedEffects();
        var state = new CoordinatorState(effects, sources: 0, endsWithSources: false);
        state.Started();
        state.Drain();
        state.DeadlinePassed();
        state.Quiet();
        state.Released(new QueueCounts { Accepted = 1, Released = 1 });
        Assert.Equal(PipelinePhase.StoppingConsumers, state.Phase);

        state.GracePassed();

        Assert.Equal(PipelinePhase.ClosingSinks, state.Phase);
        Assert.Equal(1, effects.Count(nameof(ICoordinatorEffects.CloseSinks)));
        state.ConsumersStopped();
        Assert.Equal(1, effects.Count(nameof(ICoordinatorEffects.CloseSinks)));
    }

    [Fact]
    public void A_drain_of_a_queue_that_stalled_before_ends_as_stalled()
    {
        var effects = new RecordedEffects();
        var state = new CoordinatorState(effects, sources: 0, endsWithSources: false);
        state.Started();
        state.Stalled(new Stall(1, ["the dead letters are full"], TakesMore: false, Asked: false));
        Assert.Equal(PipelinePhase.Running, state.Phase);

        state.Drain();
        Assert.Equal(1, effects.Count(nameof(ICoordinatorEffects.AskWhetherStalled)));
        state.Stalled(new Stall(2, ["the dead letters are full"], TakesMore: false, Asked: true));

        Assert.Equal(PipelinePhase.Cancelling, state.Phase);
        RunToEnd(state);
        Assert.Equal(PipelineOutcome.Stalled, effects.Outcome);
        Assert.Equal(["the dead letters are full"], effects.Reasons);
    }

    [Fact]
    public void A_completion_behind_a_halted_key_waits_for_what_its_sources_still_bring()
    {
        var effects = new RecordedEffects();
        var state = new CoordinatorState(effects, sources: 1, endsWithSources: true);
        state.Started();
        state.Stalled(new Stall(1, ["a halted key"], TakesMore: true, Asked: false));
        Assert.Equal(1, effects.Count(nameof(ICoordinatorEffects.AskWhetherStalled)));
        state.Stalled(new Stall(2, ["a halted key"], TakesMore: true, Asked: true));
        Assert.Equal(PipelinePhase.Running, state.Phase);

        state.SourceCompleted(0, readToEnd: true, null);
        Assert.Equal(2, effects.Count(nameof(ICoordinatorEffects.AskWhetherStalled)));
        state.Stalled(new Stall(3, ["a halted key"], TakesMore: true, Asked: true));

        RunToEnd(state);
        Assert.Equal(PipelineOutcome.Stalled, effects.Outcome);
    }

    [Fact]
    public void A_word_of_a_stall_that_was_not_asked_for_does_not_end_a_completion()
    {
        var effects = new RecordedEffects();
        var state = new CoordinatorState(effects, sources: 0, endsWithSources: true);
        state.Started();
        state.Stalled(new Stall(1, ["a halted key"], TakesMore: true, Asked: false));
        Assert.Equal(PipelinePhase.Joining, state.Phase);

        state.Stalled(new Stall(2, [], TakesMore: true, Asked: true));

        Assert.Equal(PipelinePhase.Joining, state.Phase);
    }

    [Fact]
    public void A_drain_of_a_queue_that_is_no_longer_stalled_is_a_drain()
    {
        var effects = new RecordedEffects();
        var state = new CoordinatorState(effects, sources: 0, endsWithSources: false);
        state.Started();
        state.Stalled(new Stall(1, ["the dead letters are full"], TakesMore: false, Asked: false));
        state.Stalled(new Stall(2, [], TakesMore: true, Asked: false));

        state.Drain();

        Assert.Equal(PipelinePhase.Joining, state.Phase);
        state.Joined(default);
        RunToEnd(state);
        Assert.Equal(PipelineOutcome.Drained, effects.Outcome);
    }

    [Fact]
    public void What_is_dropped_after_the_join_stands_in_the_account()
    {
        var effects = new RecordedEffects();
        var state = new CoordinatorState(effects, sources: 0, endsWithSources: true);
        state.Started();
        var atJoin = new QueueCounts { Accepted = 3, Acked = 1, DeadLettered = 2 };
        state.Joined(atJoin);

        state.DeadLettersDropped(atJoin with { DeadLettered = 0, Dropped = 2 });
        state.DeadLettersDropped(atJoin with { DeadLettered = 1, Dropped = 1 });
        state.DeadLettersDropped(null);

        RunToEnd(state);
        Assert.Equal((0, 2), (effects.Counts!.Value.DeadLettered, effects.Counts.Value.Dropped));
    }

    [Fact]
    public void A_queue_that_dies_ends_the_pipeline_as_failed()
    {
        var effects = new RecordedEffects();
        var state = new CoordinatorState(effects, sources: 1, endsWithSources: true);
        state.Started();
        state.QueueDied();
        RunToEnd(state);
        Assert.Equal(PipelineOutcome.Failed, effects.Outcome);
    }

    private static void RunToEnd(CoordinatorState state)
    {
        state.Quiet();
        state.Released(default);
        state.ConsumersStopped();
        state.SinksClosed(null);
        state.ProducersFinished();
        state.StoreClosed();
        Assert.Equal(PipelinePhase.Ended, state.Phase);
    }

    private static void Tell(CoordinatorState state, int what, RecordedEffects effects)
    {
        Action tell = what switch
        {
            0 => state.Started,
            1 => () => state.SourceCompleted(0, true, null),
            2 => () => state.SourceCompleted(1, true, null),
            3 => () => state.SourceCompleted(1, false, new InvalidOperationException("broken")),
            4 => state.Complete,
            5 => state.Drain,
            6 => state.DeadlinePassed,
            7 => () => Join(state, effects),
            8 => state.Quiet,
            9 => state.GracePassed,
            10 => () => state.Released(default),
            11 => state.ConsumersStopped,
            12 => () => state.SinksClosed(null),
            13 => state.ProducersFinished,
            14 => state.StoreClosed,
            _ => () => state.Stalled(new Stall(1, ["stalled"], TakesMore: false, Asked: true)),
        };
        tell();
    }

    /// <summary>The queue answers a join only where one was asked for.</summary>
    private static void Join(CoordinatorState state, RecordedEffects effects)
    {
        Assert.Equal(0, effects.Count(nameof(ICoordinatorEffects.PoisonConsumers)) - effects.Joins);
        if (effects.Count(nameof(ICoordinatorEffects.ShutDownAndJoin)) > 0)
        {
            var before = effects.Count(nameof(ICoordinatorEffects.PoisonConsumers));
            state.Joined(default);
            effects.Joins += effects.Count(nameof(ICoordinatorEffects.PoisonConsumers)) - before;
        }
    }
}
