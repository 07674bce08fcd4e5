using AkkaPipeline.Queueing;
using AkkaPipeline.Queueing.Orders;
using Xunit;

namespace AkkaPipeline.Tests.Queueing.Orders;

public sealed class KeyLanesTests
{
    [Fact]
    public void An_open_key_behind_a_parked_one_keeps_its_place()
    {
        var lanes = new KeyLanes(new KeyOrderSettings { OnFailure = KeyFailure.Park }, TimeProvider.System);
        lanes.Add(Run("a", "a", "b"));
        lanes.Left(lanes.Take(1).At(0), deadLettered: true);

        var parked = lanes.Take(10);
        Assert.Equal((true, 1, 2L), (parked.Parked, parked.Count, parked.SequenceAt(0)));

        var open = lanes.Take(10);
        Assert.Equal((false, 1, 3L), (open.Parked, open.Count, open.SequenceAt(0)));
    }

    [Fact]
    public void Whoever_works_side_by_side_gets_one_item_of_each_key()
    {
        var lanes = new KeyLanes(new KeyOrderSettings(), TimeProvider.System);
        lanes.Add(Run("a", "a", "b", "b"));

        var items = lanes.TakeOneOfEachKey(10);

        Assert.Equal([1, 3], Enumerable.Range(0, items.Count).Select(items.SequenceAt));
        Assert.Equal(0, lanes.Ready);
    }

    [Fact]
    public void What_was_parked_before_its_key_was_resumed_does_not_park_it_again()
    {
        var queue = new RecordedQueue(new QueueLimits(0), order: new KeyLanes(new KeyOrderSettings { OnFailure = KeyFailure.Park }, TimeProvider.System));
        var consumer = new ConsumerKey(0, 1);
        queue.State.Offer(
            new ProducerKey(0, 1), 0, new PlainChunk(3, columns: new ItemColumns { Keys = ["a", "a", "a"] }), new CreditDemand(10));
        queue.State.Request(consumer, 1, new WorkDemand(1, 0));
        queue.State.Request(consumer, 2, new WorkDemand(1, 0));
        queue.State.Settle(consumer, 1, 1, queue.Grants[0].Id, new OutcomeRun(0, 1, Outcome.DeadLettered));
        Assert.True(queue.Grants[1].Items.Parked);

        Assert.True(queue.State.ResumeKey("a"));
        queue.State.Settle(consumer, 2, 1, queue.Grants[1].Id, new OutcomeRun(0, 1, Outcome.DeadLettered));
        queue.State.Request(consumer, 3, new WorkDemand(1, 0));

        Assert.Empty(queue.State.StoppedKeys());
        Assert.False(queue.Grants[2].Items.Parked);
    }

    private static ItemRun Run(params string[] keys) => new(PlainChunk.Accepted(keys.Length, 1, keys: keys), 0, keys.Length);
}
