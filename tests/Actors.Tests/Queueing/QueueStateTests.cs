using AkkaPipeline.Queueing;
using Xunit;

namespace AkkaPipeline.Tests.Queueing;

public sealed class QueueStateTests
{
    private static readonly ProducerKey Quiet = new(0, 1);
    private static readonly ProducerKey Busy = new(1, 1);
    private static readonly ConsumerKey Ann = new(0, 1);
    private static readonly ConsumerKey Bob = new(1, 1);

    [Fact]
    public void Credit_that_lies_idle_is_recalled_for_a_producer_with_an_item_in_hand()
    {
        var queue = new RecordedQueue(new QueueLimits(Capacity: 1));
        queue.State.Demand(Quiet, new CreditDemand(100));
        queue.State.Demand(Busy, new CreditDemand(100, Urgent: true));
        var (producer, version) = Assert.Single(queue.Recalls);
        Assert.Equal(Quiet, producer);

        queue.State.Yield(Quiet, version, 0);

        Assert.Equal(1, queue.Credits[Busy].AllowedUpTo);
        Assert.Equal(1, queue.State.CreditOutstanding);
    }

    [Fact]
    public void A_producer_in_the_place_of_one_that_died_continues_its_numbers_and_hears_what_that_has_not_noted()
    {
        var queue = new RecordedQueue(new QueueLimits(Capacity: 10));
        queue.State.Offer(Busy, 0, new PlainChunk(3), new CreditDemand(10, WantsSettled: true));
        queue.State.Request(Ann, 1, new WorkDemand(10, 0));
        var grant = Assert.Single(queue.Grants);
        queue.State.ProducerGone(Busy);
        queue.State.Settle(Ann, 1, 1, grant.Id, new OutcomeRun(0, grant.Items.Count, Outcome.Acked));
        Assert.Empty(queue.SettledRuns);
        var successor = Busy with { Incarnation = 2 };

        queue.State.Demand(successor, new CreditDemand(10, WantsSettled: true, Continues: true));
        queue.State.Offer(Busy, 3, new PlainChunk(1), new CreditDemand(10));
        queue.State.Offer(successor, 0, new PlainChunk(3), new CreditDemand(10, Continues: true));
        queue.State.Offer(successor, 3, new PlainChunk(2), new CreditDemand(10, Continues: true));

        Assert.Equal((successor, 0L, grant.Items.Count), Assert.Single(queue.SettledRuns));
        Assert.Equal(5, queue.Credits[successor].AcceptedUpTo);
        Assert.Equal(5, queue.State.Counts.Accepted);
    }

    [Fact]
    public void A_producer_that_has_ended_gives_back_what_it_has_not_used()
    {
        var queue = new RecordedQueue(new QueueLimits(Capacity: 10));
        queue.State.Demand(Quiet, new CreditDemand(100));
        Assert.Equal(10, queue.State.CreditOutstanding);

        queue.State.Demand(Quiet, new CreditDemand(0, Ending: true));
        queue.State.Demand(Busy, new CreditDemand(100));

        Assert.Equal(10, queue.Credits[Busy].AllowedUpTo);
    }

    [Fact]
    public void An_offer_that_arrives_after_its_producer_has_gone_is_not_taken_again()
    {
        var queue = new RecordedQueue(new QueueLimits(Capacity: 10));
        var chunk = new PlainChunk(3);
        queue.State.Offer(Busy, 0, chunk, new CreditDemand(10));
        queue.State.ProducerGone(Busy);

        queue.State.Offer(Busy, 0, chunk, new CreditDemand(10));

        Assert.Equal(3, queue.State.Counts.Accepted);
    }

    [Fact]
    public void A_producer_out_of_bytes_gets_more_once_there_is_room_without_asking_again()
    {
        var queue = new RecordedQueue(new QueueLimits(Capacity: 0, CapacityBytes: 100));
        queue.State.Demand(Busy, new CreditDemand(10));
        Assert.Equal(50, queue.Credits[Busy].AllowedBytes);
        queue.State.Offer(Busy, 0, new PlainChunk(1, bytes: 20), new CreditDemand(10));
        queue.State.Offer(Busy, 1, new PlainChunk(1, bytes: 40), new CreditDemand(10));

        queue.State.Request(Ann, 1, new WorkDemand(10, 0));

        Assert.True(queue.Credits[Busy].AllowedBytes > 60);
    }

    [Fact]
    public void A_join_after_the_shutdown_waits_for_credit_that_may_still_be_used()
    {
        var queue = new RecordedQueue(new QueueLimits(Capacity: 10));
        queue.State.Demand(Busy, new CreditDemand(10));
        queue.State.ShutDown(immediate: false);
        queue.State.Join(1);
        Assert.Empty(queue.Joins);

        queue.State.Yield(Busy, Assert.Single(queue.Recalls).Version, 0);

        Assert.Equal([1], queue.Joins);
    }

    [Fact]
    public void Nothing_is_accepted_after_all_was_released()
    {
        var queue = new RecordedQueue(new QueueLimits(Capacity: 10));
        queue.State.ReleaseAll();
        queue.State.Offer(Busy, 0, new PlainChunk(3), new CreditDemand(10));
        Assert.Equal(0, queue.State.Counts.Accepted);
    }

    [Fact]
    public void Consumers_that_ask_again_stand_behind_those_that_wait()
    {
        var queue = new RecordedQueue(new QueueLimits(Capacity: 0));
        queue.State.Request(Ann, 1, new WorkDemand(1, 0));
        queue.State.Request(Bob, 1, new WorkDemand(1, 0));
        queue.State.Offer(Busy, 0, new PlainChunk(1), default);
        queue.State.Settle(Ann, 1, 1, 1, new OutcomeRun(0, 1, Outcome.Acked));
        queue.State.Request(Ann, 2, new WorkDemand(1, 0));

        queue.State.Offer(Busy, 1, new PlainChunk(1), default);

        Assert.Equal([Ann, Bob], queue.Grants.Select(grant => grant.Consumer));
    }

    [Fact]
    public void A_request_that_was_withdrawn_gets_no_work()
    {
        var queue = new RecordedQueue(new QueueLimits(Capacity: 0));
        queue.State.Request(Ann, 1, new WorkDemand(1, 0, Idle: true));

        queue.State.Withdraw(Ann, 1);
        queue.State.Withdraw(Ann, 1);
        queue.State.Offer(Busy, 0, new PlainChunk(1), default);

        Assert.Equal([(Ann, 1L, false), (Ann, 1L, false)], queue.Nothing);
        Assert.Empty(queue.Grants);
        Assert.False(queue.State.WantsTick);
    }

    [Fact]
    public void A_withdrawal_that_overtakes_its_request_holds()
    {
        var queue = new RecordedQueue(new QueueLimits(Capacity: 0));
        queue.State.Withdraw(Ann, 1);

        queue.State.Request(Ann, 1, new WorkDemand(1, 0));
        queue.State.Offer(Busy, 0, new PlainChunk(1), default);

        Assert.Empty(queue.Grants);
        Assert.Equal(2, queue.Nothing.Count);
    }

    [Fact]
    public void A_withdrawal_that_crosses_the_grant_is_answered_by_the_grant_again()
    {
        var queue = new RecordedQueue(new QueueLimits(Capacity: 0));
        queue.State.Request(Ann, 1, new WorkDemand(1, 0));
        queue.State.Offer(Busy, 0, new PlainChunk(1), default);

        queue.State.Withdraw(Ann, 1);

        Assert.Equal([1L, 1L], queue.Grants.Select(grant => grant.Id));
        Assert.Empty(queue.Nothing);
    }

    [Fact]
    public void A_repeated_request_is_answered_as_it_was()
    {
        var queue = new RecordedQueue(new QueueLimits(Capacity: 0));
        queue.State.Request(Ann, 1, new WorkDemand(1, 0, WaitMode.Not));
        queue.State.Request(Ann, 1, new WorkDemand(1, 0, WaitMode.Not));
        Assert.Equal([(Ann, 1L, false), (Ann, 1L, false)], queue.Nothing);

        queue.State.Offer(Busy, 0, new PlainChunk(2), default);
        queue.State.Request(Ann, 2, new WorkDemand(1, 0));
        queue.State.Request(Ann, 2, new WorkDemand(1, 0, Idle: true));
        Assert.Equal([1L, 1L], queue.Grants.Select(grant => grant.Id));
    }
}
