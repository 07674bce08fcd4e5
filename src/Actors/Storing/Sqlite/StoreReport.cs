namespace AkkaPipeline.Storing.Sqlite;

/// <summary>What the verification of a store has found.</summary>
/// <param name="Path">Of the file.</param>
/// <param name="Format">Of the file.</param>
/// <param name="InUse">Who has it open; null: nobody. What was found is then true for the moment of looking.</param>
internal sealed record StoreReport(string Path, int Format, string? InUse)
{
    public required IReadOnlyList<QueueReport> Queues { get; init; }

    /// <summary>Of the file, and of what stands beside it.</summary>
    public long FileBytes { get; init; }

    public long LogBytes { get; init; }

    /// <summary>Within the file, and given back by and by.</summary>
    public long FreeBytes { get; init; }

    /// <summary>How many outputs each handover holds that the second queue has not taken; those that hold any.</summary>
    public IReadOnlyDictionary<string, long> Handovers { get; init; } = new Dictionary<string, long>();

    /// <summary>All that is wrong, of all queues; empty: nothing is.</summary>
    public required IReadOnlyList<StoreDamage> Damage { get; init; }
}

/// <summary>What is wrong in a row.</summary>
/// <param name="Table">Where.</param>
/// <param name="Place">Which row: its number within its queue; null: all of the table.</param>
/// <param name="Why">For people.</param>
internal sealed record StoreDamage(string Table, long? Place, string Why);

/// <summary>One queue of a store.</summary>
internal sealed record QueueReport(string Name, string Instance, int Epoch, StoreCounts Counts)
{
    public long Rows { get; init; }

    /// <summary>Unsettled items in rows.</summary>
    public long InRows { get; init; }

    public long Alone { get; init; }

    public long DeadLetters { get; init; }

    public long PutIds { get; init; }

    /// <summary>Rows that were moved aside as damaged, of whatever table.</summary>
    public long QuarantinedRows { get; init; }

    /// <summary>Of what is in rows, settled or not.</summary>
    public long PayloadBytes { get; init; }

    /// <summary>The lowest number that is left; null: none is.</summary>
    public long? OldestSequence { get; init; }

    public DateTimeOffset? OldestDeadLetter { get; init; }

    public DateTimeOffset? NextDue { get; init; }

    public IReadOnlyList<StoredCheckpoint> Checkpoints { get; init; } = [];

    /// <summary>Accepted = acked + dead-lettered + dropped + quarantined + in rows + alone.</summary>
    public bool Balances => Counts.Left == InRows + Alone;
}
