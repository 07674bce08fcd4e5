using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace AkkaPipeline.Tests.Scenarios;

/// <summary>Everything that crossed the tapped mailboxes of an actor system, in the order of arrival.</summary>
internal sealed class MailboxTap : IExtension
{
    public const string Settings = """
        tapped { mailbox-type = "AkkaPipeline.Tests.Scenarios.TappedMailbox, AkkaPipeline.Tests" }
        akka.actor.deployment {
          "/*/queue" { mailbox = tapped }
          "/*/consumers/*" { mailbox = tapped }
        }
        """;

    private readonly ConcurrentQueue<(string To, object Message)> crossed = new();

    public IReadOnlyCollection<(string To, object Message)> Crossed => crossed;

    public static MailboxTap In(ActorSystem system) => system.WithExtension<MailboxTap, Provider>();

    public void Record(IActorRef to, object message) => crossed.Enqueue((to.Path.Name, message));

    private sealed class Provider : ExtensionIdProvider<MailboxTap>
    {
        public override MailboxTap CreateExtension(ExtendedActorSystem system) => new();
    }
}

/// <summary>A mailbox that records what it is given.</summary>
public sealed class TappedMailbox(Settings settings, Config config) : MailboxType(settings, config), IProducesMessageQueue<UnboundedMessageQueue>
{
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new Recording(MailboxTap.In(system));

    private sealed class Recording(MailboxTap tap) : UnboundedMessageQueue, IMessageQueue
    {
        void IMessageQueue.Enqueue(IActorRef receiver, Envelope envelope)
        {
            tap.Record(receiver, envelope.Message);
            Enqueue(receiver, envelope);
        }
    }
}
