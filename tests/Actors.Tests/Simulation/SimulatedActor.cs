namespace AkkaPipeline.Tests.Simulation;

/// <summary>The shell of a role in the simulation: hears messages, acts through its core, can die.</summary>
internal abstract class SimulatedActor(Simulation simulation, string name)
{
    private readonly List<(SimulatedActor Watcher, object Message)> watchers = [];

    public string Name { get; } = name;

    public bool IsDead { get; private set; }

    public Dictionary<SimulatedActor, long> LastArrivalAt { get; } = [];

    protected Simulation Simulation { get; } = simulation;

    public abstract void Receive(SimulatedActor from, object message);

    /// <summary>The watcher hears the message once this one is dead, after all that this one told it.</summary>
    public void Watch(SimulatedActor watcher, object message)
    {
        if (IsDead)
        {
            Tell(watcher, message);
        }
        else
        {
            watchers.Add((watcher, message));
        }
    }

    public void Die(string why)
    {
        if (IsDead)
        {
            return;
        }

        IsDead = true;
        Simulation.Trace.Note("dies", Name, why);
        Stopped();
        foreach (var (watcher, message) in watchers)
        {
            Tell(watcher, message);
        }
    }

    protected virtual void Stopped()
    {
    }

    protected void Tell(SimulatedActor to, object message) => Simulation.Network.Send(this, to, message);

    protected void After(long nanoseconds, Action action) => Simulation.Scheduler.After(nanoseconds, () =>
    {
        if (!IsDead)
        {
            action();
        }
    });

    /// <summary>Says again, for as long as this lives, what may have been lost.</summary>
    protected void RepeatWhileAlive(Action repeat)
    {
        if (Simulation.Plan.Unreliable)
        {
            After(Simulation.Plan.RepeatNanoseconds, () =>
            {
                repeat();
                RepeatWhileAlive(repeat);
            });
        }
    }
}
