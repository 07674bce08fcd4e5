using AkkaPipeline.Queueing;
using AkkaPipeline.Queueing.Orders;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>The queue's shell: tells the books of each message before its core acts on it, and compares afterwards.</summary>
internal sealed class SimulatedQueue : SimulatedActor, IQueueEffects
{
    private static readonly QueueIdentity Identity = new("simulated", "1");
    private static readonly long TickNanoseconds = 10 * VirtualTime.Millisecond;

    private readonly QueueState state;
    private readonly Dictionary<ProducerKey, SimulatedActor> producers = [];
    private readonly Dictionary<ConsumerKey, SimulatedActor> consumers = [];
    private readonly Dictionary<ConsumerKey, int> asked = [];
    private readonly Dictionary<long, (SimulatedActor ReplyTo, long Id)> joins = [];
    private long lastJoin;
    private bool ticking;

    public SimulatedQueue(Simulation simulation)
        : base(simulation, "queue")
    {
        var plan = simulation.Plan;
        var limits = new QueueLimits(
            plan.Capacity, plan.CapacityBytes, plan.DeadLetterSink ? long.MaxValue / 2 : plan.DeadLettersMax);
        IReadyOrder order = plan.Order switch
        {
            GrantOrder.FirstInFirstOut => new FirstInFirstOut(),
            GrantOrder.LastInFirstOut => new LastInFirstOut(),
            _ => new LowestPriorityFirst(),
        };
        state = new QueueState(
            limits, simulation.Mutant.Wrap(order), 1, simulation.Mutant.Wrap((IQueueEffects)this), simulation.Time);
        RepeatWhileAlive(() =>
        {
            state.Repeat();
            Check();
        });
    }

    public QueueCounts Counts => state.Counts;

    private Books Books => Simulation.Books;

    public override void Receive(SimulatedActor from, object message)
    {
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
                Books.Settled(
                    settle.Consumer, consumers.ContainsKey(settle.Consumer), settle.Number, settle.Epoch, settle.GrantId, settle.Run);
                state.Settle(settle.Consumer, settle.Number, settle.Epoch, settle.GrantId, settle.Run);
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

    void IQueueEffects.NothingReady(ConsumerKey consumer, long request, bool shutDown) =>
        Tell(consumers[consumer], new QueueProtocol.NothingReady(consumer, request, shutDown));

    void IQueueEffects.KeepDeadLetter(object deadLetter)
    {
    }

    void IQueueEffects.DropOldestDeadLetter()
    {
    }

    void IQueueEffects.Joined(long joinId)
    {
        Books.Joined();
        if (joins.Remove(joinId, out var join))
        {
            Tell(join.ReplyTo, new QueueProtocol.Joined(join.Id, state.Counts));
        }
    }

    void IQueueEffects.Quiet() => Tell(Simulation.Coordinator, new QueueProtocol.Quiet());

    void IQueueEffects.Stalled(long number, IReadOnlyList<string> reasons) =>
        Tell(Simulation.Coordinator, new QueueProtocol.Stalled(number, reasons));

    void IQueueEffects.Halted(HaltRule rule) => Tell(Simulation.Coordinator, new QueueProtocol.Halted(rule));

    void IQueueEffects.CancelItem(ConsumerKey consumer, long grantId, int index) =>
        Tell(consumers[consumer], new QueueProtocol.CancelItem(consumer, grantId, index));

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
                state.Tick();
                Check();
                TickIfWanted();
            });
        }
    }

    private void Check() => Books.Check(state, Simulation.Overdraft);
}

/// <summary>What the queue's shell hears of a watched producer.</summary>
internal sealed record ProducerGone(ProducerKey Producer);

/// <summary>What the queue's shell hears of a watched consumer.</summary>
internal sealed record ConsumerGone(ConsumerKey Consumer);
