using AkkaPipeline.Queueing.Orders;

namespace AkkaPipeline.Queueing;

/// <summary>
/// The work queue without its actor: accepts, numbers, orders, grants, settles, keeps the ledger, answers joins. Not
/// thread-safe: its shell, or the simulation, calls it one message at a time.
/// </summary>
internal sealed partial class QueueState
{
    private const int NearItems = 256;

    private readonly QueueLimits limits;
    private readonly IReadyOrder ready;
    private readonly IQueueEffects effects;
    private readonly TimeProvider time;
    private readonly CreditBook credit;
    private readonly ConsumerDesk desk = new();
    private readonly Dictionary<long, InFlightGrant> grants = [];
    private readonly TakeBacks takeBacks;
    private readonly KeyLanes? keys;
    private readonly ItemSchedule schedule = new();
    private readonly Pauses pauses = new();
    private readonly HaltWatch halts = new([]);
    private readonly HashSet<long> joins = [];
    private readonly PutIdWindow putIds;
    private Ledger ledger;
    private RateLimiter? limiter;
    private long rateState;
    private long? rateDueAt;
    private readonly long lateMax;
    private long lastSequence;
    private long retried;
    private long failures;
    private long stalls;
    private long deadLettersKept;
    private long inFlightBytes;
    private long lastGrant;
    private long refused;
    private QueuePhase phase;
    private bool granting = true;
    private bool tellsQuiet;
    private IReadOnlyList<string> toldStalled = [];
    private bool toldTakesMore;
    private bool toldOver;

    public QueueState(
        QueueLimits limits, IReadyOrder ready, int epoch, IQueueEffects effects, TimeProvider time)
    {
        this.limits = limits;
        this.ready = ready;
        this.effects = effects;
        this.time = time;
        lateMax = (long)(RateLimiter.LateMax.TotalSeconds * time.TimestampFrequency);
        Epoch = epoch;
        credit = new CreditBook(limits.Capacity, limits.CapacityBytes, effects, confirmsAtOnce: !KeepsItems);
        gate = new CommitGate(TellSafe);
        putIds = new PutIdWindow(limits.PutIdsMax, limits.PutIdsFor, time);
        takeBacks = new TakeBacks(effects, time);
        keys = ready as KeyLanes;
        Limit(limits.Rate);
    }

    /// <summary>Issued by the store, raised when all grants are fenced.</summary>
    public int Epoch { get; private set; }

    public QueueCounts Counts => new()
    {
        Accepted = ledger.Accepted,
        Queued = ledger.Queued,
        Scheduled = ledger.Scheduled,
        InFlight = ledger.InFlight,
        Acked = ledger.Acked,
        DeadLettered = ledger.DeadLettered,
        Dropped = ledger.Dropped,
        Quarantined = ledger.Quarantined,
        Released = ledger.Released,
        Refused = refused,
        Retried = retried,
    };

    /// <summary>No higher number has been given to an item.</summary>
    public long LastSequence => lastSequence;

    /// <summary>How many items have become dead letters here, those requeued since too.</summary>
    public long DeadLetteredEver => failures;

    /// <summary>How many dead letters are kept.</summary>
    public long DeadLettersKept => deadLettersKept;

    /// <summary>The lowest number of the items that wait in memory to be granted; null: none does.</summary>
    public long? OldestQueued => ready.Oldest;

    /// <summary>Whether <see cref="OldestQueued"/> is found at once.</summary>
    public bool OldestIsNear => ready.Count <= NearItems || ready is FirstInFirstOut;

    /// <summary>Credit given to producers and not used yet.</summary>
    public long CreditOutstanding => credit.Outstanding;

    /// <summary>Whether a tick is wanted soon, to look again for a tail to take back.</summary>
    public bool WantsTick => (granting && desk.Idle > 0 && takeBacks.Any) || Starves;

    /// <summary>When something will happen by itself, as a timestamp: a tick is wanted then; null: nothing will.</summary>
    public long? WakeAt => Earliest(
        Earliest(Earliest(schedule.NextDue, pauses.NextEnd), Earliest(ready.WakeAt, RateWakeAt)),
        suspects.Alone is null ? SuspectWakeAt : suspects.AloneUntil);

    /// <summary>When the rate allows the next item, where nothing but the rate holds it back.</summary>
    private long? RateWakeAt =>
        limiter is not null && granting && ready.Ready > 0 && desk.Next() is not null
        && time.GetTimestamp() is var now && limiter.Available(rateState, now, 1) == 0
            ? limiter.NextAt(rateState, now)
            : null;

    /// <summary>
    /// Since when the rate has been used to the full: what came due while the queue's timer was late may still be granted.
    /// </summary>
    private long RateSince(long now) => rateDueAt is { } due && due < now ? Math.Max(due, now - lateMax) : now;

    /// <summary>While items wait for the rate it is used to the full, so that nothing of it is lost to late timers.</summary>
    private void NoteRate()
    {
        if (limiter is null || ready.Ready == 0)
        {
            rateDueAt = null;
        }
        else if (time.GetTimestamp() is var now && limiter.Available(rateState, now, 1, RateSince(now)) == 0)
        {
            rateDueAt = limiter.NextAt(rateState, now);
        }
    }

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
                Accept(producer, number, chunk);
                if (KeepsItems)
                {
                    gate.Confirm(account, chunk);
                }
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

    /// <summary>The consumer takes no more work: its request is answered by nothing, or was by a grant.</summary>
    public void Withdraw(ConsumerKey consumer, long number)
    {
        var place = desk.Know(consumer);
        if (desk.Withdraw(place, number))
        {
            effects.NothingReady(consumer, number, IsOver);
        }
        else if (number == place.AnsweredRequest)
        {
            AnswerAgain(place);
        }

        Dispatch();
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
                OpenBehind(consumer, grantId, run.From);
            }
            else
            {
                Apply(grants[grantId], run);
            }
        }

        if (place.Wants.Wait == WaitMode.ForWork)
        {
            effects.Settled(consumer, place.SettledUpTo, place.Refused);
        }
        else
        {
            AnswerOnceSafe(place, place.SettledUpTo);
        }

        Dispatch();
    }

    /// <summary>Whoever has got an item directly is told once its settlement is safe.</summary>
    private void AnswerOnceSafe(ConsumerDesk.Place place, long upTo) =>
        gate.Then(() => effects.Settled(place.Key, upTo, place.Refused));

    /// <summary>The holder had nothing to give back.</summary>
    public void Kept(ConsumerKey consumer, long grantId)
    {
        if (grants.TryGetValue(grantId, out var grant) && grant.Holder.Key == consumer)
        {
            takeBacks.Kept(grant);
            Dispatch();
        }
    }

    /// <returns>How many keys go on though the consumer's code may still run on items of them.</returns>
    public int ConsumerGone(ConsumerKey consumer)
    {
        if (desk.Find(consumer) is not { } place)
        {
            return 0;
        }

        var opened = phase == QueuePhase.Released || !granting ? 0 : KeysHeldBy(place);
        ReopenKeysOf(consumer);
        if (place.Grants > 0)
        {
            foreach (var grant in grants.Values.Where(grant => grant.Holder == place).ToArray())
            {
                TakeUnsettled(grant);
            }
        }

        desk.Forget(place);
        Dispatch();
        return opened;
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

    /// <summary>Time has passed: looks again for tails to take back, and for batches that somebody waits for.</summary>
    public void Tick()
    {
        Dispatch();
        NudgeSink(timePassed: true);
    }

    /// <summary>Says again what may have been lost on the way.</summary>
    public void Repeat()
    {
        credit.Repeat();
        takeBacks.Repeat();
        if (pauses.Any && !pauses.EndByThemselves)
        {
            AskAllBack();
        }

        Dispatch();
    }

    /// <summary>Rule 1, and that the parts agree with the ledger. Throws when they do not.</summary>
    public void VerifyInvariants()
    {
        var inFlight = grants.Values.Sum(grant => (long)grant.Unsettled);
        if (!ledger.Balances || ledger.Queued != ready.Count + inStore + aloneInStore || ledger.Scheduled != schedule.Count || ledger.InFlight != inFlight
            || grants.Values.Any(grant => grant.Unsettled == 0 || !grant.CountsAgree())
            || inStore < 0 || aloneInStore < 0
            || deadLettersKept < 0 || deadLettersKept > ledger.DeadLettered
            || credit.Outstanding < 0
            || desk.Places.Sum(place => place.Grants) != grants.Count)
        {
            throw new InvalidOperationException(
                $"The queue's ledger does not hold: {ledger}; ready {ready.Count}, granted and unsettled {inFlight}.");
        }
    }

    private void Accept(ProducerKey producer, long number, Chunk chunk)
    {
        chunk.Accept(producer, number, lastSequence + 1);
        lastSequence += chunk.Count;
        if (chunk.Columns?.Ids is { } ids)
        {
            AcceptOnce(chunk, ids);
        }
        else if (settledBefore.Count > 0 && chunk.FirstSequence < settledBefore[^1].First + settledBefore[^1].Count)
        {
            foreach (var run in WithoutSettled(chunk))
            {
                Accept(run);
            }
        }
        else
        {
            Accept(new ItemRun(chunk, 0, chunk.Count));
        }
    }

    private void Accept(ItemRun run)
    {
        ledger.Accepted += run.Count;
        if (run.Chunk.Columns?.DueAt is null)
        {
            AcceptReady(run);
        }
        else
        {
            AcceptScheduled(run);
        }
    }

    /// <summary>Items whose ids are known are not taken: they count as nothing.</summary>
    private void AcceptOnce(Chunk chunk, string?[] ids)
    {
        var duplicates = new List<long>();
        var now = time.GetTimestamp();
        var from = 0;
        for (var index = 0; index <= chunk.Count; index++)
        {
            var isDuplicate = index < chunk.Count && ids[index] is { } id && !putIds.TryAdd(id, now);
            if (index < chunk.Count && !isDuplicate)
            {
                continue;
            }

            if (index > from)
            {
                Accept(new ItemRun(chunk, from, index - from));
            }

            if (isDuplicate)
            {
                duplicates.Add(chunk.FirstNumber + index);
                Forget(new ItemRun(chunk, index, 1));
            }

            from = index + 1;
        }

        if (duplicates.Count > 0)
        {
            effects.Duplicates(chunk.Producer, duplicates);
        }
    }

    private void Dispatch()
    {
        MoveWhatIsDue();
        if (phase >= QueuePhase.Dropping)
        {
            DropWhatWaits();
        }

        ReadIfWanted();

        // What is met by what was settled last is met before anything more is granted.
        var met = halts.Look(ledger.Acked, failures);
        granting &= met is null;
        GrantSuspects();
        while (granting && !IsRecovering && !HoldsBackForSuspects && ready.Ready > 0 && RoomToGrant is > 0 and var room && desk.Next() is { } place)
        {
            Grant(place, room);
        }

        NoteRate();

        if (desk.Idle > 0 && ready.Ready == 0 && granting)
        {
            takeBacks.AskFor(desk.Idle);
        }
        else if (keys is not null && granting)
        {
            takeBacks.AskOverdue();
        }

        NudgeSink(timePassed: false);
        credit.Distribute(Waiting, BytesThatPress, isOpen: WhyPutsWait is null);
        Announce(met);
    }

    private long RoomToGrant => Math.Min(
        RoomInFlight,
        Math.Min(
            pauses.Allowance,
            limiter is null ? Chunk.ItemsMax : AllowedByRate(limiter)));

    private long AllowedByRate(RateLimiter rate)
    {
        var now = time.GetTimestamp();
        return rate.Available(rateState, now, Chunk.ItemsMax, RateSince(now));
    }

    private long RoomInFlight => inFlightBytes >= limits.InFlightBytesMax
        ? 0
        : Math.Min(limits.InFlightMax - ledger.InFlight, RoomForDeadLetters);

    private long RoomForDeadLetters => limits.DropsOldestDeadLetters
        ? long.MaxValue / 2
        : limits.DeadLettersMax - deadLettersKept - ledger.InFlight;

    private void Grant(ConsumerDesk.Place place, long room)
    {
        var size = GrantGuide.Size(place.Wants, ready.Ready, desk.Active);
        var most = (int)Math.Min(size, room);

        // Direct gets are many hands: items of one key must not be in two of them.
        Grant(place, keys is not null && place.Wants.Wait != WaitMode.ForWork ? keys.TakeOneOfEachKey(most) : ready.Take(most));
    }

    private void Grant(ConsumerDesk.Place place, GrantItems items)
    {
        if (!items.Parked)
        {
            // What is parked is not run: it costs nothing of the rate, and is no probe.
            limiter?.Take(ref rateState, RateSince(time.GetTimestamp()), items.Count);
            pauses.Granted(items.Count);
        }

        var grant = new InFlightGrant(++lastGrant, place, place.Request, items, time.GetTimestamp())
        {
            Limiter = items.Parked ? null : limiter,
            KeyLimiter = items.Parked ? null : keys?.Limiter,
        };
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
        if (run.NotStarted)
        {
            GiveRateBack(grant, run);
        }

        foreach (var items in grant.Items.Slice(run.From, run.Count))
        {
            if (run.CodeRuns)
            {
                KeepClosed(grant, run.From, items);
            }

            Settle(items, run, grant.Items.Parked);
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

    /// <summary>Items have left the queue: their chunk may go, and their source may want to hear of it.</summary>
    private void LetGo(ItemRun items, bool dropped)
    {
        WriteSettled(items, dropped);
        Forget(items);
    }

    /// <summary>The store knows; their source hears of it once that is committed, and their chunk may go.</summary>
    private void Forget(ItemRun items)
    {
        var chunk = items.Chunk;
        if (!KeepsItems && credit.HearerOf(chunk.Producer) is { Wants.WantsSettled: true })
        {
            var (producer, first, count) = (chunk.Producer, chunk.FirstNumber + items.Start, items.Count);
            gate.Then(() => TellSettled(producer, first, count));
        }

        ForgetSuspects(items);
        chunk.Settle(items.Count);
    }

    /// <summary>A store that keeps items answers for them: their source is done with them.</summary>
    private void TellSafe(CreditBook.Account account, long first, int count)
    {
        if (account.Wants.WantsSettled)
        {
            TellSettled(account.Key, first, count);
        }
    }

    private void TellSettled(ProducerKey producer, long first, int count)
    {
        if (credit.HearerOf(producer) is not { } account)
        {
            return;
        }

        var number = account.SettledRuns.NextNumber;
        account.SettledRuns.Add((number, first, count));
        if (!account.Gone)
        {
            effects.SettledRun(account.Key, number, first, count);
        }
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

    private bool IsOver => phase != QueuePhase.Open && Waiting == 0 && !MoreMayCome;

    private void AnswerIfNothingComes(ConsumerDesk.Place place)
    {
        if (place.Wants.Wait == WaitMode.Not || (place.Wants.Wait == WaitMode.ForItem && IsOver))
        {
            desk.Answered(place);
            effects.NothingReady(place.Key, place.Request, IsOver);
        }
    }

    private void Announce(HaltRule? met)
    {
        if (ledger.Unfinished == 0 && joins.Count > 0 && !MoreMayCome)
        {
            if (limits.Keeps == Durability.Checkpoint)
            {
                effects.CommitNow(gate.Next(), atEnd: phase != QueuePhase.Open, last: phase != QueuePhase.Open);
            }

            foreach (var id in joins)
            {
                gate.Then(() => effects.Joined(id));
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

        AnnounceStall();
        if (met is not null)
        {
            AskAllBack();
            effects.Halted(met);
        }
    }

    private static long? Earliest(long? one, long? other) => one is null || other < one ? other : one;
}
