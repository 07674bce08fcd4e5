namespace AkkaPipeline;

/// <summary>A running pipeline at one moment.</summary>
public sealed record PipelineStatus
{
    /// <summary>The pipeline's name.</summary>
    public required string Pipeline { get; init; }

    /// <summary>How far it is: "Running", "Joining", …</summary>
    public required string Phase { get; init; }

    /// <summary>The ledger.</summary>
    public QueueCounts Counts { get; init; }

    /// <summary>How many consumers take work.</summary>
    public int Consumers { get; init; }

    /// <summary>How many were given up after a timeout and still run code that has not returned.</summary>
    public int Abandoned { get; init; }

    /// <summary>Why nothing is granted; empty when items flow.</summary>
    public IReadOnlyList<PauseReason> Paused { get; init; } = [];

    /// <summary>Why puts wait and sources are not read, although the queue has room; null: they need not.</summary>
    public string? PutsWait { get; init; }

    /// <summary>The keys that are halted or parked.</summary>
    public IReadOnlyList<KeyStanding> StoppedKeys { get; init; } = [];

    /// <summary>Who holds what.</summary>
    public IReadOnlyList<Holding> Holdings { get; init; } = [];

    /// <summary>Whether only the clock can bring it on; see <see cref="Queueing.QueueState.WaitsForTime"/>.</summary>
    internal bool WaitsForTime { get; init; }

    /// <summary>The number of the item that was accepted last; 0: none was.</summary>
    internal long LastSequence { get; init; }
}
