using Akka.Actor;
using AkkaPipeline.Queueing;
using AkkaPipeline.Telemetry;
using AkkaPipeline.Timing;

namespace AkkaPipeline.Consuming;

/// <summary>
/// Role: keeps the pool at its size; replaces a consumer that has died, or whose code has not heeded its timeout.
/// Hears: the coordinator (Resize, Resume, PoisonAll, StopAll, Cancel, HandBack), its consumers (Retired, Abandoned, Returned), the
/// system (Terminated).
/// Tells: its consumers (Retire, PoisonPill, Cancel, Watch, Repeat), the queue (Pause, Resume), the coordinator (PoolIs,
/// Resized, PoolStopped).
/// States: Running, Paused while too many are abandoned, Ending.
/// Invariant: while running and not paused, every place in the pool has one consumer that takes work.
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

    public ConsumerPoolActor(IActorRef queue, ConsumerSetup<T> setup)
    {
        this.queue = queue;
        this.setup = setup;
        state = new PoolState(this, setup.Timeout?.AbandonedMax ?? int.MaxValue);
        timers = new ActorTimers(setup.Failures.Time, Self);
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(
        cause => cause is ActorInitializationException or WorkerNotMadeException ? Directive.Escalate : Directive.Stop);

    protected override void PreStart()
    {
        timers.StartPeriodic(nameof(ConsumerProtocol.Repeat), ConsumerProtocol.Repeat.Instance, RepeatInterval, TimeProvider.System);
        if (setup.Timeout is { } timeout)
        {
            timers.StartPeriodic(nameof(ConsumerProtocol.Watch), ConsumerProtocol.Watch.Instance, timeout.WatchInterval);
        }

        state.Start(setup.Consumers);
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
            case ConsumerProtocol.Abandoned abandoned:
                Abandon(abandoned.Consumer, abandoned.Sequence);
                break;
            case ConsumerProtocol.Returned returned:
                EngineLog.ConsumerReturned(setup.Log, setup.Pipeline, returned.Consumer);
                state.Returned(returned.Consumer);
                break;
            case ConsumerProtocol.Resume:
                state.Resume();
                break;
            case ConsumerProtocol.Resize resize:
                state.Resize(resize.Number, resize.Consumers);
                break;
            case ConsumerProtocol.Repeat or ConsumerProtocol.Watch or ConsumerProtocol.Cancel or ConsumerProtocol.HandBack:
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
        EngineLog.ConsumerReplaced(setup.Log, setup.Pipeline, gone);
        ((IPoolEffects)this).Add(with);
    }

    void IPoolEffects.Retire(ConsumerKey consumer) => consumers[consumer].Tell(ConsumerProtocol.Retire.Instance);

    void IPoolEffects.Poison(ConsumerKey consumer) => consumers[consumer].Tell(PoisonPill.Instance);

    void IPoolEffects.Pause(int abandoned) => queue.Tell(new QueueProtocol.Pause(
        PauseNames.Abandoned,
        $"{abandoned} consumers are stuck in code that has not heeded its timeout of {setup.Timeout?.PerItem}: it goes on when "
            + "some have returned, or when told to resume",
        null));

    void IPoolEffects.Resume() => queue.Tell(new QueueProtocol.Resume(PauseNames.Abandoned));

    void IPoolEffects.Stands(int consumers, int abandoned) =>
        Context.Parent.Tell(new ConsumerProtocol.PoolIs(consumers, abandoned));

    void IPoolEffects.Resized(long number) => Context.Parent.Tell(new ConsumerProtocol.Resized(number));

    void IPoolEffects.Stopped() => Context.Parent.Tell(ConsumerProtocol.PoolStopped.Instance);

    private void Abandon(ConsumerKey consumer, long sequence)
    {
        EngineLog.ConsumerGivenUp(setup.Log, setup.Pipeline, consumer, sequence, setup.Timeout?.PerItem);
        state.Abandoned(consumer);
    }

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
