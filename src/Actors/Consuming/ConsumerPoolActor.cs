using Akka.Actor;
using Akka.Event;
using AkkaPipeline.Queueing;
using AkkaPipeline.Timing;

namespace AkkaPipeline.Consuming;

/// <summary>
/// Role: keeps the pool at its size; replaces a consumer that has died.
/// Hears: the coordinator (Resize, PoisonAll, StopAll, Cancel), its consumers (Retired), the system (Terminated).
/// Tells: its consumers (Retire, PoisonPill, Cancel), the coordinator (Resized, PoolStopped).
/// States: Running, Ending.
/// Invariant: while running, every place in the pool has one consumer that takes work.
/// </summary>
internal sealed class ConsumerPoolActor<T> : UntypedActor, IPoolEffects
{
    private static readonly TimeSpan RepeatInterval = TimeSpan.FromSeconds(5);

    private readonly IActorRef queue;
    private readonly ConsumerSetup<T> setup;
    private readonly PoolState state;
    private readonly ActorTimers timers;
    private readonly Dictionary<ConsumerKey, IActorRef> consumers = [];
    private readonly Dictionary<IActorRef, ConsumerKey> keys = [];
    private readonly ILoggingAdapter log = Context.GetLogger();

    public ConsumerPoolActor(IActorRef queue, ConsumerSetup<T> setup)
    {
        this.queue = queue;
        this.setup = setup;
        state = new PoolState(this);
        timers = new ActorTimers(setup.Failures.Time, Self);
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(
        cause => cause is ActorInitializationException ? Directive.Escalate : Directive.Stop);

    protected override void PreStart()
    {
        state.Start(setup.Consumers);
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
            case Terminated terminated when keys.Remove(terminated.ActorRef, out var gone):
                consumers.Remove(gone);
                state.Gone(gone);
                break;
            case Terminated:
                break;
            case ConsumerProtocol.Retired retired:
                state.Retired(retired.Consumer);
                break;
            case ConsumerProtocol.Resize resize:
                state.Resize(resize.Number, resize.Consumers);
                break;
            case ConsumerProtocol.Repeat or ConsumerProtocol.Cancel or ConsumerProtocol.HandBack:
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

    void IPoolEffects.Add(ConsumerKey consumer)
    {
        var actor = Context.ActorOf(
            Props.CreateBy(new ConsumerProducer(consumer, queue, setup)), $"consumer-{consumer.Index}.{consumer.Incarnation}");
        Context.Watch(actor);
        consumers.Add(consumer, actor);
        keys.Add(actor, consumer);
    }

    void IPoolEffects.Replace(ConsumerKey gone, ConsumerKey with)
    {
        log.Warning("{0} of {1} has died and is replaced; what it held returns to the queue", gone, setup.Pipeline);
        ((IPoolEffects)this).Add(with);
    }

    void IPoolEffects.Retire(ConsumerKey consumer) => consumers[consumer].Tell(ConsumerProtocol.Retire.Instance);

    void IPoolEffects.Poison(ConsumerKey consumer) => consumers[consumer].Tell(PoisonPill.Instance);

    void IPoolEffects.Resized(long number) => Context.Parent.Tell(new ConsumerProtocol.Resized(number));

    void IPoolEffects.Stopped() => Context.Parent.Tell(ConsumerProtocol.PoolStopped.Instance);

    private void TellAll(object message)
    {
        foreach (var consumer in consumers.Values)
        {
            consumer.Tell(message);
        }
    }

    private void End(Action<IActorRef> stop)
    {
        timers.CancelAll();
        foreach (var consumer in consumers.Values)
        {
            stop(consumer);
        }

        state.End();
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
