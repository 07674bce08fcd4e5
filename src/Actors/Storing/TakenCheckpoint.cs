namespace AkkaPipeline.Storing;

/// <summary>How an item left the pipeline.</summary>
internal enum SettledAs
{
    Acked,
    DeadLettered,
    Dropped,
}

/// <summary>
/// What may be made durable together, in one commit: exactly the items whose outputs lie in the files' lengths.
/// </summary>
/// <param name="Settled">All that is settled in the source, those items too that stand in rows of their own.</param>
/// <param name="Outputs">The length of each file; of one in which nothing is written, what the job began with.</param>
/// <param name="Acked">How many items since the ledger began, without those that are not in this checkpoint.</param>
/// <param name="DeadLettered">Likewise.</param>
/// <param name="Dropped">Likewise.</param>
/// <param name="RowsWritten">Items whose row has to be written, or written anew, by the same commit.</param>
/// <param name="RowsSettled">Items whose row has to be removed by the same commit.</param>
internal sealed record TakenCheckpoint(
    NumberSet Settled,
    IReadOnlyDictionary<string, long> Outputs,
    long Acked,
    long DeadLettered,
    long Dropped,
    IReadOnlyList<long> RowsWritten,
    IReadOnlyList<long> RowsSettled)
{
    /// <summary>Items of a smaller number are settled: the source's position is needed for this one.</summary>
    public long Watermark => Settled.Watermark;

    public StoredCheckpoint ToStored(string source, string position) =>
        new(source, Watermark, Settled.AboveWatermark, position, Outputs);
}
