using AkkaPipeline.Queueing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Queueing;

/// <summary>What a queue says when the dead letters' bound stops it.</summary>
public sealed class QueueDeadLetterRoomTests
{
    private static readonly ProducerKey Producer = new(0, 1);
    private static readonly ConsumerKey Ann = new(0, 1);

    private readonly FakeTimeProvider clock = new();

    [Fact]
    public void It_says_how_many_places_are_reserved_for_what_is_in_flight()
    {
        var queue = Queue();
        queue.State.Request(Ann, 1, new WorkDemand(2, 0));
        Settle(queue, 1, 0);
        Assert.Empty(queue.State.PauseReasons());

        queue.State.Request(Ann, 2, new WorkDemand(1, 0));

        Assert.Equal(
            "the dead letters may reach their bound of 3: 1 are kept, and 2 places are reserved for what is in flight",
            Assert.Single(queue.State.PauseReasons()).Reason);
        Assert.EndsWith("places are reserved for what is in flight", queue.State.Explain(9).Text);
    }

    [Fact]
    public void At_the_bound_a_drain_would_finish_what_is_in_flight_and_nothing_else()
    {
        var queue = Queue();
        for (var request = 1; request <= 3; request++)
        {
            queue.State.Request(Ann, request, new WorkDemand(1, 1_000, MeanNanoseconds: 1_000));
            Settle(queue, request, 0);
        }

        var plan = queue.State.PlanDrain(TimeSpan.FromHours(1));

        Assert.Equal((0, 7), (plan.WillFinish, plan.WillBeReleased));
        Assert.EndsWith("7 stand behind the full store of dead letters.", plan.Basis);
        Assert.Equal(
            "the dead letters have reached their bound of 3: requeue or drop some", Assert.Single(queue.State.PauseReasons()).Reason);
    }

    private static void Settle(RecordedQueue queue, long number, int index) =>
        queue.State.Settle(Ann, number, 1, queue.Grants[^1].Id, new OutcomeRun(index, 1, Outcome.DeadLettered, DeadLetter: new object()));

    private RecordedQueue Queue()
    {
        var queue = new RecordedQueue(new QueueLimits(Capacity: 100, DeadLettersMax: 3), clock);
        queue.State.Offer(Producer, 0, new PlainChunk(10), new CreditDemand(10));
        return queue;
    }
}
