namespace AkkaPipeline.Queueing;

/// <summary>
/// The work queue without its actor: accepts, numbers, orders, grants, settles, keeps the ledger, answers joins. Not
/// thread-safe: its shell, or the simulation, calls it one message at a time.
/// </summary>
internal sealed class QueueState
{
    private readonly QueueLimits limits;
    private readonly Orders.IReadyOrder ready;
    private readonly IQueueEffects effects;
    private readonly TimeProvider time;
    private readonly CreditBook credit;
    private readonly ConsumerDesk desk = new();
    private readonly Dictionary<long, InFlightGrant> grants = [];
    private readonly TakeBacks takeBacks;
    private readonly HashSet<long> joins = [];
    private Ledger ledger;
    private long deadLettersKept;
    private long inFlightBytes;
    private long lastGrant;
    private long refused;
    private QueuePhase phase;
    private bool granting = true;
    private bool tellsQuiet;
    private bool toldStalled;
    private bool toldOver;

    public QueueState(
        QueueLimits limits, Orders.IReadyOrder ready, int epoch, IQueueEffects effects, TimeProvider time)
    {
        this.limits = limits;
        this.ready = ready;
        this.effects = effects;
        this.time = time;
        Epoch = epoch;
        credit = new CreditBook(limits.Capacity, limits.CapacityBytes, effects);
        takeBacks = new TakeBacks(effects, time);
    }

    /// <summary>Issued by the store, raised when all grants are fenced.</summary>
    public int Epoch { get; private set; }

    public QueueCounts Counts => new(
        ledger.Accepted, ledger.Queued, ledger.InFlight, ledger.Acked, ledger.DeadLettered, ledger.Dropped,
        ledger.Released, refused);

    /// <summary>Credit given to producers and not used yet.</summary>
    public long CreditOutstanding => credit.Outstanding;

    /// <summary>Whether a tick is wanted soon, to look again for a tail to take back.</summary>
    public bool WantsTick => granting && desk.Idle > 0 && takeBacks.Any;

    public void Demand(ProducerKey producer, CreditDemand wants)
    {
        credit.Demand(producer, wants);
        Dispatch();
    }

    public void Offer(ProducerKey producer, long number, Chunk chunk, CreditDemand wants)
    {
        if (credit.Demand(producer, wants) is { } account)
        {
            if (number == account.AcceptedUpTo && phase != QueuePhase.Released)
            {
                credit.Accepted(account, chunk);
                chunk.Accept(producer, number, ledger.Accepted + 1);
                Accept(chunk);
            }
            else
            {
                account.Answer = true;
            }
        }

        Dispatch();
    }

    public void Yield(ProducerKey producer, long version, long upTo)
    {
        credit.Yield(producer, version, upTo);
        Dispatch();
    }

    public void Noted(ProducerKey producer, long upTo) => credit.Find(producer)?.SettledRuns.Answered(upTo);

    public void ProducerGone(ProducerKey producer)
    {
        credit.Remove(producer);
        Dispatch();
    }

    public void Request(ConsumerKey consumer, long number, WorkDemand wants)
    {
        var place = desk.Know(consumer);
        if (!desk.Ask(place, number, wants) && number == place.AnsweredRequest)
        {
            AnswerAgain(place);
        }

        Dispatch();
        if (place.Asks && place.Request == number)
        {
            AnswerIfNothingComes(place);
        }
    }

    public void Settle(ConsumerKey consumer, long number, int epoch, long grantId, OutcomeRun run)
    {
        var place = desk.Find(consumer);
        if (place is null)
        {
            refused++;
            effects.Settled(consumer, number, [new Refusal(number, $"{consumer} is not known to the queue")]);
            return;
        }

        if (number == place.SettledUpTo + 1)
        {
            place.SettledUpTo = number;
            if (Refuse(place, epoch, grantId, run) is { } reason)
            {
                refused++;
                place.Refuse(number, reason);
            }
            else
            {
                Apply(grants[grantId], run);
            }
        }

        effects.Settled(consumer, place.SettledUpTo, place.Refused);
        Dispatch();
    }

    /// <summary>The holder had nothing to give back.</summary>
    public void Kept(ConsumerKey consumer, long grantId)
    {
        if (grants.TryGetValue(grantId, out var grant) && grant.Holder.Key == consumer)
        {
            takeBacks.Kept(grant);
            Dispatch();
        }
    }

    public void ConsumerGone(ConsumerKey consumer)
    {
        if (desk.Find(consumer) is not { } place)
        {
            return;
        }

        if (place.Grants > 0)
        {
            foreach (var grant in grants.Values.Where(grant => grant.Holder == place).ToArray())
            {
                TakeUnsettled(grant);
            }
        }

        desk.Forget(place);
        Dispatch();
    }

    public void Join(long id)
    {
        joins.Add(id);
        Dispatch();
    }

    public void Leave(long id) => joins.Remove(id);

    /// <summary>Ends puts. Graceful may be raised to immediate, never back.</summary>
    public void ShutDown(bool immediate)
    {
        phase = (QueuePhase)Math.Max((int)phase, (int)(immediate ? QueuePhase.Dropping : QueuePhase.ShutDown));
        credit.Close();
        Dispatch();
    }

    public void StopGranting()
    {
        granting = false;
        tellsQuiet = true;
        Dispatch();
    }

    /// <summary>Fences every grant and counts what is unsettled as released.</summary>
    public void ReleaseAll()
    {
        Epoch++;
        phase = QueuePhase.Released;
        credit.Close();
        foreach (var grant in grants.Values)
        {
            foreach (var run in grant.UnsettledRuns())
            {
                run.Chunk.KeepFromReuse();
            }

            desk.Holds(grant.Holder, -1);
        }

        grants.Clear();
        inFlightBytes = 0;
        takeBacks.Clear();
        ledger.Released += ledger.InFlight;
        ledger.InFlight = 0;
        Dispatch();
    }

    /// <summary>Dead letters come back, to be tried anew in their old places. They may exceed the capacity.</summary>
    /// <param name="chunks">Of one item each, with its sequence number and no producer.</param>
    /// <returns>Why they are not taken; null if they are.</returns>
    public string? Requeue(IReadOnlyList<Chunk> chunks)
    {
        if (phase != QueuePhase.Open || !granting)
        {
            return phase == QueuePhase.Open ? "the pipeline is ending" : "the queue has been shut down";
        }

        foreach (var chunk in chunks)
        {
            ledger.DeadLettered -= chunk.Count;
            deadLettersKept -= chunk.Count;
            Return(new ItemRun(chunk, 0, chunk.Count));
        }

        Dispatch();
        return null;
    }

    /// <summary>Dead letters are dropped on request.</summary>
    public void ForgetDeadLetters(long count)
    {
        DropDeadLetters(count);
        Dispatch();
    }

    /// <summary>Time has passed: looks again for tails to take back.</summary>
    public void Tick() => Dispatch();

    /// <summary>Says again what may have been lost on the way.</summary>
    public void Repeat()
    {
        credit.Repeat();
        takeBacks.Repeat();

        Dispatch();
    }

    public IReadOnlyList<Holding> Holdings() =>
    [
        .. grants.Values.GroupBy(grant => grant.Holder.Key).Select(held => new Holding(
            held.Key.ToString(),
            held.Sum(grant => (long)grant.Unsettled),
            held.Min(grant => grant.FirstUnsettledSequence()),
            time.GetElapsedTime(held.Min(grant => grant.GrantedAt)))),
    ];

    /// <summary>Rule 1, and that the parts agree with the ledger. Throws when they do not.</summary>
    public void VerifyInvariants()
    {
        var inFlight = grants.Values.Sum(grant => (long)grant.Unsettled);
        if (!ledger.Balances || ledger.Queued != ready.Count || ledger.InFlight != inFlight
            || grants.Values.Any(grant => grant.Unsettled == 0 || !grant.CountsAgree())
            || deadLettersKept < 0 || deadLettersKept > ledger.DeadLettered
            || credit.Outstanding < 0
            || desk.Places.Sum(place => place.Grants) != grants.Count)
        {
            throw new InvalidOperationException(
                $"The queue's ledger does not hold: {ledger}; ready {ready.Count}, granted and unsettled {inFlight}.");
        }
    }

    private void Accept(Chunk chunk)
    {
        ledger.Accepted += chunk.Count;
        ledger.Queued += chunk.Count;
        ready.Add(chunk);
    }

    private void Dispatch()
    {
        if (phase >= QueuePhase.Dropping)
        {
            DropQueued();
        }

        while (granting && ready.Count > 0 && RoomInFlight > 0 && desk.Next() is { } place)
        {
            Grant(place);
        }

        if (desk.Idle > 0 && ready.Count == 0 && granting)
        {
            takeBacks.AskFor(desk.Idle);
        }

        credit.Distribute(ready.Count, ready.Bytes);
        Announce();
    }

    private long RoomInFlight => inFlightBytes >= limits.InFlightBytesMax
        ? 0
        : Math.Min(limits.InFlightMax - ledger.InFlight, RoomForDeadLetters);

    private long RoomForDeadLetters => limits.DropsOldestDeadLetters
        ? long.MaxValue
        : limits.DeadLettersMax - deadLettersKept - ledger.InFlight;

    private void Grant(ConsumerDesk.Place place)
    {
        var size = GrantGuide.Size(place.Wants, ready.Count, desk.Active);
        var items = ready.Take((int)Math.Min(size, RoomInFlight));
        var grant = new InFlightGrant(++lastGrant, place, place.Request, items, time.GetTimestamp());
        grants.Add(grant.Id, grant);

        // One item can be taken back only while it waits behind another grant.
        // What was got directly is in its getter's hands.
        if (place.Wants.Wait == WaitMode.ForWork && (items.Count > 1 || place.Grants > 0))
        {
            takeBacks.Add(grant);
        }

        ledger.Queued -= items.Count;
        ledger.InFlight += items.Count;
        inFlightBytes += grant.Bytes;
        place.LastGrant = grant;
        desk.Answered(place);
        desk.Holds(place, 1);
        effects.Grant(place.Key, grant.Id, grant.Request, items);
    }

    private string? Refuse(ConsumerDesk.Place place, int epoch, long grantId, OutcomeRun run)
    {
        if (epoch != Epoch)
        {
            return $"fenced: the settlement is of epoch {epoch}, the queue is at {Epoch}";
        }

        if (!grants.TryGetValue(grantId, out var grant) || grant.Holder != place)
        {
            return $"fenced: grant {grantId} is not held by {place.Key} (settled already, or given to another)";
        }

        return grant.CanSettle(run) ? null : $"called too many times: items of grant {grantId} are settled already";
    }

    private void Apply(InFlightGrant grant, OutcomeRun run)
    {
        grant.Settle(run);
        ledger.InFlight -= run.Count;
        foreach (var items in grant.Items.Slice(run.From, run.Count))
        {
            Settle(items, run);
        }

        if (run.Outcome == Outcome.Released)
        {
            grant.TakeBackAskedAt = null;
        }

        if (grant.Unsettled == 0)
        {
            Remove(grant);
        }
    }

    private void Settle(ItemRun items, OutcomeRun run)
    {
        switch (run.Outcome)
        {
            case Outcome.Released:
                Return(items);
                return;
            case Outcome.DeadLettered:
                ledger.DeadLettered += items.Count;
                if (run.DeadLetter is { } deadLetter)
                {
                    KeepDeadLetter(deadLetter, items.Count);
                }

                break;
            default:
                ledger.Acked += items.Count;
                break;
        }

        LetGo(items);
    }

    private void KeepDeadLetter(object deadLetter, int items)
    {
        deadLettersKept += items;
        effects.KeepDeadLetter(deadLetter);
        if (limits.DropsOldestDeadLetters && deadLettersKept > limits.DeadLettersMax)
        {
            DropDeadLetters(items);
            effects.DropOldestDeadLetter();
        }
    }

    private void DropDeadLetters(long items)
    {
        deadLettersKept -= items;
        ledger.DeadLettered -= items;
        ledger.Dropped += items;
    }

    private void Return(ItemRun items)
    {
        items.Chunk.KeepFromReuse();
        ledger.Queued += items.Count;
        ready.Return(items);
    }

    /// <summary>Items have left the queue: their chunk may go, and their source may want to hear of it.</summary>
    private void LetGo(ItemRun items)
    {
        var chunk = items.Chunk;
        if (credit.Find(chunk.Producer) is { Wants.WantsSettled: true } account)
        {
            var number = account.SettledRuns.NextNumber;
            account.SettledRuns.Add((number, chunk.FirstNumber + items.Start, items.Count));
            effects.SettledRun(account.Key, number, chunk.FirstNumber + items.Start, items.Count);
        }

        chunk.Settle(items.Count);
    }

    private void TakeUnsettled(InFlightGrant grant)
    {
        foreach (var run in grant.UnsettledRuns())
        {
            ledger.InFlight -= run.Count;
            Return(run);
        }

        Remove(grant);
    }

    private void Remove(InFlightGrant grant)
    {
        grants.Remove(grant.Id);
        takeBacks.Remove(grant);
        inFlightBytes -= grant.Bytes;
        desk.Holds(grant.Holder, -1);
    }

    private void DropQueued()
    {
        while (ready.Count > 0)
        {
            var items = ready.Take(Chunk.ItemsMax);
            ledger.Queued -= items.Count;
            if (phase == QueuePhase.Released)
            {
                ledger.Released += items.Count;
                continue;
            }

            ledger.Dropped += items.Count;
            foreach (var run in items.Slice(0, items.Count))
            {
                LetGo(run);
            }
        }
    }

    /// <summary>The answer may have been lost.</summary>
    private void AnswerAgain(ConsumerDesk.Place place)
    {
        if (place.LastGrant?.Request != place.AnsweredRequest)
        {
            effects.NothingReady(place.Key, place.AnsweredRequest, IsOver);
        }
        else if (grants.TryGetValue(place.LastGrant.Id, out var lost))
        {
            effects.Grant(place.Key, lost.Id, lost.Request, lost.Items);
        }
    }

    /// <summary>Shut down, but a producer may still use credit that it had: what was put then is still accepted.</summary>
    private bool MoreMayCome => phase is QueuePhase.ShutDown or QueuePhase.Dropping && credit.Outstanding > 0;

    private bool IsOver => phase != QueuePhase.Open && ready.Count == 0 && !MoreMayCome;

    private void AnswerIfNothingComes(ConsumerDesk.Place place)
    {
        if (place.Wants.Wait == WaitMode.Not || (place.Wants.Wait == WaitMode.ForItem && IsOver))
        {
            desk.Answered(place);
            effects.NothingReady(place.Key, place.Request, IsOver);
        }
    }

    private void Announce()
    {
        if (ledger.Unfinished == 0 && joins.Count > 0 && !MoreMayCome)
        {
            foreach (var id in joins)
            {
                effects.Joined(id);
            }

            joins.Clear();
        }

        if (IsOver && !toldOver)
        {
            foreach (var place in desk.Places.Where(place => place.Asks).ToArray())
            {
                AnswerIfNothingComes(place);
            }
        }

        toldOver = IsOver;
        if (tellsQuiet && ledger.InFlight == 0)
        {
            tellsQuiet = false;
            effects.Quiet();
        }

        var stalled = granting && ready.Count > 0 && ledger.InFlight == 0 && RoomForDeadLetters <= 0;
        if (stalled && !toldStalled)
        {
            effects.Stalled([$"the dead letters have reached their bound of {limits.DeadLettersMax}: {ready.Count} items wait"]);
        }
        else if (toldStalled && !stalled)
        {
            effects.Stalled([]);
        }

        toldStalled = stalled;
    }
}
