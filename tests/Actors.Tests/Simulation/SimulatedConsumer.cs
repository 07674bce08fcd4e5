using AkkaPipeline.Consuming;
using AkkaPipeline.Queueing;
using AkkaPipeline.Sinking;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>A consumer's shell; its runner runs the items in virtual time.</summary>
internal sealed class SimulatedConsumer : SimulatedActor, IConsumerEffects
{
    private readonly ConsumerState state;
    private readonly SimulatedRunner runner;
    private readonly List<GrantedWork<WorkItem>> working = [];
    private readonly ItemWatch<WorkItem>? watch;
    private QueueProtocol.Grant? arriving;
    private bool cancelled;

    public SimulatedConsumer(Simulation simulation, ConsumerKey key)
        : base(simulation, key.ToString())
    {
        Key = key;
        watch = simulation.Plan.Timeout is { } timeout ? new ItemWatch<WorkItem>(timeout, simulation.Time) : null;
        runner = new SimulatedRunner(simulation, this, watch);
        state = new ConsumerState(simulation.Mutant.Wrap((IConsumerEffects)this));
        RepeatWhileAlive(state.Repeat);
    }

    public ConsumerKey Key { get; }

    public void Start() => state.Start();

    public override void Receive(SimulatedActor from, object message)
    {
        switch (message)
        {
            case QueueProtocol.Grant grant:
                arriving = grant;
                state.Grant(grant.Id, grant.Epoch, grant.Request, grant.Items);
                break;
            case ConsumerProtocol.Left left:
                if (Find(left.GrantId) is { } leaves)
                {
                    leaves.IsLeft = true;
                }

                if (left.Last.Count > 0)
                {
                    state.Outcome(left.GrantId, left.Last);
                }

                state.RunnerLeft(left.Estimate);
                break;
            case ConsumerProtocol.Done done:
                state.Outcome(done.GrantId, done.Run);
                break;
            case ConsumerProtocol.Failed failed:
                Fail(failed);
                break;
            case SinkProtocol.Written written:
                var items = written.Items;
                state.Outcome(items.GrantId, new OutcomeRun(items.From, items.Count, items.Outcome));
                break;
            case SinkProtocol.WriteFailed failed:
                JudgeFailedWrite(failed);
                break;
            case QueueProtocol.Settled settled:
                state.Settled(settled.UpTo, settled.Refused);
                break;
            case QueueProtocol.TakeBack takeBack:
                state.TakeBack(takeBack.GrantId);
                break;
            case QueueProtocol.NothingReady nothing:
                state.NothingReady(nothing.Request);
                break;
            case QueueProtocol.CancelItem cancel:
                CancelItem(cancel.GrantId, cancel.Index);
                break;
            case ConsumerProtocol.PausePipeline told:
                Tell(Simulation.Queue, new QueueProtocol.Pause(PauseNames.Limit, told.Reason, Now + told.Duration));
                break;
            case ConsumerProtocol.Retire:
                state.Retire();
                break;
            case ConsumerProtocol.Watch:
                Watch();
                break;
            case ConsumerProtocol.ReturnedLate returned:
                state.ReturnedLate(returned.Outcome);
                Tell(Simulation.Pool, new ConsumerProtocol.Returned(Key));
                break;
            case QueueProtocol.HandBack:
                HandBackWhatHasNotStarted();
                break;
            case ConsumerProtocol.HandBack:
                state.Stop();
                HandBackWhatHasNotStarted();
                break;
            case ConsumerProtocol.Cancel:
                cancelled = true;
                state.Stop();
                runner.Cancel();
                break;
            case Pill:
                Simulation.Books.Rule(
                    Simulation.Coordinator.HasJoined || Simulation.Books.HoldsNothing(Key), "PoisonPill before the join");
                Die("PoisonPill");
                break;
        }
    }

    /// <summary>From the runner, as a message behind those it sent before.</summary>
    public void Report(object message) => Tell(this, message);

    public void Write(SimulatedSink sink, SinkProtocol.WrittenItems items, int outputs, int[]? ends)
    {
        sink.Take(outputs);
        Tell(sink, new SinkWrite(this, items, outputs, ends));
    }

    void IQueueLinkEffects.Request(long number, WorkDemand wants) =>
        Tell(Simulation.Queue, new QueueProtocol.Request(null!, Key, number, wants));

    void IQueueLinkEffects.Withdraw(long number) =>
        Tell(Simulation.Queue, new QueueProtocol.Withdraw(null!, Key, number));

    void IQueueLinkEffects.Settle(long number, int epoch, long grantId, OutcomeRun run) =>
        Tell(Simulation.Queue, new QueueProtocol.Settle(Key, number, epoch, grantId, run));

    void IQueueLinkEffects.Refused(Refusal refusal) =>
        Simulation.Books.Rule(!Simulation.Plan.Calm, $"{Key} was refused: {refusal.Reason}");

    void IConsumerEffects.Run(long grantId, int epoch, GrantItems items) => runner.Run(Arrive());

    void IConsumerEffects.Judge(long grantId) => throw new NotSupportedException("The simulated store knows no suspects.");

    void IConsumerEffects.Park(long grantId)
    {
        var work = Arrive();
        work.Range.Claim(work.Count);
        work.IsLeft = true;
        for (var index = 0; index < work.Count; index++)
        {
            SendDeadLetter(work, index, work.DeadLetterAt(index, DeadLetterCause.KeyParked, "its key is parked", null, null, Now));
        }
    }

    (int From, int To) IConsumerEffects.GiveBack(long grantId)
    {
        var started = working.Find(work => !work.IsLeft) is { Started: true };
        return started && Find(grantId) is { } work
            ? work.Range.TakeBack(static unclaimed => (unclaimed + 1) / 2, work.TailAtKey)
            : (0, 0);
    }

    void IConsumerEffects.Kept(long grantId) => Tell(Simulation.Queue, new QueueProtocol.Kept(Key, grantId));

    void IConsumerEffects.LetGo(long grantId) => working.RemoveAll(work => work.Id == grantId);

    void IConsumerEffects.Retired() => Tell(Simulation.Pool, new ConsumerProtocol.Retired(Key));

    protected override void Stopped() => runner.Stop();

    private DateTimeOffset Now => Simulation.Time.GetUtcNow();

    private GrantedWork<WorkItem>? Find(long grantId) => working.Find(work => work.Id == grantId);

    private GrantedWork<WorkItem> Arrive()
    {
        var work = new GrantedWork<WorkItem>(arriving!, (_, _) => { });
        working.Add(work);
        return work;
    }

    private void Fail(ConsumerProtocol.Failed failed)
    {
        var (grantId, index, verdict) = (failed.GrantId, failed.Index, failed.Verdict);
        if (Find(grantId) is not { } work)
        {
            return;
        }

        switch (verdict.Kind)
        {
            case VerdictKind.Retry:
                state.Outcome(grantId, new OutcomeRun(index, 1, Outcome.Retried, Retry: new Retry(verdict.Delay, failed.Attempt)));
                break;
            case VerdictKind.Release:
                state.Outcome(grantId, new OutcomeRun(index, 1, Outcome.Released));
                break;
            default:
                SendDeadLetter(work, index, work.DeadLetterAt(
                    index, verdict.Cause, verdict.Reason, failed.Attempt, failed.Cause, Now));
                break;
        }
    }

    private void SendDeadLetter(GrantedWork<WorkItem> work, int index, DeadLetteredItem<WorkItem> letter)
    {
        if (Simulation.DeadLetters is { } deadLetters)
        {
            Write(deadLetters, new SinkProtocol.WrittenItems(work.Id, index, 1, Outcome.DeadLettered), 1, null);
        }
        else
        {
            state.Outcome(work.Id, new OutcomeRun(index, 1, Outcome.DeadLettered, letter));
        }
    }

    private void JudgeFailedWrite(SinkProtocol.WriteFailed failed)
    {
        if (Find(failed.Items.GrantId) is { } work)
        {
            Judge(work, failed.Items.From, failed.Items.Count, failed.Cause, Simulation.Time.Now, failed.ForGood);
        }
    }

    /// <summary>By way of the pool, since user code may be asked.</summary>
    private void Judge(GrantedWork<WorkItem> work, int from, int count, Exception cause, long startedAt, bool forGood = false)
    {
        for (var index = from; index < from + count; index++)
        {
            Tell(this, forGood ? runner.Failures.JudgeRepeated(work, index, cause) : runner.Failures.Judge(work, index, cause, null, startedAt));
        }
    }

    private void Watch()
    {
        if (watch is null || cancelled)
        {
            return;
        }

        switch (watch.Look())
        {
            case { Now: ItemEnd.TimedOut } item:
                runner.CancelItem(item.Work, item.Index);
                break;
            case { Now: ItemEnd.GivenUp } item:
                GiveUp(item);
                break;
        }
    }

    private void GiveUp(WatchedItem<WorkItem> item)
    {
        var (work, index) = (item.Work, item.Index);
        var done = work.ReportedUpTo;
        if (index > done && !runner.HandOver(work, done, index))
        {
            state.Outcome(work.Id, new OutcomeRun(done, index - done, Outcome.Acked));
        }

        HandBackWhatHasNotStarted();
        Simulation.Books.Ran(work.SequenceAt(index), succeeded: false);
        state.Abandon(work.Id, index);
        Tell(Simulation.Pool, new ConsumerProtocol.Abandoned(Key, work.SequenceAt(index)));
        Judge(work, index, 1, UserCode.TimedOut, item.StartedAt);
    }

    private void HandBackWhatHasNotStarted()
    {
        foreach (var work in working.Where(held => !held.IsLeft).ToArray())
        {
            work.Recall();
            if (work.Range.TakeBack(static all => all) is var (from, to) && to > from)
            {
                state.Outcome(work.Id, OutcomeRun.NeverStarted(from, to));
            }
        }
    }

    private void CancelItem(long grantId, int index)
    {
        if (Find(grantId) is not { } work)
        {
            return;
        }

        var (from, to) = work.TakeBackFrom(index);
        if (to > from)
        {
            state.Outcome(grantId, OutcomeRun.NeverStarted(from, to));
        }
        else
        {
            work.NeverStart(index);
        }

        runner.CancelItem(work, index);
    }
}

/// <summary>What Akka calls a PoisonPill.</summary>
internal sealed record Pill;
