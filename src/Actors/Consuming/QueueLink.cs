using AkkaPipeline.Queueing;

namespace AkkaPipeline.Consuming;

/// <summary>
/// A consumer's side of the exchange with the queue: requests, grants and settlements, each of which may be repeated.
/// </summary>
internal sealed class QueueLink(IQueueLinkEffects effects)
{
    private readonly Outbox<Settlement> settlements = new();
    private WorkDemand lastWants;
    private long request;
    private long lastGrant;
    private long heardRefusal;
    private bool withdraws;

    /// <summary>Whether a request waits for its grant.</summary>
    public bool Asks { get; private set; }

    /// <summary>How many settlements have not been answered.</summary>
    public int Unanswered => settlements.Unanswered.Count;

    /// <summary>
    /// Asks for work. A request that is open is said again as it is wanted now, under its number: were it replaced by
    /// another, a grant that had answered it and was lost would be missed by nobody.
    /// </summary>
    public void Ask(WorkDemand wants)
    {
        request += Asks ? 0 : 1;
        Asks = true;
        withdraws = false;
        lastWants = wants;
        effects.Request(request, wants);
    }

    /// <summary>Withdraws the open request. It is open until it is answered: by a grant that was made before, or nothing.</summary>
    public void Withdraw()
    {
        if (Asks)
        {
            withdraws = true;
            effects.Withdraw(request);
        }
    }

    /// <summary>Takes a grant; false if it was taken before.</summary>
    public bool Take(long grantId, long answers)
    {
        if (answers == request)
        {
            Asks = false;
        }

        if (grantId <= lastGrant)
        {
            return false;
        }

        lastGrant = grantId;
        return true;
    }

    /// <summary>Nothing was ready; false if that is no answer to the open request.</summary>
    public bool TakeNothing(long answers)
    {
        if (!Asks || answers != request)
        {
            return false;
        }

        Asks = false;
        return true;
    }

    /// <summary>Reports outcomes.</summary>
    /// <returns>The settlement's number.</returns>
    public long Settle(int epoch, long grantId, OutcomeRun run)
    {
        var settlement = new Settlement(settlements.NextNumber, epoch, grantId, run);
        settlements.Add(settlement);
        effects.Settle(settlement.Number, epoch, grantId, run);
        return settlement.Number;
    }

    /// <summary>Settlements have been taken; refusals are told once each.</summary>
    public void Settled(long upTo, IReadOnlyList<Refusal> refused)
    {
        settlements.Answered(upTo);
        foreach (var refusal in refused)
        {
            if (refusal.Number > heardRefusal)
            {
                heardRefusal = refusal.Number;
                effects.Refused(refusal);
            }
        }
    }

    /// <summary>Says again what may have been lost on the way.</summary>
    public void Repeat()
    {
        foreach (var settlement in settlements.Unanswered)
        {
            effects.Settle(settlement.Number, settlement.Epoch, settlement.GrantId, settlement.Run);
        }

        if (Asks && withdraws)
        {
            effects.Withdraw(request);
        }
        else if (Asks)
        {
            effects.Request(request, lastWants);
        }
    }

    private readonly record struct Settlement(long Number, int Epoch, long GrantId, OutcomeRun Run);
}

/// <summary>What the link asks its shell to send.</summary>
internal interface IQueueLinkEffects
{
    void Request(long number, WorkDemand wants);

    void Withdraw(long number);

    void Settle(long number, int epoch, long grantId, OutcomeRun run);

    /// <summary>A settlement was refused: what it named was settled by somebody else.</summary>
    void Refused(Refusal refusal);
}
