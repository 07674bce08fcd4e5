namespace AkkaPipeline.Configuring;

/// <summary>The queue as configured.</summary>
internal sealed record QueueSettings(QueueDurability Durability, int Capacity, QueueOrder Order)
{
    /// <summary>Where the state is; null: not said.</summary>
    public string? Path { get; init; }

    /// <summary>How it is kept, where it is.</summary>
    public DurableOptions Durable { get; init; } = new();
}

/// <summary>What outlives a run that does not come to its end.</summary>
internal enum QueueDurability
{
    /// <summary>What the source allows.</summary>
    Auto,

    /// <summary>Nothing.</summary>
    None,

    /// <summary>How far the source is, and what is settled.</summary>
    Checkpoint,

    /// <summary>The items too.</summary>
    Full,
}

internal enum QueueOrder
{
    FirstInFirstOut,
    LastInFirstOut,
}
