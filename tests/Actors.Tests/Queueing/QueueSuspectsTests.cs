using AkkaPipeline.Queueing;
using AkkaPipeline.Queueing.Orders;
using AkkaPipeline.Storing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Queueing;

/// <summary>Items that ran when the process died: a queue that starts on what it has left.</summary>
public sealed class QueueSuspectsTests
{
    private static readonly ConsumerKey Ann = new(0, 1);
    private static readonly ConsumerKey Bob = new(1, 1);
    private static readonly ProducerKey Putter = new(0, 1);
    private static readonly TimeSpan AloneMax = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider clock = new();
    private readonly Dictionary<ConsumerKey, int> requests = [];
    private readonly Dictionary<ConsumerKey, int> settlements = [];

    [Fact]
    public void Suspects_run_one_after_the_other_before_anything_else_does()
    {
        var queue = Queue(6, new(3, false), new(5, false));
        Ask(queue, Ann);
        Ask(queue, Bob);
        Assert.Equal([3L], Granted(queue));
        Assert.Equal((3, SuspectStanding.RunsAlone), queue.Suspected[^1]);

        Settle(queue, Ann, 0, Outcome.Acked);
        Commit(queue);
        Assert.Equal([3L, 5], Granted(queue));
        Assert.Equal([(3, SuspectStanding.RunsAlone), (5, SuspectStanding.RunsAlone), (3, SuspectStanding.Cleared)], queue.Suspected);

        Ask(queue, Ann);
        Assert.Equal(2, queue.Grants.Count);
        Settle(queue, Bob, 1, Outcome.Acked);
        Ask(queue, Bob);
        Assert.Equal([3L, 5, 1, 2], Granted(queue).Take(4));
        queue.State.VerifyInvariants();
    }

    [Fact]
    public void One_that_takes_long_is_not_waited_for()
    {
        var queue = Queue(3, new SuspectedItem(2, false));
        Ask(queue, Ann);
        Ask(queue, Bob);
        Assert.Equal(clock.GetTimestamp() + (AloneMax.Ticks * clock.TimestampFrequency / TimeSpan.TicksPerSecond), queue.State.WakeAt);

        clock.Advance(AloneMax);
        queue.State.Tick();

        Assert.Equal([2L, 1], Granted(queue));
        Assert.Equal([(2, SuspectStanding.RunsAlone), (2, SuspectStanding.Suspected)], queue.Suspected);
        Settle(queue, Ann, 0, Outcome.Acked);
        Commit(queue);
        Assert.Equal((2, SuspectStanding.Cleared), queue.Suspected[^1]);
    }

    [Fact]
    public void The_next_suspect_does_not_wait_for_one_that_takes_long()
    {
        var queue = Queue(3, new(1, false), new(2, false));
        Ask(queue, Ann);
        Ask(queue, Bob);

        clock.Advance(AloneMax);
        queue.State.Tick();

        Assert.Equal([1L, 2], Granted(queue));
        Assert.Equal((2, SuspectStanding.RunsAlone), queue.Suspected[^1]);
    }

    [Fact]
    public void A_proven_one_is_given_to_be_judged()
    {
        var queue = Queue(3, new(1, false), new(2, true));
        Ask(queue, Ann);
        Ask(queue, Bob);
        Settle(queue, Ann, 0, Outcome.Acked);

        Assert.Equal([false, true], queue.Grants.Select(grant => grant.Items.HasKilled));
    }

    [Fact]
    public void One_that_has_failed_runs_alone_again_when_it_comes_back()
    {
        var queue = Queue(2, new SuspectedItem(1, true));
        Ask(queue, Ann);
        Assert.True(queue.Grants[0].Items.HasKilled);
        Settle(queue, Ann, 0, Outcome.Retried, TimeSpan.FromSeconds(1));
        Commit(queue);
        Assert.Equal((1, SuspectStanding.Charged), queue.Suspected[^1]);
        Ask(queue, Bob);
        Assert.Equal([1L, 2], Granted(queue));

        clock.Advance(TimeSpan.FromSeconds(1));
        Ask(queue, Ann);
        Assert.Equal(2, queue.Grants.Count);
        Settle(queue, Bob, 1, Outcome.Acked);

        Assert.Equal([1L, 2, 1], Granted(queue));
        Assert.False(queue.Grants[2].Items.HasKilled);
        Assert.Equal((1, SuspectStanding.RunsAlone), queue.Suspected[^1]);
        queue.State.VerifyInvariants();
    }

    [Fact]
    public void One_that_comes_back_while_another_runs_long_is_granted_beside_it()
    {
        var queue = Queue(4, new SuspectedItem(1, true));
        Ask(queue, Ann);
        Settle(queue, Ann, 0, Outcome.Retried, TimeSpan.FromSeconds(1));
        Commit(queue);
        Ask(queue, Bob, items: 1);
        clock.Advance(TimeSpan.FromSeconds(1));
        Ask(queue, Ann);
        Assert.Equal([1L, 2], Granted(queue));
        Assert.Equal(Timestamps.After(clock, AloneMax), queue.State.WakeAt);

        clock.Advance(AloneMax);
        queue.State.Tick();

        Assert.Equal([1L, 2, 1], Granted(queue));
        Assert.Equal((1, SuspectStanding.Suspected), queue.Suspected[^1]);
        Assert.Null(queue.State.WakeAt);
        Ask(queue, Ann);
        Assert.Equal([1L, 2, 1, 3], Granted(queue).Take(4));
        queue.State.VerifyInvariants();
    }

    [Fact]
    public void What_has_become_of_a_suspect_counts_once_it_is_in_the_store()
    {
        var queue = Queue(2, new(1, true), new(2, true));
        Ask(queue, Ann);
        Settle(queue, Ann, 0, Outcome.Retried);
        Assert.Equal([1L], Granted(queue));
        Assert.Equal((1, SuspectStanding.RunsAlone), queue.Suspected[^1]);

        Ask(queue, Ann);
        Assert.Single(queue.Grants);
        Commit(queue);
        Assert.Equal([1L, 1], Granted(queue));

        Settle(queue, Ann, 1, Outcome.Acked);
        Assert.Equal((1, SuspectStanding.RunsAlone), queue.Suspected[^1]);
        Commit(queue);
        Assert.Equal((1, SuspectStanding.Cleared), queue.Suspected[^1]);
    }

    [Fact]
    public void One_that_was_handed_back_runs_alone_again()
    {
        var queue = Queue(2, new SuspectedItem(1, true));
        Ask(queue, Ann);
        queue.State.ConsumerGone(Ann);
        Assert.Equal((1, SuspectStanding.Suspected), queue.Suspected[^1]);

        Ask(queue, Bob);

        Assert.Equal([1L, 1], Granted(queue));
        Assert.True(queue.Grants[1].Items.HasKilled);
        queue.State.VerifyInvariants();
    }

    [Fact]
    public void One_that_was_settled_before_is_forgotten()
    {
        var queue = Queue(2, new(1, false), new(900, false));

        Assert.Equal([(900, SuspectStanding.Cleared)], queue.Suspected);
        Ask(queue, Ann);
        Settle(queue, Ann, 0, Outcome.Acked);
        Ask(queue, Ann);
        Assert.Equal([1L, 2], Granted(queue));
    }

    [Fact]
    public void After_one_that_was_not_in_the_store_items_are_written_before_they_are_granted()
    {
        var queue = Queue(1, new SuspectedItem(900, false));
        Ask(queue, Ann);
        Settle(queue, Ann, 0, Outcome.Acked);
        Ask(queue, Ann);
        var chunk = new PlainChunk(1);
        queue.State.Demand(Putter, new CreditDemand(1));
        queue.State.Offer(Putter, 0, chunk, new CreditDemand(1));
        Assert.Equal([1L], Granted(queue));
        Assert.Contains(queue.Writes, write => write is QueueWrite.Accepted);

        queue.State.RowsRead([new ItemRun(PlainChunk.Accepted(1, 2), 0, 1)], upTo: null, 0, 0);
        Assert.Equal([1L, 2], Granted(queue));

        clock.Advance(AloneMax);
        Settle(queue, Ann, 1, Outcome.Acked);
        Ask(queue, Ann);
        queue.State.Offer(Putter, 1, new PlainChunk(1), new CreditDemand(1));
        Assert.Equal([1L, 2, 3], Granted(queue));
        queue.State.VerifyInvariants();
    }

    [Fact]
    public void One_that_is_cancelled_holds_nothing_back()
    {
        var queue = Queue(2, new SuspectedItem(1, false));
        Assert.Equal(ItemCancellation.Dropped, queue.State.Cancel(1));

        Ask(queue, Ann);

        Assert.Equal([2L], Granted(queue));
        queue.State.VerifyInvariants();
    }

    [Fact]
    public void The_others_of_its_key_wait_for_one_that_takes_long()
    {
        var queue = Queue(new KeyLanes(new KeyOrderSettings(), clock), ["a", "a", "b"], new SuspectedItem(1, false));
        Ask(queue, Ann);
        Ask(queue, Bob);

        clock.Advance(AloneMax);
        queue.State.Tick();
        Assert.Equal([1L, 3], Granted(queue));

        Settle(queue, Ann, 0, Outcome.Acked);
        Ask(queue, Ann);
        Assert.Equal([1L, 3, 2], Granted(queue));
        queue.State.VerifyInvariants();
    }

    [Fact]
    public void What_ran_before_a_suspect_of_its_key_and_was_not_safe_runs_before_it_again()
    {
        var queue = Queue(new KeyLanes(new KeyOrderSettings(), clock), ["a", "b", "b", "a", "a"], new SuspectedItem(4, false));
        Ask(queue, Ann);
        Ask(queue, Bob);
        Assert.Equal([1L], Granted(queue));

        Settle(queue, Ann, 0, Outcome.Acked);
        Assert.Equal([1L, 4], Granted(queue));

        Ask(queue, Ann);
        Settle(queue, Bob, 1, Outcome.Acked);
        Assert.Equal(2, Granted(queue).ElementAt(2));
        queue.State.VerifyInvariants();
    }

    [Fact]
    public void A_suspect_behind_one_of_its_key_that_has_failed_holds_nothing_up()
    {
        var queue = Queue(new KeyLanes(new KeyOrderSettings(), clock), ["a", "a", "a", "b"], new SuspectedItem(3, false));
        Ask(queue, Ann);
        Settle(queue, Ann, 0, Outcome.Retried, TimeSpan.FromMinutes(1));
        Commit(queue);
        Ask(queue, Ann);
        Assert.Equal([1L, 4], Granted(queue));
        queue.State.VerifyInvariants();
    }

    [Fact]
    public void A_suspect_that_waits_for_its_time_stays_one()
    {
        var queue = new RecordedQueue(new QueueLimits(Capacity: 100) { Keeps = Durability.Full }, clock);
        queue.State.Begin(new RecoveredQueue
        {
            Counts = StoreCounts.None with { LastSequence = 1, Accepted = 1 },
            Alone = 1,
            Suspects = [new SuspectedItem(1, true)],
        });
        queue.State.AloneRead([Delayed()], after: null, 0);
        Assert.Empty(queue.Suspected);

        clock.Advance(TimeSpan.FromHours(1));
        Ask(queue, Ann);
        Assert.True(queue.Grants.Single().Items.HasKilled);

        Chunk Delayed()
        {
            var delayed = new PlainChunk(1, 0, new ItemColumns { DueAt = [clock.GetTimestamp() + clock.TimestampFrequency] });
            delayed.Accept(ProducerKey.None, 0, 1);
            return delayed;
        }
    }

    [Fact]
    public void Without_a_pool_direct_gets_are_not_held_back()
    {
        var queue = Queue(2, new SuspectedItem(1, false));
        queue.State.Request(new ConsumerKey(ConsumerKey.FrontEndIndex, 1), 1, new WorkDemand(1, 0, WaitMode.ForItem));

        Assert.Equal([1L], Granted(queue));
    }

    private RecordedQueue Queue(int items, params SuspectedItem[] suspects) => Queue(new FirstInFirstOut(), new string[items], suspects);

    private RecordedQueue Queue(IReadyOrder order, string[] keys, params SuspectedItem[] suspects)
    {
        var limits = new QueueLimits(Capacity: 100) { Keeps = Durability.Full, SuspectAloneMax = AloneMax };
        var queue = new RecordedQueue(limits, clock, order);
        queue.State.Begin(new RecoveredQueue
        {
            Counts = StoreCounts.None with { LastSequence = keys.Length, Accepted = keys.Length },
            Suspects = suspects,
        });
        var chunk = PlainChunk.Accepted(keys.Length, 1, keys: keys[0] is null ? null : keys);
        queue.State.RowsRead([new ItemRun(chunk, 0, chunk.Count)], upTo: null, 0, 0);
        return queue;
    }

    private void Ask(RecordedQueue queue, ConsumerKey consumer, int items = 4) => queue.State.Request(
        consumer, requests[consumer] = requests.GetValueOrDefault(consumer) + 1, new WorkDemand(items, 0, WaitMode.ForWork, Idle: true));

    private void Settle(RecordedQueue queue, ConsumerKey consumer, int grant, Outcome outcome, TimeSpan delay = default)
    {
        var retry = outcome == Outcome.Retried
            ? new Retry(delay, new FailedAttempt(1, clock.GetUtcNow(), TimeSpan.Zero, new AttemptError("Error", "message", null)))
            : null;
        queue.State.Settle(
            consumer, settlements[consumer] = settlements.GetValueOrDefault(consumer) + 1, 1, queue.Grants[grant].Id, new OutcomeRun(0, 1, outcome, Retry: retry));
    }

    private static void Commit(RecordedQueue queue)
    {
        var last = queue.Writes.Count == 0 ? 0 : queue.Writes.Max(write => write.Number);
        queue.State.Committed(last, last);
    }

    private static IEnumerable<long> Granted(RecordedQueue queue) =>
        queue.Grants.SelectMany(grant => Enumerable.Range(0, grant.Items.Count).Select(grant.Items.SequenceAt));
}
