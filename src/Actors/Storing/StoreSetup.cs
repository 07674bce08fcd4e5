using AkkaPipeline.Queueing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AkkaPipeline.Storing;

/// <summary>What a store's actor works with.</summary>
internal sealed record StoreSetup
{
    public required string Name { get; init; }

    public required IQueueStore Store { get; init; }

    public required IStoredItems Items { get; init; }

    public required Durability Keeps { get; init; }

    /// <summary>How many put ids the store remembers.</summary>
    public int PutIdsMax { get; init; }

    /// <summary>Whether puts fail, instead of waiting, where the store has reached a bound of its own.</summary>
    public bool PutsFailAtBound { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Where the engine's lines go.</summary>
    public ILogger Log { get; init; } = NullLogger.Instance;

    /// <summary>The file in which it is noted what runs; null: none.</summary>
    public string? RunningPath { get; init; }

    /// <summary>Where only checkpoints are kept: what they are of.</summary>
    public ReplaySetup? Replay { get; init; }

    /// <summary>Where outputs go with the commit of their items; null: to no other queue of the store.</summary>
    public IHandover? HandsOver { get; init; }

    /// <summary>Which source brings the outputs of another queue of the store; null: none.</summary>
    public (IHandover Handover, int Source)? TakesOver { get; init; }
}
