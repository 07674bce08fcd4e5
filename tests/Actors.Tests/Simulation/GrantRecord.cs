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

    /// <summary>The rate that it has used some of.</summary>
    public UsedRate Rate { get; init; }

    /// <summary>Each item's key's rate; null: keys have none, or it is not used.</summary>
    public UsedRate[]? KeyRates { get; init; }

    public int Unsettled { get; set; } = items.Length;

    public bool GivenUp { get; set; }
}

/// <summary>A rate as it was when some of it was used.</summary>
internal readonly record struct UsedRate(RateBook? Book, int Version);
