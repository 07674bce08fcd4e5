using AkkaPipeline.Queueing;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>A grant in the books.</summary>
internal sealed class GrantRecord(ConsumerKey consumer, long request, int[] items, bool parked)
{
    public ConsumerKey Consumer { get; } = consumer;

    public long Request { get; } = request;

    /// <summary>The items, by their place in the books.</summary>
    public int[] Items { get; } = items;

    public int Count => Items.Length;

    /// <summary>Its items are to become dead letters unrun.</summary>
    public bool Parked { get; } = parked;

    public int Unsettled { get; set; } = items.Length;

    public bool GivenUp { get; set; }
}
