namespace AkkaPipeline;

/// <summary>
/// The ledger of a queue at one moment:
/// <c>Accepted = Acked + DeadLettered + Dropped + Released + Queued + InFlight</c>.
/// </summary>
/// <param name="Accepted">Items that the queue has taken.</param>
/// <param name="Queued">Items that wait to be granted.</param>
/// <param name="InFlight">Items granted and not settled.</param>
/// <param name="Acked">Items done.</param>
/// <param name="DeadLettered">Items that failed for good.</param>
/// <param name="Dropped">Items dropped on request.</param>
/// <param name="Released">Items unsettled when the queue ended.</param>
/// <param name="Refused">Settlements that were refused: late, doubled or foreign. Not part of the sum.</param>
public readonly record struct QueueCounts(
    long Accepted, long Queued, long InFlight, long Acked, long DeadLettered, long Dropped, long Released, long Refused)
{
    /// <summary>Items accepted and not settled: what a join waits for.</summary>
    public long Unfinished => Queued + InFlight;
}
