namespace AkkaPipeline.Queueing;

/// <summary>The counts of rule 1 (conservation): every accepted item stands in exactly one of the others.</summary>
internal struct Ledger
{
    public long Accepted;
    public long Acked;
    public long DeadLettered;
    public long Dropped;
    public long Quarantined;
    public long Released;
    public long Queued;
    public long Scheduled;
    public long InFlight;

    public readonly bool Balances =>
        Accepted == Acked + DeadLettered + Dropped + Quarantined + Released + Queued + Scheduled + InFlight
        && Queued >= 0 && Scheduled >= 0 && InFlight >= 0 && Acked >= 0 && DeadLettered >= 0 && Dropped >= 0 && Released >= 0;

    public readonly long Unfinished => Queued + Scheduled + InFlight;

    public override readonly string ToString() =>
        $"accepted {Accepted} = acked {Acked} + dead-lettered {DeadLettered} + dropped {Dropped} + quarantined {Quarantined} + released {Released}"
        + $" + queued {Queued} + scheduled {Scheduled} + in flight {InFlight}";
}
