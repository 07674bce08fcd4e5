using AkkaPipeline.Queueing;
using AkkaPipeline.Queueing.Orders;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Queueing;

/// <summary>A queue in order by key: what stands still, and what goes on.</summary>
public sealed class QueueKeysTests
{
    private static readonly ProducerKey Producer = new(0, 1);
    private static readonly ConsumerKey Ann = new(0, 1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider clock = new();

    [Fact]
    public void A_stall_is_told_at_once_though_the_rate_of_a_halted_key_is_used_up()
    {
        var queue = Queue(new KeyOrderSettings { OnFailure = KeyFailure.Halt, Rate = Rate.PerSecond(1) }, "a", "a");
        queue.State.Request(Ann, 1, new WorkDemand(1, 0));

        queue.State.Settle(Ann, 1, 1, queue.Grants[0].Id, new OutcomeRun(0, 1, Outcome.DeadLettered));

        Assert.Equal([1], queue.Stalls);
    }

    [Fact]
    public void What_waits_for_the_rate_of_its_key_does_not_stall()
    {
        var queue = Queue(new KeyOrderSettings { OnFailure = KeyFailure.Halt, Rate = Rate.PerSecond(1) }, "a", "b", "a", "b");
        queue.State.Request(Ann, 1, new WorkDemand(2, 0));
        queue.State.Settle(Ann, 1, 1, queue.Grants[0].Id, new OutcomeRun(0, 1, Outcome.DeadLettered));
        queue.State.Settle(Ann, 2, 1, queue.Grants[0].Id, new OutcomeRun(1, 1, Outcome.Acked));
        Assert.Empty(queue.Stalls);

        clock.Advance(Second);
        queue.State.Request(Ann, 2, new WorkDemand(2, 0));

        Assert.Equal(4, queue.Grants[1].Items.SequenceAt(0));
    }

    [Fact]
    public void What_is_parked_costs_nothing_of_the_rate()
    {
        var limits = new QueueLimits(Capacity: 100, Rate: Rate.PerSecond(1, burst: 2));
        var queue = Queue(limits, new KeyOrderSettings { OnFailure = KeyFailure.Park }, "a", "a", "a", "a", "b");
        queue.State.Request(Ann, 1, new WorkDemand(1, 0));
        queue.State.Settle(Ann, 1, 1, queue.Grants[0].Id, new OutcomeRun(0, 1, Outcome.DeadLettered));
        for (var request = 2; request <= 5; request++)
        {
            queue.State.Request(Ann, request, new WorkDemand(1, 0));
            queue.State.Settle(Ann, request, 1, queue.Grants[^1].Id, new OutcomeRun(0, 1, Outcome.DeadLettered));
        }

        Assert.Equal([1L, 2, 3, 4, 5], queue.Grants.Select(grant => grant.Items.SequenceAt(0)));
        Assert.Equal([false, true, true, true, false], queue.Grants.Select(grant => grant.Items.Parked));
    }

    [Fact]
    public void The_key_of_code_that_was_given_up_opens_with_the_late_settlement_that_is_refused()
    {
        var queue = Queue(new KeyOrderSettings(), "a", "a");
        queue.State.Request(Ann, 1, new WorkDemand(1, 0));
        var grant = queue.Grants[0].Id;
        queue.State.Settle(Ann, 1, 1, grant, new OutcomeRun(0, 1, Outcome.DeadLettered, CodeRuns: true));
        queue.State.Request(Ann, 2, new WorkDemand(1, 0));
        Assert.Single(queue.Grants);

        queue.State.Settle(Ann, 2, 1, grant, new OutcomeRun(0, 1, Outcome.Acked));

        Assert.Equal(1, queue.State.Counts.Refused);
        Assert.Equal(2, queue.Grants[1].Items.SequenceAt(0));
    }

    [Fact]
    public void A_consumer_that_dies_opens_its_keys_and_they_are_counted()
    {
        var queue = Queue(new KeyOrderSettings { RunMax = 1 }, "a", "a", "b", "c", "c");
        queue.State.Request(Ann, 1, new WorkDemand(1, 0));
        queue.State.Settle(Ann, 1, 1, queue.Grants[0].Id, new OutcomeRun(0, 1, Outcome.DeadLettered, CodeRuns: true));
        queue.State.Request(Ann, 2, new WorkDemand(1, 0));
        Assert.Equal(3, queue.Grants[1].Items.SequenceAt(0));

        Assert.Equal(2, queue.State.ConsumerGone(Ann));
        Assert.Equal(0, queue.State.ConsumerGone(Ann));
    }

    private RecordedQueue Queue(KeyOrderSettings settings, params string[] keys) => Queue(new QueueLimits(Capacity: 100), settings, keys);

    private RecordedQueue Queue(QueueLimits limits, KeyOrderSettings settings, params string[] keys)
    {
        var queue = new RecordedQueue(limits, clock, new KeyLanes(settings, clock));
        queue.State.Offer(Producer, 0, new PlainChunk(keys.Length, columns: new ItemColumns { Keys = keys }), new CreditDemand(keys.Length));
        return queue;
    }
}
