namespace AkkaPipeline.Queueing;

/// <summary>For whoever advances a clock: not before there is nothing else to be done.</summary>
internal sealed partial class QueueState
{
    /// <summary>
    /// Whether items wait, and only for their time: nothing runs, nothing could be granted now whoever asked, and no producer has
    /// credit for more.
    /// </summary>
    public bool WaitsForTime => ledger is { InFlight: 0, Unfinished: > 0 } && granting
        && (phase != QueuePhase.Open || credit.Outstanding == 0)
        && (ready.Ready > 0 ? RoomToGrant <= 0 : inStore + aloneInStore == 0);
}
