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

    [Fact]
    public void What_comes_due_while_a_timer_is_late_is_not_lost_to_a_key()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var settings = new KeyOrderSettings { Rate = Rate.PerSecond(1_000, burst: 1) };
        var queue = new RecordedQueue(new QueueLimits(0), clock, new KeyLanes(settings, clock));
        var (consumer, settled, granted) = (new ConsumerKey(0, 1), 0, 0);
        queue.State.Offer(
            new ProducerKey(0, 1),
            0,
            new PlainChunk(1_024, columns: new ItemColumns { Keys = [.. Enumerable.Repeat("a", 1_024)] }),
            new CreditDemand(2_000));

        // Each wake is 3 ms late.
        for (var wake = 0; wake < 100; wake++)
        {
            queue.State.Request(consumer, queue.Grants.Count + 1, new WorkDemand(100, 1_000));
            for (; settled < queue.Grants.Count; settled++)
            {
                var (_, id, _, items) = queue.Grants[settled];
                granted += items.Count;
                queue.State.Settle(consumer, settled + 1, 1, id, new OutcomeRun(0, items.Count, Outcome.Acked));
            }

            clock.Advance(TimeSpan.FromMilliseconds(4));
        }

        Assert.InRange(granted, 390, 401);

        // A long rest is no lateness: at most 20 ms of it count.
        clock.Advance(TimeSpan.FromHours(1));
        queue.State.Request(consumer, queue.Grants.Count + 1, new WorkDemand(1_000, 1_000));
        Assert.InRange(queue.Grants[^1].Items.Count, 1, 21);
    }

    private static ItemRun Run(params string[] keys) => new(PlainChunk.Accepted(keys.Length, 1, keys: keys), 0, keys.Length);
}
