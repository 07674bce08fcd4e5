using Akka.Actor;
using AkkaPipeline.Queueing;
using AkkaPipeline.Queueing.Orders;
using AkkaPipeline.Storing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace AkkaPipeline.Tests.Queueing;

public sealed class QueueActorStartTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task A_queue_tells_its_store_who_it_is_before_it_asks_for_what_was_left()
    {
        var opened = new StoreOpened(new QueueIdentity("orders", "instance"), 1)
        {
            Counts = StoreCounts.None with { LastSequence = 1, Accepted = 1 },
        };
        using var store = Inbox.Create(engine.System);
        var limits = new QueueLimits(Capacity: 0) { Keeps = Durability.Full };
        var (receiver, time) = (store.Receiver, TimeProvider.System);
        var queue = engine.System.ActorOf(
            Props.Create(() => new QueueActor(opened, limits, new FirstInFirstOut(), receiver, time, NullLogger.Instance)));

        Assert.Equal(queue, Assert.IsType<StoreProtocol.QueueStarted>(await store.ReceiveAsync(TimeSpan.FromSeconds(20))).Queue);
        Assert.IsType<StoreProtocol.ReadRows>(await store.ReceiveAsync(TimeSpan.FromSeconds(20)));
    }
}
