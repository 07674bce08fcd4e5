using AkkaPipeline.Consuming;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>The pool's shell.</summary>
internal sealed class SimulatedPool : SimulatedActor, IPoolEffects
{
    private readonly Dictionary<ConsumerKey, SimulatedConsumer> consumers = [];
    private readonly PoolState state;
    private int size;
    private long abandonedBound;
    private bool ending;

    public SimulatedPool(Simulation simulation)
        : base(simulation, "pool") => state = new PoolState(
            simulation.Mutant.Wrap((IPoolEffects)this), simulation.Plan.Timeout?.AbandonedMax ?? int.MaxValue);

    /// <summary>How many consumers there have been, the replaced ones too.</summary>
    public int Made { get; private set; }

    /// <summary>How many run code that was given up.</summary>
    public int Abandoned { get; private set; }

    /// <summary>How often it had the queue pause, since there were too many.</summary>
    public int Pauses { get; private set; }

    /// <summary>The most that there ever were of those.</summary>
    public int MostAbandoned { get; private set; }

    public void Start()
    {
        size = Simulation.Plan.Consumers;
        abandonedBound = Simulation.Plan.Timeout?.AbandonedMax ?? 0;
        state.Start(size);
        if (Simulation.Plan.Timeout is { } timeout)
        {
            Watch((long)timeout.WatchInterval.TotalNanoseconds);
        }
    }

    public override void Receive(SimulatedActor from, object message)
    {
        switch (message)
        {
            case ConsumerEnded ended:
                Forget(ended.Consumer);
                state.Gone(ended.Consumer);
                break;
            case ConsumerProtocol.Retired retired:
                state.Retired(retired.Consumer);
                break;
            case ConsumerProtocol.Abandoned abandoned:
                state.Abandoned(abandoned.Consumer);
                break;
            case ConsumerProtocol.Returned returned:
                state.Returned(returned.Consumer);
                break;
            case ConsumerProtocol.Resume:
                abandonedBound = Abandoned + (Simulation.Plan.Timeout?.AbandonedMax ?? 0);
                state.Resume();
                break;
            case ConsumerProtocol.Resize resize:
                size = Math.Max(size, resize.Consumers);
                state.Resize(resize.Number, resize.Consumers);
                break;
            case ConsumerProtocol.Cancel or ConsumerProtocol.HandBack:
                TellAll(message);
                break;
            case ConsumerProtocol.PoisonAll:
                TellAll(new Pill());
                ending = true;
                state.End();
                break;
            case ConsumerProtocol.StopAll:
                StopAll();
                ending = true;
                state.End();
                break;
        }
    }

    void IPoolEffects.Add(ConsumerKey consumer)
    {
        Made++;
        var actor = new SimulatedConsumer(Simulation, consumer);
        consumers.Add(consumer, actor);
        actor.Watch(this, new ConsumerEnded(consumer));
        actor.Start();
    }

    void IPoolEffects.Replace(ConsumerKey gone, ConsumerKey with) => ((IPoolEffects)this).Add(with);

    void IPoolEffects.Retire(ConsumerKey consumer) => Tell(consumers[consumer], ConsumerProtocol.Retire.Instance);

    void IPoolEffects.Poison(ConsumerKey consumer) => Tell(consumers[consumer], new Pill());

    void IPoolEffects.Pause(int abandoned)
    {
        Pauses++;
        Tell(Simulation.Queue, new QueueProtocol.Pause(PauseNames.Abandoned, $"{abandoned} consumers are stuck", null));
    }

    void IPoolEffects.Resume() => Tell(Simulation.Queue, new QueueProtocol.Resume(PauseNames.Abandoned));

    void IPoolEffects.Stands(int consumers, int abandoned)
    {
        Abandoned = abandoned;
        MostAbandoned = Math.Max(MostAbandoned, abandoned);
        Simulation.Books.Rule(
            abandoned <= Math.Max(abandonedBound, Simulation.Plan.Timeout?.AbandonedMax ?? 0) + size,
            $"{abandoned} consumers are abandoned, {abandonedBound} may be, with a pool of {size}");
    }

    void IPoolEffects.Resized(long number) => Tell(Simulation.Coordinator, new ConsumerProtocol.Resized(number));

    void IPoolEffects.Stopped() => Tell(Simulation.Coordinator, ConsumerProtocol.PoolStopped.Instance);

    protected override void Stopped() => StopAll();

    /// <summary>The many that die in a long run leave nothing behind.</summary>
    private void Forget(ConsumerKey consumer)
    {
        if (consumers.Remove(consumer, out var actor))
        {
            foreach (var other in Simulation.Sinks.Append<SimulatedActor>(Simulation.Queue).Append(this))
            {
                other.LastArrivalAt.Remove(actor);
            }
        }
    }

    private void Watch(long every) => After(every, () =>
    {
        if (!ending)
        {
            TellAll(ConsumerProtocol.Watch.Instance);
            Watch(every);
        }
    });

    private void TellAll(object message)
    {
        foreach (var consumer in consumers.Values)
        {
            Tell(consumer, message);
        }
    }

    private void StopAll()
    {
        foreach (var consumer in consumers.Values)
        {
            consumer.Die("stopped");
        }
    }

    private sealed record ConsumerEnded(ConsumerKey Consumer);
}
