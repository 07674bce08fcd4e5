namespace AkkaPipeline.Tests.Simulation;

/// <summary>An item of the simulation. What it does when it runs is drawn at each run.</summary>
/// <param name="Id">Unique among what sources and callers emit; the same when a restarted producer emits it again.</param>
/// <param name="Priority">For the priority order.</param>
/// <param name="Size">In bytes.</param>
internal sealed record WorkItem(long Id, long Priority, int Size)
{
    public override string ToString() => $"#{Id}";
}
