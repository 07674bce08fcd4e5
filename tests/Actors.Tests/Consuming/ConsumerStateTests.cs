using AkkaPipeline.Consuming;
using AkkaPipeline.Queueing;
using AkkaPipeline.Tests.Queueing;
using Xunit;

namespace AkkaPipeline.Tests.Consuming;

public sealed class ConsumerStateTests
{
    private readonly RecordedConsumer consumer = new();

    public ConsumerStateTests() => consumer.State.Start();

    [Fact]
    public void An_idle_consumer_that_retires_withdraws_its_request_and_is_retired_once_that_is_answered()
    {
        consumer.State.Retire();
        Assert.Equal([1L], consumer.Withdrawals);
        Assert.Equal(0, consumer.TimesRetired);

        consumer.State.NothingReady(1);

        Assert.Equal(1, consumer.TimesRetired);
        Assert.Equal([1L], consumer.Requests);
    }

    [Fact]
    public void A_withdrawal_is_said_again_in_the_place_of_its_request_until_it_is_answered()
    {
        consumer.State.Retire();

        consumer.State.Repeat();

        Assert.Equal([1L, 1L], consumer.Withdrawals);
        Assert.Equal([1L], consumer.Requests);
        consumer.State.NothingReady(1);
        consumer.State.Repeat();
        Assert.Equal(2, consumer.Withdrawals.Count);
    }

    [Fact]
    public void A_grant_that_crosses_the_withdrawal_is_run_then_the_consumer_goes()
    {
        consumer.State.Retire();

        consumer.State.Grant(1, 1, 1, Items(2));

        Assert.Equal([1L], consumer.Running);
        consumer.State.Outcome(1, new OutcomeRun(0, 2, Outcome.Acked));
        consumer.State.RunnerLeft(new ServiceEstimate(100, 100, 10));
        Assert.Equal(0, consumer.TimesRetired);
        consumer.State.Settled(1, []);
        Assert.Equal(1, consumer.TimesRetired);
        Assert.Equal([1L], consumer.Requests);
    }

    [Fact]
    public void A_busy_consumer_that_retires_asks_for_nothing_and_waits_for_what_the_sink_settles()
    {
        consumer.State.Grant(1, 1, 1, Items(2));
        consumer.State.Retire();
        Assert.Empty(consumer.Withdrawals);

        consumer.State.Outcome(1, new OutcomeRun(0, 1, Outcome.Acked));
        consumer.State.RunnerLeft(new ServiceEstimate(100, 100, 10));
        consumer.State.Settled(1, []);
        Assert.Equal(0, consumer.TimesRetired);

        consumer.State.Outcome(1, new OutcomeRun(1, 1, Outcome.Acked));
        consumer.State.Settled(2, []);

        Assert.Equal(1, consumer.TimesRetired);
        Assert.Equal([1L], consumer.Requests);
    }

    [Fact]
    public void A_consumer_that_asked_ahead_withdraws_that_when_it_retires()
    {
        consumer.State.Grant(1, 1, 1, Items(1));
        consumer.State.Outcome(1, new OutcomeRun(0, 1, Outcome.Acked));
        consumer.State.RunnerLeft(new ServiceEstimate(100, 100, 10));
        consumer.State.Settled(1, []);
        Assert.Equal([1L, 2L], consumer.Requests);

        consumer.State.Retire();
        consumer.State.Retire();
        consumer.State.NothingReady(2);

        Assert.Equal([2L, 2L], consumer.Withdrawals);
        Assert.Equal(1, consumer.TimesRetired);
    }

    [Fact]
    public void A_retired_consumer_that_is_stopped_hands_back_what_still_comes()
    {
        consumer.State.Retire();
        consumer.State.Stop();

        consumer.State.Grant(1, 1, 1, Items(3));
        consumer.State.Settled(1, []);

        Assert.Equal([(1L, 1L, OutcomeRun.NeverStarted(0, 3))], consumer.Settlements);
        Assert.Equal(1, consumer.TimesRetired);
    }

    [Fact]
    public void An_item_given_up_is_settled_with_its_code_still_running_and_what_the_code_says_later_is_sent_behind_that()
    {
        consumer.State.Grant(1, 1, 1, Items(2));
        consumer.State.Outcome(1, new OutcomeRun(1, 1, Outcome.Released));

        consumer.State.Abandon(1, 0);
        consumer.State.Outcome(1, new OutcomeRun(0, 1, Outcome.DeadLettered));

        Assert.Equal(new OutcomeRun(0, 1, Outcome.DeadLettered, CodeRuns: true), consumer.Settlements[1].Run);
        consumer.State.Settled(2, []);
        Assert.Equal(0, consumer.TimesRetired);
        consumer.State.ReturnedLate(Outcome.Acked);
        Assert.Equal(new OutcomeRun(0, 1, Outcome.Acked), consumer.Settlements[2].Run);
        consumer.State.RunnerLeft(new ServiceEstimate(100, 100, 10));
        consumer.State.Settled(3, []);
        Assert.Equal(1, consumer.TimesRetired);
        Assert.Equal([1L], consumer.Requests);
    }

    [Fact]
    public void Code_that_returns_before_its_item_was_judged_waits_for_that_and_is_no_longer_said_to_run()
    {
        consumer.State.Grant(1, 1, 1, Items(1));
        consumer.State.Abandon(1, 0);

        consumer.State.ReturnedLate(Outcome.Acked);
        Assert.Empty(consumer.Settlements);
        consumer.State.Outcome(1, new OutcomeRun(0, 1, Outcome.DeadLettered));

        Assert.Equal(
            [new OutcomeRun(0, 1, Outcome.DeadLettered), new OutcomeRun(0, 1, Outcome.Acked)],
            consumer.Settlements.Select(settlement => settlement.Run));
    }

    [Fact]
    public void A_grant_that_comes_to_an_abandoned_consumer_is_handed_back()
    {
        consumer.State.Grant(1, 1, 1, Items(1));
        consumer.State.Outcome(1, new OutcomeRun(0, 1, Outcome.Acked));
        consumer.State.RunnerLeft(new ServiceEstimate(100, 100, 10));
        consumer.State.Grant(2, 1, 2, Items(1));
        Assert.Equal([1L, 2L, 3L], consumer.Requests);

        consumer.State.Abandon(2, 0);
        consumer.State.Grant(3, 1, 3, Items(5));

        Assert.Equal([3L], consumer.Withdrawals);
        Assert.Equal([2L], consumer.Running);
        Assert.Contains((2L, 3L, OutcomeRun.NeverStarted(0, 5)), consumer.Settlements);
    }

    [Fact]
    public void A_consumer_with_parked_items_asks_again_once_their_dead_letters_are_written()
    {
        consumer.State.Grant(1, 1, 1, new GrantItems(new ItemRun(new PlainChunk(2), 0, 2), parked: true));
        consumer.State.Outcome(1, new OutcomeRun(0, 1, Outcome.DeadLettered));
        Assert.Equal([1L], consumer.Requests);

        consumer.State.Outcome(1, new OutcomeRun(1, 1, Outcome.DeadLettered));

        Assert.Equal([1L, 2L], consumer.Requests);
    }

    private static GrantItems Items(int count) => new(new ItemRun(new PlainChunk(count), 0, count));
}
