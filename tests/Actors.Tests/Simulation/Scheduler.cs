namespace AkkaPipeline.Tests.Simulation;

/// <summary>What is to happen, by virtual time; what is due at the same time happens in the order of scheduling.</summary>
internal sealed class Scheduler(VirtualTime time)
{
    private readonly PriorityQueue<Action, (long At, long Order)> due = new();
    private long scheduled;

    public long Steps { get; private set; }

    public void At(long timestamp, Action action) => due.Enqueue(action, (Math.Max(timestamp, time.Now), scheduled++));

    public void After(long nanoseconds, Action action) => At(time.Now + nanoseconds, action);

    /// <returns>False when nothing is left to happen.</returns>
    public bool Step()
    {
        if (!due.TryDequeue(out var action, out var when))
        {
            return false;
        }

        Steps++;
        time.AdvanceTo(when.At);
        action();
        return true;
    }
}
