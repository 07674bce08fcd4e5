using AkkaPipeline.Queueing;

namespace AkkaPipeline.Storing;

/// <summary>What an opened store tells.</summary>
/// <param name="Identity">For delivery ids.</param>
/// <param name="Epoch">Higher than that of any earlier run on this store.</param>
internal sealed record StoreOpened(QueueIdentity Identity, int Epoch)
{
    /// <summary>What earlier runs have left.</summary>
    public StoreCounts Counts { get; init; } = StoreCounts.None;

    /// <summary>How many dead letters are kept.</summary>
    public long DeadLettersKept { get; init; }

    /// <summary>How many items stand alone.</summary>
    public long Alone { get; init; }

    /// <summary>What earlier runs have left, as the queue counts it.</summary>
    public RecoveredQueue Left => new()
    {
        Counts = Counts,
        DeadLettersKept = DeadLettersKept,
        Alone = Alone,
        PutIds = [.. PutIds.Select(put => (put.Id, put.At))],
        SettledBefore = SettledBefore,
        Suspects = Running?.Suspects ?? [],
    };

    /// <summary>What is settled of what a replayable source brings again, by sequence numbers; sorted.</summary>
    public IReadOnlyList<(long First, long Count)> SettledBefore { get; init; } = [];

    /// <summary>The ids of the latest puts, oldest first.</summary>
    public IReadOnlyList<StoredPutId> PutIds { get; init; } = [];

    /// <summary>Where it is noted what runs; null: nowhere.</summary>
    public RunningPage? Running { get; init; }

    /// <summary>How far the sources had come; empty where there is no checkpoint.</summary>
    public IReadOnlyList<StoredCheckpoint> Checkpoints { get; init; } = [];
}
