using Akka.Actor;
using Akka.Event;
using AkkaPipeline.Queueing;
using AkkaPipeline.Timing;

namespace AkkaPipeline.Consuming;

/// <summary>
/// Role: keeps the pool at its size; replaces a consumer that has died.
/// Hears: the coordinator (PoisonAll, StopAll, Cancel), the system (Terminated).
/// Tells: its consumers (PoisonPill, Cancel), the coordinator (PoolStopped).
/// States: Running, Ending.
/// Invariant: while running, every place in the pool has one living consumer.
/// </summary>
internal sealed class ConsumerPoolActor<T>(IActorRef queue, ConsumerSetup<T> setup) : UntypedActor
{
    private static readonly TimeSpan RepeatInterval = TimeSpan.FromSeconds(5);

    private readonly Dictionary<IActorRef, ConsumerKey> consumers = [];
    private readonly ActorTimers timers = new(setup.Failures.Time, Context.Self);
    private readonly ILoggingAdapter log = Context.GetLogger();
    private bool ending;

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(
        cause => cause is ActorInitializationException ? Directive.Escalate : Directive.Stop);

    protected override void PreStart()
    {
        for (var index = 0; index < setup.Consumers; index++)
        {
            Add(new ConsumerKey(index, 1));
        }

        timers.StartPeriodic(nameof(ConsumerProtocol.Repeat), ConsumerProtocol.Repeat.Instance, RepeatInterval);
    }

    protected override void PostStop() => timers.Dispose();

    protected override void OnReceive(object received)
    {
        if (!timers.TryTake(received, out var message))
        {
            return;
        }

        switch (message)
        {
            case Terminated terminated:
                Replace(terminated.ActorRef);
                break;
            case ConsumerProtocol.Repeat or ConsumerProtocol.Cancel:
                TellAll(message);
                break;
            case ConsumerProtocol.PoisonAll:
                End(consumer => consumer.Tell(PoisonPill.Instance));
                break;
            case ConsumerProtocol.StopAll:
                End(Context.Stop);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Add(ConsumerKey key)
    {
        var consumer = Context.ActorOf(
            Props.CreateBy(new ConsumerProducer(key, queue, setup)), $"consumer-{key.Index}.{key.Incarnation}");
        Context.Watch(consumer);
        consumers.Add(consumer, key);
    }

    private void Replace(IActorRef gone)
    {
        if (!consumers.Remove(gone, out var key))
        {
            return;
        }

        if (!ending)
        {
            log.Warning("{0} of {1} has died and is replaced; what it held returns to the queue", key, setup.Pipeline);
            Add(key with { Incarnation = key.Incarnation + 1 });
        }
        else if (consumers.Count == 0)
        {
            Context.Parent.Tell(ConsumerProtocol.PoolStopped.Instance);
        }
    }

    private void TellAll(object message)
    {
        foreach (var consumer in consumers.Keys)
        {
            consumer.Tell(message);
        }
    }

    private void End(Action<IActorRef> stop)
    {
        ending = true;
        timers.CancelAll();
        foreach (var consumer in consumers.Keys)
        {
            stop(consumer);
        }

        if (consumers.Count == 0)
        {
            Context.Parent.Tell(ConsumerProtocol.PoolStopped.Instance);
        }
    }

    private sealed class ConsumerProducer(ConsumerKey key, IActorRef queue, ConsumerSetup<T> setup) : IIndirectActorProducer
    {
        public Type ActorType => typeof(ConsumerActor<T>);

        public ActorBase Produce() => new ConsumerActor<T>(key, queue, setup);

        public void Release(ActorBase actor)
        {
        }
    }
}
