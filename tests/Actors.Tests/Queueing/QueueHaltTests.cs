using AkkaPipeline.Queueing;
using Xunit;

namespace AkkaPipeline.Tests.Queueing;

public sealed class QueueHaltTests
{
    private static readonly ProducerKey Producer = new(0, 1);
    private static readonly ConsumerKey Ann = new(0, 1);
    private static readonly ConsumerKey Bob = new(1, 1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nobody_who_waits_is_granted_anything_by_the_settlement_that_meets_a_rule(bool fails)
    {
        var queue = new RecordedQueue(new QueueLimits(Capacity: 10, InFlightMax: 1));
        queue.State.HaltWhen([HaltRule.AfterFailures(1), HaltRule.AfterSuccesses(1)]);
        queue.State.Offer(Producer, 0, new PlainChunk(5), new CreditDemand(5));
        queue.State.Request(Ann, 1, new WorkDemand(1, 0));
        queue.State.Request(Bob, 1, new WorkDemand(1, 0));
        var grant = Assert.Single(queue.Grants);

        queue.State.Settle(Ann, 1, 1, grant.Id, new OutcomeRun(0, 1, fails ? Outcome.DeadLettered : Outcome.Acked));

        Assert.Single(queue.Halts);
        Assert.Single(queue.Grants);
    }
}
