using AkkaPipeline.Queueing;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Queueing;

public sealed class RequeueTests
{
    private static readonly ProducerKey Source = new(0, 1);
    private static readonly ConsumerKey Ann = new(0, 1);

    private long requests;
    private long settlements;

    [Fact]
    public void A_requeued_item_is_granted_in_its_old_place()
    {
        var queue = Queue(new QueueLimits(Capacity: 0), items: 3);
        Fail(queue);

        Assert.Null(queue.State.Requeue([Letter(1)]));

        Assert.Equal((3, 0), (queue.State.Counts.Queued, queue.State.Counts.DeadLettered));
        Ask(queue);
        Assert.Equal(1, queue.Grants[^1].Items.SequenceAt(0));
    }

    [Fact]
    public void Its_source_hears_of_an_item_once()
    {
        var queue = Queue(new QueueLimits(Capacity: 0), items: 1);
        Fail(queue);
        Assert.Equal([(Source, 0L, 1)], queue.SettledRuns);
        queue.State.Requeue([Letter(1)]);

        Ask(queue);
        Settle(queue, Outcome.Acked);

        Assert.Equal(1, queue.State.Counts.Acked);
        Assert.Single(queue.SettledRuns);
    }

    [Fact]
    public void A_join_waits_for_what_is_requeued()
    {
        var queue = Queue(new QueueLimits(Capacity: 0), items: 1);
        Fail(queue);
        queue.State.Requeue([Letter(1)]);
        queue.State.Join(1);
        Assert.Empty(queue.Joins);

        Ask(queue);
        Settle(queue, Outcome.Acked);

        Assert.Equal([1], queue.Joins);
    }

    [Theory]
    [InlineData(false, "shut down")]
    [InlineData(true, "ending")]
    public void Nothing_is_requeued_once_puts_or_grants_have_ended(bool stops, string reason)
    {
        var queue = Queue(new QueueLimits(Capacity: 0), items: 1);
        Fail(queue);
        if (stops)
        {
            queue.State.StopGranting();
        }
        else
        {
            queue.State.ShutDown(immediate: false);
        }

        Assert.Contains(reason, queue.State.Requeue([Letter(1)]));

        Assert.Equal((0, 1), (queue.State.Counts.Queued, queue.State.Counts.DeadLettered));
        queue.State.ForgetDeadLetters(1);
        Assert.Equal((1, 0), (queue.State.Counts.Dropped, queue.State.Counts.DeadLettered));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_queue_that_stands_behind_full_dead_letters_goes_on_when_one_leaves(bool requeued)
    {
        var queue = Queue(new QueueLimits(Capacity: 0, DeadLettersMax: 2), items: 4);
        Fail(queue);
        Fail(queue);
        Ask(queue);
        Assert.Equal(2, queue.Grants.Count);
        Assert.Equal([1], queue.Stalls);

        if (requeued)
        {
            queue.State.Requeue([Letter(1)]);
        }
        else
        {
            queue.State.ForgetDeadLetters(1);
        }

        Assert.Equal([1, 0], queue.Stalls);
        Assert.Equal(requeued ? 1 : 3, queue.Grants[^1].Items.SequenceAt(0));
    }

    [Fact]
    public void Where_the_oldest_are_dropped_granting_goes_on()
    {
        var queue = Queue(new QueueLimits(Capacity: 0, DeadLettersMax: 2, DropsOldestDeadLetters: true), items: 5);
        for (var item = 0; item < 5; item++)
        {
            Fail(queue);
        }

        Assert.Equal((0, 2, 3), (queue.State.Counts.Queued, queue.State.Counts.DeadLettered, queue.State.Counts.Dropped));
        Assert.Equal([4L, 5L], queue.Kept);
        Assert.Empty(queue.Stalls);
    }

    /// <summary>Fails, acknowledges, requeues and drops in any order: the ledger balances, and the store holds what it says.</summary>
    [Fact]
    public void In_any_order_of_failing_requeueing_and_dropping_the_ledger_balances() =>
        Gen.Select(Gen.Bool, Gen.Int[1, 5], Gen.Int[0, 4].List[0, 60]).Sample((dropsOldest, most, acts) =>
        {
            (requests, settlements) = (0, 0);
            var queue = Queue(new QueueLimits(0, DeadLettersMax: most, DropsOldestDeadLetters: dropsOldest), items: 20);
            foreach (var act in acts)
            {
                Act(queue, act);
                queue.State.VerifyInvariants();
                Assert.Equal(queue.Kept.Count, queue.State.Counts.DeadLettered);
                Assert.True(queue.Kept.Count <= most);
                Assert.Equal(20, queue.State.Counts.Accepted);
            }
        });

    private void Act(RecordedQueue queue, int act)
    {
        switch (act)
        {
            case 0:
                Ask(queue);
                break;
            case 1 when queue.State.Counts.InFlight > 0:
                Settle(queue, Outcome.Acked);
                break;
            case 2 when queue.State.Counts.InFlight > 0:
                Settle(queue, Outcome.DeadLettered);
                break;
            case 3 when queue.Kept.TryDequeue(out var letter):
                queue.State.Requeue([Letter((long)letter)]);
                break;
            case 4 when queue.Kept.TryDequeue(out _):
                queue.State.ForgetDeadLetters(1);
                break;
        }
    }

    private static RecordedQueue Queue(QueueLimits limits, int items)
    {
        var queue = new RecordedQueue(limits);
        queue.State.Offer(Source, 0, new PlainChunk(items), new CreditDemand(items, WantsSettled: true));
        return queue;
    }

    private static PlainChunk Letter(long sequence)
    {
        var chunk = new PlainChunk(1);
        chunk.Accept(ProducerKey.None, 0, sequence);
        return chunk;
    }

    private void Fail(RecordedQueue queue)
    {
        Ask(queue);
        Settle(queue, Outcome.DeadLettered);
    }

    private void Ask(RecordedQueue queue)
    {
        if (queue.State.Counts.InFlight == 0)
        {
            requests += requests == queue.Grants.Count ? 1 : 0;
            queue.State.Request(Ann, requests, new WorkDemand(1, 0));
        }
    }

    private void Settle(RecordedQueue queue, Outcome outcome)
    {
        var grant = queue.Grants[^1];
        var letter = outcome == Outcome.DeadLettered ? (object)grant.Items.SequenceAt(0) : null;
        queue.State.Settle(Ann, ++settlements, 1, grant.Id, new OutcomeRun(0, 1, outcome, letter));
    }
}
