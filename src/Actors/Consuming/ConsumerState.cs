using AkkaPipeline.Queueing;

namespace AkkaPipeline.Consuming;

/// <summary>
/// A consumer of the pool without its actor and its runner: when it asks for work, what it holds, what it gives back.
/// </summary>
/// <param name="effects">The shell.</param>
internal sealed partial class ConsumerState(IConsumerEffects effects)
{
    /// <summary>A grant that will be done sooner than this is followed by a request at once.</summary>
    public const long AskAheadNanoseconds = 250_000;

    private readonly Dictionary<long, Held> held = [];
    private readonly QueueLink link = new(effects);
    private ServiceEstimate estimate = new(0, 0, 1);
    private int running;
    private bool asksIdle;
    private bool stopped;
    private bool retiring;
    private bool retired;

    /// <summary>How many grants are not settled.</summary>
    public int Grants => held.Count;

    public int Unanswered => link.Unanswered;

    public void Start() => Ask();

    public void Grant(long id, int epoch, long request, GrantItems items)
    {
        if (!link.Take(id, request))
        {
            return;
        }

        held.Add(id, new Held(epoch, items.Count, IsRun: !items.Parked && !items.HasKilled));
        if (stopped)
        {
            Outcome(id, OutcomeRun.NeverStarted(0, items.Count));
            return;
        }

        if (items.Parked)
        {
            // The next is asked for once its dead letters are written: the room for them on their way is bounded.
            effects.Park(id);
            return;
        }

        if (items.HasKilled)
        {
            effects.Judge(id);
            return;
        }

        running++;
        effects.Run(id, epoch, items);
        if (running == 1 && estimate.NanosecondsPerItem > 0 && estimate.NanosecondsPerItem * items.Count < AskAheadNanoseconds)
        {
            Ask();
        }
    }

    /// <summary>The runner has left a grant; outcomes may still come from the sink.</summary>
    public void RunnerLeft(ServiceEstimate serviced)
    {
        estimate = serviced;
        running--;
        if (running == 0 && link.Asks && !asksIdle && TakesWork)
        {
            AskAs(idle: true);
        }

        Ask();
        TellIfRetired();
    }

    /// <summary>What became of some items of a grant.</summary>
    public void Outcome(long grantId, OutcomeRun run)
    {
        if (!held.TryGetValue(grantId, out var grant))
        {
            return;
        }

        run = MarkIfCodeRuns(grantId, run);
        link.Settle(grant.Epoch, grantId, run);
        SettledGivenUp(grantId, run);
        if (grant.Unsettled == run.Count)
        {
            held.Remove(grantId);
            effects.LetGo(grantId);
            if (!grant.IsRun)
            {
                Ask();
            }
        }
        else
        {
            held[grantId] = grant with { Unsettled = grant.Unsettled - run.Count };
        }
    }

    public void Settled(long upTo, IReadOnlyList<Refusal> refused)
    {
        link.Settled(upTo, refused);
        TellIfRetired();
    }

    /// <summary>The request that was withdrawn will bring no work.</summary>
    public void NothingReady(long request)
    {
        link.TakeNothing(request);
        TellIfRetired();
    }

    /// <summary>An idle consumer could use the tail of a grant.</summary>
    public void TakeBack(long grantId)
    {
        var (from, to) = held.ContainsKey(grantId) ? effects.GiveBack(grantId) : (0, 0);
        if (to > from)
        {
            Outcome(grantId, OutcomeRun.NeverStarted(from, to));
        }
        else
        {
            effects.Kept(grantId);
        }
    }

    /// <summary>Takes no more work; what has not been started is given back by the runner.</summary>
    public void Stop() => stopped = true;

    /// <summary>Takes no more work, and tells when what it has, or what is on its way, is settled.</summary>
    public void Retire()
    {
        retiring = true;
        link.Withdraw();
        TellIfRetired();
    }

    /// <summary>Says again what may have been lost on the way.</summary>
    public void Repeat() => link.Repeat();

    private bool TakesWork => !stopped && !retiring;

    private void Ask()
    {
        if (TakesWork && !link.Asks)
        {
            AskAs(idle: running == 0);
        }
    }

    private void AskAs(bool idle)
    {
        asksIdle = idle;
        link.Ask(new WorkDemand(estimate.Wanted, estimate.NanosecondsPerItem, Idle: idle, MeanNanoseconds: estimate.MeanNanoseconds));
    }

    private void TellIfRetired()
    {
        if (retiring && !retired && running == 0 && held.Count == 0 && !link.Asks && link.Unanswered == 0)
        {
            retired = true;
            effects.Retired();
        }
    }

    private readonly record struct Held(int Epoch, int Unsettled, bool IsRun);
}

/// <summary>What a consumer's core asks its shell to do.</summary>
internal interface IConsumerEffects : IQueueLinkEffects
{
    /// <summary>Hands a grant to the runner, behind those it has.</summary>
    void Run(long grantId, int epoch, GrantItems items);

    /// <summary>The keys of a grant's items are parked: they become dead letters without being run.</summary>
    void Park(long grantId);

    /// <summary>The grant's item has killed an earlier process: that was a failed attempt, and it is not run.</summary>
    void Judge(long grantId);

    /// <summary>Takes unstarted items of a started grant, or of one behind it, away from the runner.</summary>
    /// <returns>Their indexes [From, To), empty when there are none.</returns>
    (int From, int To) GiveBack(long grantId);

    /// <summary>Tells the queue that nothing could be given back.</summary>
    void Kept(long grantId);

    /// <summary>Every item of the grant has its outcome.</summary>
    void LetGo(long grantId);

    /// <summary>A consumer that was to retire has nothing left to do.</summary>
    void Retired();
}
