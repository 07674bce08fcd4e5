using AkkaPipeline.Queueing;

namespace AkkaPipeline.Producing;

/// <summary>
/// A producer without its actor and its source: keeps to the credit, keeps every offer until it is accepted, tells what
/// is settled. Numbers count the source's items from 0.
/// </summary>
/// <param name="effects">The shell.</param>
/// <param name="window">How many items it asks for ahead of what it has read.</param>
/// <param name="wantsSettled">Whether the source wants to hear of settled items.</param>
/// <param name="ahead">How many items may be read without credit. One item in hand is what tells a source that has
/// something from one that is quiet: credit that lies idle elsewhere is recalled for it.</param>
internal sealed class ProducerState(IProducerEffects effects, int window, bool wantsSettled, int ahead = 0)
{
    private readonly Queue<(long Number, Chunk Chunk)> unaccepted = new();
    private readonly SettledIntervals settled = new();
    private long read;
    private long offered;
    private long allowed;
    private long allowedBytes;
    private long version = -1;
    private long yielded = -1;
    private long noted;
    private long probe;
    private int waiting;
    private bool continues;
    private bool ended;
    private bool completed;
    private Exception? failure;

    /// <summary>How many items are in the queue.</summary>
    public long AcceptedUpTo { get; private set; }

    /// <summary>The last probe that has been answered.</summary>
    public long Probed { get; private set; }

    /// <summary>It goes on in the place of another, and has not yet heard from the queue what that has missed.</summary>
    public bool IsBehind { get; private set; }

    /// <summary>Everything that was read is in the queue.</summary>
    public bool AllAccepted => AcceptedUpTo == read;

    private CreditDemand Wants => new(
        read + (ended ? 0 : waiting + window), read > offered || waiting > 0, probe, ended, wantsSettled, continues);

    public void Start() => effects.Demand(Wants);

    /// <summary>
    /// Its actor has died, and another, of a higher incarnation, goes on with it: the queue says anew what it has and what
    /// is allowed. What was offered and is not known to be accepted is offered again; the queue takes what it has not.
    /// </summary>
    public void GoOn()
    {
        (continues, IsBehind) = (true, true);
        (version, yielded, allowed) = (-1, -1, offered);
        effects.Shrink();
        Repeat();
        effects.Demand(Wants);
    }

    /// <summary>Puts wait for credit: they are asked for on top of the window, urgently.</summary>
    public void Waiting(int puts)
    {
        waiting = puts;
        effects.Demand(Wants);
    }

    /// <summary>Asks for an answer, whatever it is.</summary>
    /// <returns>The probe's number.</returns>
    public long Probe(int puts)
    {
        probe++;
        effects.Demand(Wants with { UpTo = read + waiting + Math.Max(window, puts) });
        return probe;
    }

    /// <summary>More items have been read; they are offered as far as credit goes, the rest waits in the shell.</summary>
    /// <param name="upTo">How many items have been read in all.</param>
    /// <param name="waitingPuts">How many puts wait for credit.</param>
    public void Read(long upTo, int waitingPuts = 0)
    {
        var before = offered;
        var nobodyWaitsAnyMore = waiting > 0 && waitingPuts == 0;
        waiting = waitingPuts;
        read = upTo;
        OfferWhatIsAllowed();
        if (read > offered || (nobodyWaitsAnyMore && offered == before))
        {
            effects.Demand(Wants);
        }
        else if (ahead > 0 && offered == allowed)
        {
            AllowReading();
        }
    }

    /// <summary>
    /// The source has ended or was stopped; what it had emitted has been handed in. The queue is told even if it has all
    /// of it: the credit left over is for others.
    /// </summary>
    public void Ended(Exception? cause)
    {
        if (ended)
        {
            return;
        }

        ended = true;
        failure = cause;
        probe++;
        effects.Demand(Wants);
        CompleteIfAllAccepted();
    }

    public void Credit(CreditStanding standing)
    {
        // What has been settled meanwhile comes before the first standing.
        IsBehind = false;
        Probed = Math.Max(Probed, standing.Probed);
        AcceptedUpTo = Math.Max(AcceptedUpTo, standing.AcceptedUpTo);
        while (unaccepted.TryPeek(out var offer) && offer.Number < AcceptedUpTo)
        {
            unaccepted.Dequeue();
        }

        if (standing.Version >= version)
        {
            // The version that was yielded: said before the queue had heard of it.
            allowed = standing.Version > yielded ? standing.AllowedUpTo : Math.Min(allowed, standing.AllowedUpTo);
            version = standing.Version;
            allowedBytes = standing.AllowedBytes;
            OfferWhatIsAllowed();
            AllowReading();
        }

        CompleteIfAllAccepted();
    }

    public void Recall(long recalled)
    {
        if (recalled < version)
        {
            return;
        }

        if (recalled > yielded)
        {
            (yielded, version) = (recalled, recalled);
            allowed = Math.Max(offered, Math.Min(allowed, effects.Shrink()));
            if (ahead > 0)
            {
                AllowReading();
            }
        }

        effects.Yield(version, allowed);
    }

    public void SettledRun(long number, long first, int count)
    {
        if (number == noted + 1)
        {
            noted = number;
            settled.Add(first, count);
            effects.Settled(first, count, settled.Watermark);
        }

        effects.Noted(noted);
    }

    /// <summary>Says again what may have been lost on the way.</summary>
    public void Repeat()
    {
        foreach (var (number, chunk) in unaccepted)
        {
            effects.Offer(number, chunk, Wants);
        }

        if (!completed || Probed < probe)
        {
            // Asks for an answer: if it was the credit that was lost, the demand alone is nothing new to the queue.
            probe++;
            effects.Demand(Wants);
        }
    }

    private void AllowReading() => effects.Allow(Math.Max(allowed, offered + ahead), allowedBytes);

    private void OfferWhatIsAllowed()
    {
        while (offered < Math.Min(read, allowed))
        {
            var number = offered;
            var chunk = effects.Cut((int)Math.Min(Chunk.ItemsMax, Math.Min(read, allowed) - number));
            offered += chunk.Count;
            unaccepted.Enqueue((number, chunk));
            effects.Offer(number, chunk, Wants);
        }
    }

    private void CompleteIfAllAccepted()
    {
        if (ended && !completed && AllAccepted)
        {
            completed = true;
            effects.Completed(failure);
        }
    }
}
