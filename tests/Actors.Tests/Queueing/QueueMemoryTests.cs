using AkkaPipeline.Queueing;
using AkkaPipeline.Queueing.Orders;
using AkkaPipeline.Storing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Queueing;

/// <summary>What a queue with a store holds in memory: a few windows at most, whatever waits for its key or its time.</summary>
public sealed class QueueMemoryTests
{
    private const int Window = 8;
    private const long WindowBytes = 8_000;
    private const int InStore = 1_000;

    private static readonly ConsumerKey Ann = new(0, 1);
    private static readonly ProducerKey Putter = new(0, 1);

    private readonly FakeTimeProvider clock = new();
    private int answered;

    [Fact]
    public void Items_behind_a_running_one_of_their_key_are_not_all_read()
    {
        var queue = Queue(KeyFailure.Skip);
        queue.State.Request(Ann, 1, new WorkDemand(1, 0));
        var held = ReadAll(queue);
        Assert.InRange(held, 2 * Window, 5 * Window);

        for (var turn = 1; turn <= 4 * Window; turn++)
        {
            queue.State.Settle(Ann, turn, 1, queue.Grants[^1].Id, new OutcomeRun(0, 1, Outcome.Acked));
            queue.State.Request(Ann, turn + 1, new WorkDemand(1, 0));
        }

        Assert.True(ReadAll(queue) > held);
        Assert.Empty(queue.Stalls);
        queue.State.VerifyInvariants();
    }

    [Fact]
    public void A_halted_key_that_fills_the_memory_is_told_as_a_stall()
    {
        var queue = Queue(KeyFailure.Halt);
        queue.State.Request(Ann, 1, new WorkDemand(1, 0));
        queue.State.Settle(Ann, 1, 1, queue.Grants[0].Id, new OutcomeRun(0, 1, Outcome.DeadLettered));
        ReadAll(queue);

        Assert.Equal([2], queue.Stalls);
        queue.State.ResumeKey("a");
        queue.State.Request(Ann, 2, new WorkDemand(1, 0));
        Assert.Equal(2, queue.Grants.Count);
        Assert.Equal([2, 0], queue.Stalls);
    }

    [Fact]
    public void Items_that_wait_for_their_time_hold_puts_back_where_they_fill_the_memory()
    {
        var queue = new RecordedQueue(Limits with { CapacityBytes = WindowBytes }, clock);
        queue.State.Begin(new RecoveredQueue());
        var accepted = 0;
        queue.State.Demand(Putter, new CreditDemand(InStore));
        while (accepted < InStore && HasCredit(queue, accepted))
        {
            var due = Timestamps.After(clock, TimeSpan.FromHours(1));
            queue.State.Offer(Putter, accepted++, new PlainChunk(1, 100, new ItemColumns { DueAt = [due] }), new CreditDemand(InStore));
            queue.State.Committed(queue.Writes[^1].Number, queue.Writes[^1].Number);
        }

        Assert.InRange(accepted, 2 * Window, 12 * Window);
        clock.Advance(TimeSpan.FromHours(2));
        queue.State.Tick();
        Assert.True(HasCredit(queue, accepted));
    }

    private static QueueLimits Limits => new(Capacity: 0) { Keeps = Durability.Full, WindowItems = Window, WindowBytes = WindowBytes };

    private static bool HasCredit(RecordedQueue queue, int accepted) =>
        queue.Credits[Putter] is var credit && credit.AllowedUpTo > accepted && credit.AllowedBytes > 100 * accepted;

    private RecordedQueue Queue(KeyFailure onFailure)
    {
        var queue = new RecordedQueue(Limits, clock, new KeyLanes(new KeyOrderSettings { OnFailure = onFailure }, clock));
        queue.State.Begin(new RecoveredQueue { Counts = StoreCounts.None with { LastSequence = InStore, Accepted = InStore } });
        ReadAll(queue);
        return queue;
    }

    /// <summary>Answers until nothing more is asked for.</summary>
    /// <returns>How many have been read.</returns>
    private long ReadAll(RecordedQueue queue)
    {
        queue.State.Tick();
        while (answered < queue.Reads.Count)
        {
            var after = queue.Reads[answered++].After;
            var count = (int)Math.Min(2, InStore - after);
            var chunk = PlainChunk.Accepted(count, after + 1, bytes: 10, keys: [.. Enumerable.Repeat("a", count)]);
            queue.State.RowsRead([new ItemRun(chunk, 0, count)], after + count, 0, 0);
        }

        return queue.Reads[^1].After;
    }
}
