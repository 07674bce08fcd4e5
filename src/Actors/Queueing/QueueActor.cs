using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using AkkaPipeline.Queueing.Orders;
using AkkaPipeline.Sinking;
using AkkaPipeline.Storing;
using AkkaPipeline.Telemetry;
using AkkaPipeline.Timing;
using Microsoft.Extensions.Logging;

namespace AkkaPipeline.Queueing;

/// <summary>
/// Role: the mailbox-backed work queue.
/// Hears: producers (Demand, Offer, Yield, Noted), consumers (Request, Withdraw, Settle, Kept), anybody (Join, Leave, GetReport,
/// ShutDown, Explain …), the store (Committed, RowsRead, AloneRead, StoreIsFull; Requeue, ForgetDeadLetters), the coordinator (StopGranting, ReleaseAll, TellStall), whoever
/// controls it (Pause, Resume, Probe, ChangeRate, HaltWhen, ResumeKey, Cancel …), a sink that gathers (SinkGathers); it watches
/// producers and consumers.
/// Tells: producers (Credit, Recall, SettledRun), consumers (Grant, Settled, TakeBack, HandBack, CancelItem, NothingReady,
/// ExplainHeld), a sink that gathers (Nudge), the store (QueueStarted, Write, ReadRows, ReadAlone, CommitNow, Explain; Requeued,
/// DeadLettersForgotten), joiners (Joined), the coordinator (Quiet, AllReleased, Stalled, Halted).
/// States: its core's phases: Open, ShutDown, Dropping, Released.
/// Invariant: the ledger balances after every message; it runs no user code and never waits.
/// </summary>
internal sealed class QueueActor : UntypedActor, IQueueEffects
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan HolderAnswers = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RepeatInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestSleep = TimeSpan.FromDays(1);

    // Looking for the oldest item may take a hundredth of the time.
    private const int OldestShare = 100;

    private readonly QueueIdentity identity;
    private readonly IActorRef store;
    private readonly QueueState state;
    private readonly ActorTimers timers;
    private readonly Dictionary<ProducerKey, IActorRef> producers = [];
    private readonly Dictionary<ConsumerKey, IActorRef> consumers = [];
    private readonly Dictionary<IActorRef, ConsumerKey> keys = [];
    private readonly Dictionary<long, (IActorRef ReplyTo, long Id)> joins = [];
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly RecoveredQueue? left;
    private readonly RunningPage? running;
    private readonly QueueMeasures measures;
    private IActorRef quietTo = ActorRefs.Nobody;
    private IActorRef gatheringSink = ActorRefs.Nobody;
    private long lastJoin;
    private long openedKeys;
    private long oldestAgainAt;
    private bool ticking;
    private long? wakesAt;

    public QueueActor(StoreOpened opened, QueueLimits limits, IReadyOrder order, IActorRef store, TimeProvider time, ILogger log)
    {
        this.log = log;
        identity = opened.Identity;
        this.store = store;
        this.time = time;
        state = new QueueState(limits, order, opened.Epoch, this, time);
        left = limits.Keeps == Durability.None ? null : opened.Left;
        running = opened.Running;
        timers = new ActorTimers(time, Self);
        measures = new QueueMeasures(identity.Name, time, log);
    }

    protected override void PreStart()
    {
        // The coordinator says so too, for what users ask for; but what is asked here could overtake that, and be answered to nobody.
        store.Tell(new StoreProtocol.QueueStarted(Self));
        timers.StartPeriodic(nameof(Repeat), Repeat.Instance, RepeatInterval, TimeProvider.System);
        if (left is not null)
        {
            state.Begin(left);
        }

        measures.Begin(state.Counts, state.DeadLetteredEver, state.DeadLettersKept);
    }

    protected override void PostStop()
    {
        measures.Dispose();
        timers.Dispose();
    }

    protected override void OnReceive(object received)
    {
        if (!timers.TryTake(received, out var message))
        {
            return;
        }

        switch (message)
        {
            case QueueProtocol.Offer offer:
                Know(offer.ReplyTo, offer.Producer);
                state.Offer(offer.Producer, offer.Number, offer.Chunk, offer.Wants);
                break;
            case QueueProtocol.Settle settle:
                state.Settle(settle.Consumer, settle.Number, settle.Epoch, settle.GrantId, settle.Run);
                break;
            case QueueProtocol.Request request:
                Know(request.ReplyTo, request.Consumer);
                state.Request(request.Consumer, request.Number, request.Wants);
                break;
            case QueueProtocol.Demand demand:
                Know(demand.ReplyTo, demand.Producer);
                state.Demand(demand.Producer, demand.Wants);
                break;
            case QueueProtocol.ICommand command:
                OnRareCommand(command);
                break;
            case Terminated terminated:
                Forget(terminated.ActorRef);
                break;
            case Tick:
                ticking = false;
                state.Tick();
                break;
            case Repeat:
                state.Repeat();
                measures.NoteAccepted(state.LastSequence);
                break;
            case Wake:
                wakesAt = null;
                state.Tick();
                break;
            default:
                Unhandled(message);
                break;
        }

        AssertInvariants();
        Measure();
        TickIfWanted();
        WakeIfWanted();
    }

    private void OnRareCommand(QueueProtocol.ICommand command)
    {
        switch (command)
        {
            case QueueProtocol.Yield yield:
                state.Yield(yield.Producer, yield.Version, yield.UpTo);
                break;
            case QueueProtocol.Noted noted:
                state.Noted(noted.Producer, noted.UpTo);
                break;
            case QueueProtocol.Kept kept:
                state.Kept(kept.Consumer, kept.GrantId);
                break;
            case QueueProtocol.Withdraw withdraw:
                Know(withdraw.ReplyTo, withdraw.Consumer);
                state.Withdraw(withdraw.Consumer, withdraw.Number);
                break;
            case QueueProtocol.Join join:
                joins.Add(++lastJoin, (join.ReplyTo, join.Id));
                state.Join(lastJoin);
                break;
            case QueueProtocol.Leave leave:
                Leave(leave);
                break;
            case QueueProtocol.GetReport get:
                get.ReplyTo.Tell(new QueueProtocol.Report(state.Counts, state.Holdings()));
                break;
            case QueueProtocol.ShutDown shutDown:
                state.ShutDown(shutDown.Immediate);
                shutDown.ReplyTo.Tell(new QueueProtocol.IsShutDown());
                break;
            case QueueProtocol.Requeue requeue:
                requeue.ReplyTo.Tell(new QueueProtocol.Requeued(state.Requeue(requeue.Items)));
                break;
            case QueueProtocol.ForgetDeadLetters forget:
                state.ForgetDeadLetters(forget.Count);
                forget.ReplyTo.Tell(new QueueProtocol.DeadLettersForgotten(state.Counts));
                break;
            case QueueProtocol.StopGranting stop:
                quietTo = stop.ReplyTo;
                state.StopGranting();
                break;
            case QueueProtocol.ReleaseAll release:
                state.ReleaseAll();
                AnswerReleased(release);
                break;
            case QueueProtocol.Committed committed:
                state.Committed(committed.AcceptsUpTo, committed.RestUpTo);
                break;
            case QueueProtocol.RowsRead read:
                LogMissing(state.RowsRead(read.Runs, read.UpTo, read.DeadLettered, read.Quarantined));
                break;
            case QueueProtocol.AloneRead read:
                LogMissing(state.AloneRead(read.Items, read.After, read.DeadLettered));
                break;
            case QueueProtocol.StoreIsFull full:
                RefusePuts(full.PutsWait ? null : full.Cause);
                state.PutsWait(full.PutsWait ? full.Cause?.Message : null, full.EmptyUpTo);
                break;
            default:
                OnControl(command);
                break;
        }
    }

    private void OnControl(QueueProtocol.ICommand command)
    {
        switch (command)
        {
            case QueueProtocol.Pause pause:
                EngineLog.Paused(log, identity.Name, pause.Reason, pause.Until is { } until ? $" (until {until:O})" : string.Empty);
                state.Pause(pause.Name, pause.Reason, pause.Until, pause.EndsByItself);
                break;
            case QueueProtocol.Resume resume:
                EngineLog.GoesOn(log, identity.Name, resume.Name ?? "told to");
                state.Resume(resume.Name);
                break;
            case QueueProtocol.SinkGathers gathers:
                gatheringSink = gathers.Sink;
                state.SinkGathers = true;
                break;
            case QueueProtocol.Probe probe:
                state.Probe(probe.Name, probe.Items);
                break;
            case QueueProtocol.ChangeRate change when change.PerKey:
                state.ChangeRatePerKey(change.Rate);
                break;
            case QueueProtocol.ChangeRate change:
                state.ChangeRate(change.Rate);
                break;
            case QueueProtocol.HaltWhen halt:
                state.HaltWhen(halt.Rules);
                break;
            case QueueProtocol.ResumeKey resume:
                resume.ReplyTo.Tell(state.ResumeKey(resume.Key));
                break;
            case QueueProtocol.Cancel cancel:
                cancel.ReplyTo.Tell(state.Cancel(cancel.Sequence));
                break;
            case QueueProtocol.Explain explain:
                Explain(explain);
                break;
            case QueueProtocol.Confirm confirm:
                confirm.ReplyTo.Tell(confirm.Answer);
                break;
            case QueueProtocol.TellStall:
                state.TellStall();
                break;
            case QueueProtocol.PlanDrain plan:
                plan.ReplyTo.Tell(state.PlanDrain(plan.Deadline, plan.SourcesOpen));
                break;
            case QueueProtocol.GetStatus get:
                get.ReplyTo.Tell(get.Known with
                {
                    Counts = state.Counts,
                    Paused = state.PauseReasons(),
                    PutsWait = state.WhyPutsWait,
                    StoppedKeys = state.StoppedKeys(),
                    Holdings = state.Holdings(),
                    WaitsForTime = state.WaitsForTime,
                    LastSequence = state.LastSequence,
                });
                break;
            default:
                Unhandled(command);
                break;
        }
    }

    /// <summary>What has left may be a dead letter that the store keeps.</summary>
    private void Explain(QueueProtocol.Explain explain)
    {
        var explanation = state.Explain(explain.Sequence);
        if (explanation.Standing == ItemStanding.Settled)
        {
            store.Tell(new StoreProtocol.Explain(explain.ReplyTo, explanation));
        }
        else if (state.HolderOf(explain.Sequence) is var (holder, grant, index))
        {
            _ = AskHolderAsync(consumers[holder], new QueueProtocol.ExplainHeld(holder, grant, index, explanation), explain.ReplyTo);
        }
        else
        {
            explain.ReplyTo.Tell(explanation);
        }
    }

    /// <summary>A consumer that dies meanwhile does not answer: then what the queue knows has to do.</summary>
    private static async Task AskHolderAsync(IActorRef consumer, QueueProtocol.ExplainHeld ask, IActorRef replyTo)
    {
        ItemExplanation answer;
        try
        {
            answer = await consumer.Ask<ItemExplanation>(ask, HolderAnswers).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            answer = ask.Known;
        }

        replyTo.Tell(answer);
    }

    void IQueueEffects.Credit(ProducerKey producer, CreditStanding standing) =>
        producers[producer].Tell(new QueueProtocol.Credit(producer, standing));

    void IQueueEffects.Recall(ProducerKey producer, long version) =>
        producers[producer].Tell(new QueueProtocol.Recall(producer, version));

    void IQueueEffects.SettledRun(ProducerKey producer, long number, long first, int count) =>
        producers[producer].Tell(new QueueProtocol.SettledRun(producer, number, first, count));

    void IQueueEffects.Grant(ConsumerKey consumer, long id, long request, GrantItems items) =>
        consumers[consumer].Tell(new QueueProtocol.Grant(consumer, id, state.Epoch, request, items, identity));

    void IQueueEffects.Settled(ConsumerKey consumer, long upTo, IReadOnlyList<Refusal> refused)
    {
        if (consumers.TryGetValue(consumer, out var settler))
        {
            settler.Tell(new QueueProtocol.Settled(consumer, upTo, refused.Count == 0 ? [] : [.. refused]));
        }
    }

    void IQueueEffects.TakeBack(ConsumerKey consumer, long grantId) =>
        consumers[consumer].Tell(new QueueProtocol.TakeBack(consumer, grantId));

    void IQueueEffects.HandBack()
    {
        foreach (var (key, consumer) in consumers)
        {
            if (key.Index != ConsumerKey.FrontEndIndex)
            {
                consumer.Tell(new QueueProtocol.HandBack(key));
            }
        }
    }

    void IQueueEffects.NudgeSink() => gatheringSink.Tell(SinkProtocol.Nudge.Instance);

    void IQueueEffects.NothingReady(ConsumerKey consumer, long request, bool shutDown) =>
        consumers[consumer].Tell(new QueueProtocol.NothingReady(consumer, request, shutDown));

    void IQueueEffects.Duplicates(ProducerKey producer, IReadOnlyList<long> numbers) =>
        producers[producer].Tell(new QueueProtocol.Duplicates(producer, numbers));

    void IQueueEffects.Write(QueueWrite write) => store.Tell(new StoreProtocol.Write(write));

    void IQueueEffects.CommitNow(long number, bool atEnd, bool last) =>
        store.Tell(new StoreProtocol.CommitNow(number, atEnd, last));

    void IQueueEffects.Suspect(long sequence, SuspectStanding standing) => running?.Note(sequence, standing);

    void IQueueEffects.ReadAlone(long after) => store.Tell(new StoreProtocol.ReadAlone(after));

    void IQueueEffects.ReadRows(long after, int items, long bytes) => store.Tell(new StoreProtocol.ReadRows(after, items, bytes));

    void IQueueEffects.Joined(long joinId)
    {
        if (joins.Remove(joinId, out var join))
        {
            join.ReplyTo.Tell(new QueueProtocol.Joined(join.Id, state.Counts));
        }
    }

    void IQueueEffects.Quiet() => quietTo.Tell(new QueueProtocol.Quiet());

    void IQueueEffects.Stalled(Stall stall) => Context.Parent.Tell(new QueueProtocol.Stalled(stall));

    void IQueueEffects.Halted(HaltRule rule) => Context.Parent.Tell(new QueueProtocol.Halted(rule));

    void IQueueEffects.CancelItem(ConsumerKey consumer, long grantId, int index) =>
        consumers[consumer].Tell(new QueueProtocol.CancelItem(consumer, grantId, index));

    private void AnswerReleased(QueueProtocol.ReleaseAll release)
    {
        if (release.WaitsForCommit)
        {
            state.WhenCommitted(() => release.ReplyTo.Tell(new QueueProtocol.AllReleased(state.Counts)));
        }
        else
        {
            release.ReplyTo.Tell(new QueueProtocol.AllReleased(state.Counts));
        }
    }

    private void LogMissing(long items)
    {
        if (items > 0)
        {
            EngineLog.ItemsMissing(log, identity.Name, items);
        }
    }

    private void RefusePuts(StoreFullException? cause)
    {
        foreach (var producer in producers.Values)
        {
            producer.Tell(new QueueProtocol.PutsRefused(cause));
        }
    }

    private void Know(IActorRef actor, ProducerKey producer)
    {
        if (producers.TryAdd(producer, actor))
        {
            Context.Watch(actor);
        }
    }

    private void Know(IActorRef actor, ConsumerKey consumer)
    {
        if (consumers.TryAdd(consumer, actor))
        {
            keys[actor] = consumer;
            Context.Watch(actor);
        }
    }

    private void Forget(IActorRef actor)
    {
        foreach (var (producer, _) in producers.Where(known => known.Value.Equals(actor)).ToArray())
        {
            producers.Remove(producer);
            state.ProducerGone(producer);
        }

        if (keys.Remove(actor, out var consumer))
        {
            consumers.Remove(consumer);
            TellOfOpenedKeys(consumer, state.ConsumerGone(consumer));
        }
    }

    /// <summary>Nobody can stop the code of a dead consumer, or tell when it returns.</summary>
    private void TellOfOpenedKeys(ConsumerKey consumer, int opened)
    {
        openedKeys += opened;
        if (opened > 0)
        {
            EngineLog.KeysGoOn(log, identity.Name, consumer, opened, openedKeys);
        }
    }

    private void Leave(QueueProtocol.Leave leave)
    {
        foreach (var (key, join) in joins)
        {
            if (join.Id == leave.Id && join.ReplyTo.Equals(leave.ReplyTo))
            {
                joins.Remove(key);
                state.Leave(key);
                return;
            }
        }
    }

    private void Measure()
    {
        measures.Note(state.Counts, state.DeadLetteredEver, state.DeadLettersKept);
        if (!QueueMeasures.WantsOldest)
        {
            measures.ForgetOldest();
        }
        else if (state.OldestIsNear || Stopwatch.GetTimestamp() >= oldestAgainAt)
        {
            var startedAt = Stopwatch.GetTimestamp();
            measures.NoteAccepted(state.LastSequence);
            measures.NoteOldest(state.OldestQueued);
            var now = Stopwatch.GetTimestamp();
            oldestAgainAt = now + (OldestShare * (now - startedAt));
        }
    }

    private void TickIfWanted()
    {
        if (!ticking && state.WantsTick)
        {
            ticking = true;
            timers.StartSingle(nameof(Tick), Tick.Instance, TickInterval);
        }
    }

    /// <summary>Wakes the queue when something is due; a little later rather than too early.</summary>
    private void WakeIfWanted()
    {
        if (state.WakeAt is { } at && (wakesAt is null || at < wakesAt))
        {
            wakesAt = at;
            var delay = Timestamps.Until(time, at);
            timers.StartSingle(
                nameof(Wake), Wake.Instance, delay > LongestSleep ? LongestSleep : TimeSpan.FromMilliseconds(Math.Ceiling(delay.TotalMilliseconds)));
        }
    }

    /// <summary>After every message; now and then where there are so many consumers that it would be all the queue does.</summary>
    [Conditional("DEBUG")]
    private void AssertInvariants()
    {
        if (keys.Count < 1_000 || Random.Shared.Next(keys.Count) == 0)
        {
            state.VerifyInvariants();
        }
    }

    private sealed record Wake : IDeadLetterSuppression, INoSerializationVerificationNeeded
    {
        public static Wake Instance { get; } = new();
    }

    private sealed record Repeat : IDeadLetterSuppression, INoSerializationVerificationNeeded
    {
        public static Repeat Instance { get; } = new();
    }

    private sealed record Tick : IDeadLetterSuppression, INoSerializationVerificationNeeded
    {
        public static Tick Instance { get; } = new();
    }
}
