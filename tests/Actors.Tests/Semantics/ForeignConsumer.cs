using Akka.Actor;
using AkkaPipeline.Queueing;
using Xunit;

namespace AkkaPipeline.Tests.Semantics;

/// <summary>A consumer that speaks the queue's protocol by hand.</summary>
internal sealed class ForeignConsumer
{
    private static readonly ConsumerKey Key = new(7, 1);

    private readonly IActorRef queue;
    private readonly Inbox inbox;

    public ForeignConsumer(ActorSystem system, IActorRef queue)
    {
        this.queue = queue;
        inbox = Inbox.Create(system);
    }

    public async Task<QueueProtocol.Grant> AskAsync()
    {
        queue.Tell(new QueueProtocol.Request(inbox.Receiver, Key, 1, new WorkDemand(1, 0)));
        return (QueueProtocol.Grant)await inbox.ReceiveAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Settles a grant's first item.</summary>
    /// <returns>Why it was refused.</returns>
    public async Task<string> SettleAsync(long grant, int epoch = 1)
    {
        queue.Tell(new QueueProtocol.Settle(Key, 1, epoch, grant, new OutcomeRun(0, 1, Outcome.Acked)));
        return Assert.Single(((QueueProtocol.Settled)await inbox.ReceiveAsync(TimeSpan.FromSeconds(30))).Refused).Reason;
    }
}
