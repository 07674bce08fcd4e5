using AkkaPipeline.Consuming;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>The pool's shell.</summary>
internal sealed class SimulatedPool : SimulatedActor, IPoolEffects
{
    private readonly Dictionary<ConsumerKey, SimulatedConsumer> consumers = [];
    private readonly PoolState state;

    public SimulatedPool(Simulation simulation)
        : base(simulation, "pool") => state = new PoolState(simulation.Mutant.Wrap((IPoolEffects)this));

    /// <summary>How many consumers there have been, the replaced ones too.</summary>
    public int Made { get; private set; }

    public void Start() => state.Start(Simulation.Plan.Consumers);

    public override void Receive(SimulatedActor from, object message)
    {
        switch (message)
        {
            case ConsumerEnded ended:
                consumers.Remove(ended.Consumer);
                state.Gone(ended.Consumer);
                break;
            case ConsumerProtocol.Retired retired:
                state.Retired(retired.Consumer);
                break;
            case ConsumerProtocol.Resize resize:
                state.Resize(resize.Number, resize.Consumers);
                break;
            case ConsumerProtocol.Cancel:
                TellAll(message);
                break;
            case ConsumerProtocol.PoisonAll:
                TellAll(new Pill());
                state.End();
                break;
            case ConsumerProtocol.StopAll:
                StopAll();
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
    }

    void IPoolEffects.Resume()
    {
    }

    void IPoolEffects.Stands(int consumers, int abandoned)
    {
    }

    void IPoolEffects.Resized(long number) => Tell(Simulation.Coordinator, new ConsumerProtocol.Resized(number));

    void IPoolEffects.Stopped() => Tell(Simulation.Coordinator, ConsumerProtocol.PoolStopped.Instance);

    protected override void Stopped() => StopAll();

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
