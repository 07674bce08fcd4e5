using AkkaPipeline.Consuming;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>The pool's shell: replaces consumers that die, until it is told to end.</summary>
internal sealed class SimulatedPool(Simulation simulation) : SimulatedActor(simulation, "pool")
{
    private readonly Dictionary<ConsumerKey, SimulatedConsumer> consumers = [];
    private bool ending;

    /// <summary>How many consumers there have been, the replaced ones too.</summary>
    public int Made { get; private set; }

    public void Start()
    {
        for (var index = 0; index < Simulation.Plan.Consumers; index++)
        {
            Add(new ConsumerKey(index, 1));
        }
    }

    public override void Receive(SimulatedActor from, object message)
    {
        switch (message)
        {
            case ConsumerEnded ended:
                Replace(ended.Consumer);
                break;
            case ConsumerProtocol.Cancel:
                TellAll(message);
                break;
            case ConsumerProtocol.PoisonAll:
                End(() => TellAll(new Pill()));
                break;
            case ConsumerProtocol.StopAll:
                End(StopAll);
                break;
        }
    }

    protected override void Stopped() => StopAll();

    private void Add(ConsumerKey key)
    {
        Made++;
        var consumer = new SimulatedConsumer(Simulation, key);
        consumers.Add(key, consumer);
        consumer.Watch(this, new ConsumerEnded(key));
        consumer.Start();
    }

    private void Replace(ConsumerKey key)
    {
        consumers.Remove(key);
        if (!ending)
        {
            Add(key with { Incarnation = key.Incarnation + 1 });
        }
        else if (consumers.Count == 0)
        {
            Tell(Simulation.Coordinator, ConsumerProtocol.PoolStopped.Instance);
        }
    }

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

    private void End(Action stop)
    {
        ending = true;
        stop();
        if (consumers.Count == 0)
        {
            Tell(Simulation.Coordinator, ConsumerProtocol.PoolStopped.Instance);
        }
    }

    private sealed record ConsumerEnded(ConsumerKey Consumer);
}
