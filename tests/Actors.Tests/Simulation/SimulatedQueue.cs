using AkkaPipeline.Queueing;
using AkkaPipeline.Queueing.Orders;
using AkkaPipeline.Sinking;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>The queue's shell: tells the books of each message before its core acts on it, and compares afterwards.</summary>
internal sealed class SimulatedQueue : SimulatedActor, IQueueEffects
{
    private static readonly QueueIdentity Identity = new("simulated", "1");
    private static readonly long TickNanoseconds = 10 * VirtualTime.Millisecond;

    private readonly QueueState state;
    private readonly KeyLanes? keys;
    private readonly Dictionary<ProducerKey, SimulatedActor> producers = [];
    private readonly Dictionary<ConsumerKey, SimulatedActor> consumers = [];
    private readonly Dictionary<ConsumerKey, int> asked = [];
    private readonly Dictionary<long, (SimulatedActor ReplyTo, long Id)> joins = [];
    private long lastJoin;
    private bool ticking;
    private long? wakesAt;

    public SimulatedQueue(Simulation simulation)
        : base(simulation, "queue")
    {
        var plan = simulation.Plan;
        var limits = new QueueLimits(
            plan.Capacity,
            plan.CapacityBytes,
            plan.DeadLetterSink ? long.MaxValue / 2 : plan.DeadLettersMax,
            DropsOldestDeadLetters: plan.DropsOldestDeadLetter,
            Rate: simulation.Mutant.Alter(plan.Rate));
        var order = OrderOf(plan, simulation);
        keys = order as KeyLanes;
        state = new QueueState(
            limits, simulation.Mutant.Wrap(order), 1, simulation.Mutant.Wrap((IQueueEffects)this), simulation.Time);
        state.SinkGathers = plan.Sink && plan.Batches.Gathers;
        if (plan.Halts.Count > 0)
        {
            state.HaltWhen(plan.Halts);
        }

        RepeatWhileAlive(() =>
        {
            Books.MoveWhatIsDue();
            state.Repeat();
            Check();
            WakeIfWanted();
        });
    }

    public QueueCounts Counts => state.Counts;

    public override string ToString() =>
        $"Queue: {state.Counts}; paused: {string.Join(", ", state.PauseReasons())}; keys: {string.Join(", ", state.StoppedKeys())}; "
        + $"held: {string.Join(", ", state.Holdings())}; wakes: {state.WakeAt}";

    private Books Books => Simulation.Books;

    public override void Receive(SimulatedActor from, object message)
    {
        Books.MoveWhatIsDue();
        switch (message)
        {
            case QueueProtocol.Demand demand:
                Know(demand.Producer, from);
                state.Demand(demand.Producer, demand.Wants);
                break;
            case QueueProtocol.Offer offer:
                Know(offer.Producer, from);
                Books.Offered(offer.Producer, offer.Number, offer.Chunk);
                state.Offer(offer.Producer, offer.Number, offer.Chunk, offer.Wants);
                break;
            case QueueProtocol.Yield yield:
                state.Yield(yield.Producer, yield.Version, yield.UpTo);
                break;
            case QueueProtocol.Noted noted:
                state.Noted(noted.Producer, noted.UpTo);
                break;
            case QueueProtocol.Request request:
                Know(request.Consumer, from);
                asked[request.Consumer] = Math.Max(asked.GetValueOrDefault(request.Consumer), request.Wants.Items);
                state.Request(request.Consumer, request.Number, request.Wants);
                break;
            case QueueProtocol.Settle settle:
                Settle(settle);
                break;
            case QueueProtocol.Withdraw withdraw:
                Know(withdraw.Consumer, from);
                state.Withdraw(withdraw.Consumer, withdraw.Number);
                break;
            case QueueProtocol.Kept kept:
                state.Kept(kept.Consumer, kept.GrantId);
                break;
            default:
                ReceiveRare(from, message);
                break;
        }

        Check();
        TickIfWanted();
        WakeIfWanted();
    }

    void IQueueEffects.Credit(ProducerKey producer, CreditStanding standing) =>
        Tell(producers[producer], new QueueProtocol.Credit(producer, standing));

    void IQueueEffects.Recall(ProducerKey producer, long version) =>
        Tell(producers[producer], new QueueProtocol.Recall(producer, version));

    void IQueueEffects.SettledRun(ProducerKey producer, long number, long first, int count) =>
        Tell(producers[producer], new QueueProtocol.SettledRun(producer, number, first, count));

    void IQueueEffects.Grant(ConsumerKey consumer, long id, long request, GrantItems items)
    {
        Books.Granted(consumer, id, request, items, asked[consumer]);
        Tell(consumers[consumer], new QueueProtocol.Grant(consumer, id, state.Epoch, request, items, Identity));
    }

    void IQueueEffects.Settled(ConsumerKey consumer, long upTo, IReadOnlyList<Refusal> refused)
    {
        if (consumers.TryGetValue(consumer, out var settler))
        {
            Tell(settler, new QueueProtocol.Settled(consumer, upTo, [.. refused]));
        }
    }

    void IQueueEffects.TakeBack(ConsumerKey consumer, long grantId) =>
        Tell(consumers[consumer], new QueueProtocol.TakeBack(consumer, grantId));

    void IQueueEffects.HandBack()
    {
        foreach (var (key, consumer) in consumers)
        {
            if (key.Index != ConsumerKey.FrontEndIndex)
            {
                Tell(consumer, new QueueProtocol.HandBack(key));
            }
        }
    }

    void IQueueEffects.NudgeSink() => Tell(Simulation.Sink!, SinkProtocol.Nudge.Instance);

    void IQueueEffects.NothingReady(ConsumerKey consumer, long request, bool shutDown) =>
        Tell(consumers[consumer], new QueueProtocol.NothingReady(consumer, request, shutDown));

    void IQueueEffects.Duplicates(ProducerKey producer, IReadOnlyList<long> numbers) =>
        Tell(producers[producer], new QueueProtocol.Duplicates(producer, numbers));

    void IQueueEffects.Write(QueueWrite write)
    {
        if (write is QueueWrite.OldestDropped)
        {
            Books.DeadLettersForgotten(1);
        }

        Tell(Simulation.Store, write);
    }

    void IQueueEffects.CommitNow(long number, bool atEnd, bool last) =>
        throw new NotSupportedException("The simulated store keeps no items.");

    void IQueueEffects.Suspect(long sequence, SuspectStanding standing)
    {
    }

    void IQueueEffects.ReadAlone(long after) => throw new NotSupportedException("The simulated store keeps no items.");

    void IQueueEffects.ReadRows(long after, int items, long bytes) =>
        throw new NotSupportedException("The simulated store keeps no items.");

    void IQueueEffects.Joined(long joinId)
    {
        Books.Joined();
        if (joins.Remove(joinId, out var join))
        {
            Tell(join.ReplyTo, new QueueProtocol.Joined(join.Id, state.Counts));
        }
    }

    void IQueueEffects.Quiet() => Tell(Simulation.Coordinator, new QueueProtocol.Quiet());

    void IQueueEffects.Stalled(Stall stall) => Tell(Simulation.Coordinator, new QueueProtocol.Stalled(stall));

    void IQueueEffects.Halted(HaltRule rule)
    {
        Books.Halted(rule);
        Tell(Simulation.Coordinator, new QueueProtocol.Halted(rule));
    }

    void IQueueEffects.CancelItem(ConsumerKey consumer, long grantId, int index) =>
        Tell(consumers[consumer], new QueueProtocol.CancelItem(consumer, grantId, index));

    private void Settle(QueueProtocol.Settle settle)
    {
        var applies = Books.Settled(
            settle.Consumer, consumers.ContainsKey(settle.Consumer), settle.Number, settle.Epoch, settle.GrantId, settle.Run);
        state.Settle(settle.Consumer, settle.Number, settle.Epoch, settle.GrantId, settle.Run);
        if (applies == true && settle.Run.Outcome == Outcome.Retried && keys is not null)
        {
            Simulation.Mutant.Retried(keys, Books.KeyAt(settle.GrantId, settle.Run.From)!);
        }
    }

    private void ReceiveRare(SimulatedActor from, object message)
    {
        switch (message)
        {
            case QueueProtocol.Join join:
                joins.Add(++lastJoin, (from, join.Id));
                state.Join(lastJoin);
                break;
            case QueueProtocol.Leave leave:
                Leave(from, leave.Id);
                break;
            case QueueProtocol.ShutDown shutDown:
                Books.ShutDown(shutDown.Immediate);
                state.ShutDown(shutDown.Immediate);
                break;
            case QueueProtocol.StopGranting:
                Books.StopsGranting();
                state.StopGranting();
                break;
            case QueueProtocol.TellStall:
                state.TellStall();
                break;
            case QueueProtocol.ReleaseAll:
                Books.ReleaseAll();
                state.ReleaseAll();
                Tell(from, new QueueProtocol.AllReleased(state.Counts));
                break;
            case ProducerGone gone:
                producers.Remove(gone.Producer);
                state.ProducerGone(gone.Producer);
                break;
            case ConsumerGone gone:
                consumers.Remove(gone.Consumer);
                asked.Remove(gone.Consumer);
                Books.ConsumerGone(gone.Consumer);
                state.ConsumerGone(gone.Consumer);
                break;
            case QueueProtocol.Requeue requeue:
                var takes = Books.Requeued(requeue.Items);
                var refusal = state.Requeue(Simulation.Mutant.Alter(requeue.Items));
                Books.Rule(takes == refusal is null, $"a requeueing was answered with {refusal ?? "yes"}");
                Tell(from, new QueueProtocol.Requeued(refusal));
                break;
            case QueueProtocol.ForgetDeadLetters forget:
                Books.DeadLettersForgotten(forget.Count);
                state.ForgetDeadLetters(forget.Count);
                Tell(from, new QueueProtocol.DeadLettersForgotten(state.Counts));
                break;
            default:
                Control(message);
                break;
        }
    }

    private void Control(object message)
    {
        switch (message)
        {
            case QueueProtocol.Pause pause:
                Books.Paused(pause.Name, pause.Until, pause.EndsByItself);
                if (!Simulation.Mutant.Ignores(message))
                {
                    state.Pause(pause.Name, pause.Reason, pause.Until, pause.EndsByItself);
                }

                break;
            case QueueProtocol.Resume resume:
                Books.Resumed(resume.Name);
                state.Resume(resume.Name);
                break;
            case QueueProtocol.Probe probe:
                Books.Probed(probe.Name, probe.Items);
                state.Probe(probe.Name, probe.Items);
                break;
            case QueueProtocol.ChangeRate { PerKey: true } change:
                Books.RatePerKeyChanged(change.Rate);
                state.ChangeRatePerKey(change.Rate);
                break;
            case QueueProtocol.ChangeRate change:
                Books.RateChanged(change.Rate);
                state.ChangeRate(change.Rate);
                break;
            case QueueProtocol.ResumeKey resume:
                var was = Books.KeyResumed(resume.Key);
                Books.Rule(was == state.ResumeKey(resume.Key), $"{resume.Key} was {(was ? "stopped" : "open")}, and its resumption was answered otherwise");
                break;
            case QueueProtocol.Cancel cancel:
                var found = Books.Cancelled(cancel.Sequence);
                var told = state.Cancel(cancel.Sequence);
                Books.Rule(found == told, $"the cancellation of item {cancel.Sequence} was answered with {told}, it should be {found}");
                break;
            default:
                throw new SimulationFailedException($"the queue does not know {message}");
        }
    }

    private void Know(ProducerKey key, SimulatedActor actor)
    {
        Books.Heard(key);
        if (producers.TryAdd(key, actor))
        {
            actor.Watch(this, new ProducerGone(key));
        }
    }

    private void Know(ConsumerKey key, SimulatedActor actor)
    {
        if (consumers.TryAdd(key, actor))
        {
            actor.Watch(this, new ConsumerGone(key));
        }
    }

    private void Leave(SimulatedActor from, long id)
    {
        foreach (var (key, join) in joins)
        {
            if (join == (from, id))
            {
                joins.Remove(key);
                state.Leave(key);
                return;
            }
        }
    }

    private void TickIfWanted()
    {
        if (!ticking && state.WantsTick)
        {
            ticking = true;
            After(TickNanoseconds, () =>
            {
                ticking = false;
                Books.MoveWhatIsDue();
                state.Tick();
                Check();
                TickIfWanted();
                WakeIfWanted();
            });
        }
    }

    /// <summary>As the shell does: at the moment, or a little later where timers are coarse.</summary>
    private void WakeIfWanted()
    {
        if (state.WakeAt is not { } at || (wakesAt is { } before && at >= before))
        {
            return;
        }

        wakesAt = at;
        var grain = Simulation.Plan.TimerNanoseconds;
        After((Math.Max(0, at - Simulation.Time.Now) + grain - 1) / grain * grain, () =>
        {
            if (wakesAt == at && !Simulation.Mutant.Swallows(new WakeUp()))
            {
                wakesAt = null;
                Books.MoveWhatIsDue();
                state.Tick();
                Check();
                TickIfWanted();
                WakeIfWanted();
            }
        });
    }

    private static IReadyOrder OrderOf(Plan plan, Simulation simulation) => plan switch
    {
        { Keys: > 0 } => new KeyLanes(
            new KeyOrderSettings
            {
                OnFailure = plan.OnKeyFailure,
                Rate = simulation.Mutant.Alter(plan.RatePerKey),
                ByPriority = plan.Order == GrantOrder.LowestPriorityFirst,
                RunMax = plan.Sink && (plan.OnKeyFailure != KeyFailure.Skip || plan.Retry is not null) ? 1 : Chunk.ItemsMax,
            },
            simulation.Time),
        { Order: GrantOrder.FirstInFirstOut } => new FirstInFirstOut(),
        { Order: GrantOrder.LastInFirstOut } => new LastInFirstOut(),
        _ => new LowestPriorityFirst(),
    };

    private void Check() => Books.Check(state, Simulation.Overdraft);
}

/// <summary>What the queue's shell hears of a watched producer.</summary>
internal sealed record ProducerGone(ProducerKey Producer);

/// <summary>What the queue's shell hears of a watched consumer.</summary>
internal sealed record ConsumerGone(ConsumerKey Consumer);

/// <summary>The queue's timer says that something is due.</summary>
internal sealed record WakeUp;
