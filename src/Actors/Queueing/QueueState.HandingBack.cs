namespace AkkaPipeline.Queueing;

/// <summary>What is granted and has not been started: asked back when it is not to be started, and what waits for it.</summary>
internal sealed partial class QueueState
{
    /// <summary>Whether items may gather in a sink's open batches; only then is it ever told to write them.</summary>
    public bool SinkGathers { get; set; }

    /// <summary>
    /// Whether nothing more can be granted until something comes back, though consumers have nothing to do: what they wait
    /// for may be gathering in the sink. A pause and a rate end by themselves, and so does reading from the store: they do not
    /// count.
    /// </summary>
    private bool Starves => SinkGathers && granting && desk.Idle > 0 && ledger.InFlight > 0 && ready.Count > 0
        && !pauses.Any && !reading && (ready.Ready == 0 || RoomInFlight <= 0 || HoldsBackForSuspects);

    /// <summary>Everybody hands back what has not been started.</summary>
    private void AskAllBack()
    {
        if (ledger.InFlight > 0)
        {
            effects.HandBack();
        }
    }

    /// <summary>
    /// Has the sink write its oldest open batch where items wait for one that is in it: at once if all consumers are idle,
    /// since then no output will come that it could wait for; otherwise by the next tick.
    /// </summary>
    private void NudgeSink(bool timePassed)
    {
        if (Starves && (timePassed || desk.Idle >= desk.Workers))
        {
            effects.NudgeSink();
        }
    }

    /// <summary>What comes back as it was granted has used up no rate, unless that has been changed since.</summary>
    private void GiveRateBack(InFlightGrant grant, OutcomeRun run)
    {
        if (limiter is not null && grant.Limiter == limiter)
        {
            limiter.GiveBack(ref rateState, run.Count);
        }

        if (keys is not null && grant.KeyLimiter is not null && grant.KeyLimiter == keys.Limiter)
        {
            foreach (var items in grant.Items.Slice(run.From, run.Count))
            {
                keys.GiveRateBack(items);
            }
        }
    }
}
