namespace AkkaPipeline.Tests.Simulation;

/// <summary>An item of the simulation. What it does when it runs is drawn at each run.</summary>
/// <param name="Id">Unique among what sources and callers emit; the same when a restarted producer emits it again.</param>
/// <param name="Priority">For the priority order.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Key">For an order by key.</param>
/// <param name="Delay">A put of it is not to be granted before so many nanoseconds have passed; 0: at once.</param>
internal sealed record WorkItem(long Id, long Priority, int Size, string? Key = null, long Delay = 0)
{
    public override string ToString() => Key is null ? $"#{Id}" : $"#{Id}({Key})";
}
