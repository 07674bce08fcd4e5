using Akka.Actor;
using AkkaPipeline.Queueing;
using AkkaPipeline.Sinking;
using AkkaPipeline.Telemetry;

namespace AkkaPipeline.Consuming;

/// <summary>
/// Role: asks for work, has its runner run the user's code on it, reports what became of each item.
/// Hears: the queue (Grant, Settled, TakeBack, HandBack, CancelItem, NothingReady, ExplainHeld), the pool (Retire, Cancel,
/// Watch, Repeat), its runner (WorkerMade, Done, Failed, Left, ReturnedLate), the sinks (Written, WriteFailed).
/// Tells: the queue (Request, Withdraw, Settle, Kept, Pause), the pool (Retired, Abandoned, Returned); its
/// runner tells the sink (Write).
/// States: Consuming; after Cancel or Retire, or when its code does not heed a timeout, it takes no more work.
/// Invariant: every granted item gets exactly one outcome from here; user code never runs on its turn.
/// </summary>
internal sealed partial class ConsumerActor<T> : UntypedActor, IConsumerEffects
{
    private readonly ConsumerKey key;
    private readonly IActorRef queue;
    private readonly ConsumerSetup<T> setup;
    private readonly ItemRunner<T> runner;
    private readonly ConsumerState state;
    private readonly Action<TimeSpan, string> pause;
    private readonly List<GrantedWork<T>> working = [];
    private QueueProtocol.Grant? arriving;

    public ConsumerActor(ConsumerKey key, IActorRef queue, ConsumerSetup<T> setup)
    {
        this.key = key;
        this.queue = queue;
        this.setup = setup;
        var self = Self;
        var threads = setup.Threads == ConsumerThreads.Dedicated
            ? new DedicatedThread($"{setup.Pipeline}/{key}")
            : (IRunnerThreads)SharedThreads.Instance;
        watch = setup.Timeout is { } timeout ? new ItemWatch<T>(timeout, setup.Failures.Time) : null;
        runner = new ItemRunner<T>(() => setup.CreateWorker(self), threads, self, setup, watch);
        state = new ConsumerState(this);
        pause = (duration, reason) => self.Tell(new ConsumerProtocol.PausePipeline(duration, reason));
    }

    /// <summary>It asks for work once its worker is made, which is the user's code: that may take long, or fail.</summary>
    protected override void PreStart() => runner.Begin();

    protected override void PostStop() => runner.Stop();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case QueueProtocol.Grant grant when grant.Consumer == key:
                arriving = grant;
                state.Grant(grant.Id, grant.Epoch, grant.Request, grant.Items);
                break;
            case ConsumerProtocol.Left left:
                Leave(left);
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
            case QueueProtocol.Settled settled when settled.Consumer == key:
                state.Settled(settled.UpTo, settled.Refused);
                break;
            case QueueProtocol.TakeBack takeBack when takeBack.Consumer == key:
                state.TakeBack(takeBack.GrantId);
                break;
            default:
                OnRareMessage(message);
                break;
        }
    }

    private void OnRareMessage(object message)
    {
        switch (message)
        {
            case QueueProtocol.NothingReady nothing when nothing.Consumer == key:
                state.NothingReady(nothing.Request);
                break;
            case QueueProtocol.CancelItem cancel when cancel.Consumer == key:
                CancelItem(cancel.GrantId, cancel.Index);
                break;
            case QueueProtocol.ExplainHeld explain when explain.Consumer == key:
                Sender.Tell(Explain(explain));
                break;
            case ConsumerProtocol.PausePipeline told:
                queue.Tell(new QueueProtocol.Pause(
                    PauseNames.Limit, FailureReason.Line(told.Reason), Timestamps.UtcAfter(setup.Failures.Time, told.Duration)));
                break;
            case ConsumerProtocol.RunnerBroke broke:
                throw new InvalidOperationException(
                    $"The runner of {key} broke: {FailureReason.Of(broke.Cause)}", FailureReason.Loggable(broke.Cause));
            case ConsumerProtocol.WorkerMade:
                state.Start();
                break;
            case ConsumerProtocol.WorkerNotMade notMade:
                throw new WorkerNotMadeException(key, notMade.Cause);
            case QueueProtocol.HandBack handBack when handBack.Consumer == key:
                HandBackWhatHasNotStarted();
                break;
            case ConsumerProtocol.Watch:
                Watch();
                break;
            case ConsumerProtocol.ReturnedLate returned:
                TakeLateReturn(returned);
                break;
            case ConsumerProtocol.Repeat:
                state.Repeat();
                break;
            case ConsumerProtocol.HandBack:
                state.Stop();
                HandBackWhatHasNotStarted();
                break;
            case ConsumerProtocol.Retire:
                state.Retire();
                break;
            case ConsumerProtocol.Cancel:
                cancelled = true;
                state.Stop();
                runner.Cancel();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    void IQueueLinkEffects.Request(long number, WorkDemand wants) =>
        queue.Tell(new QueueProtocol.Request(Self, key, number, wants));

    void IQueueLinkEffects.Withdraw(long number) => queue.Tell(new QueueProtocol.Withdraw(Self, key, number));

    void IQueueLinkEffects.Settle(long number, int epoch, long grantId, OutcomeRun run) =>
        queue.Tell(new QueueProtocol.Settle(key, number, epoch, grantId, run));

    void IQueueLinkEffects.Refused(Refusal refusal) =>
        EngineLog.SettlementRefused(setup.Log, setup.Pipeline, refusal.Number, key, refusal.Reason.ToString());

    void IConsumerEffects.Run(long grantId, int epoch, GrantItems items) => runner.Run(Arrive());

    void IConsumerEffects.Park(long grantId)
    {
        // No runner will have it, and nothing of it can be taken back: each item's outcome is on its way.
        var work = Arrive();
        work.Range.Claim(work.Count);
        work.IsLeft = true;
        for (var index = 0; index < work.Count; index++)
        {
            setup.Failures.Heard?.Invoke(work.SequenceAt(index), null, true);
            SendDeadLetter(work, index, work.DeadLetterAt(index, DeadLetterCause.KeyParked, work.WhyParked(index), null, null, Now));
        }
    }

    void IConsumerEffects.Judge(long grantId)
    {
        var work = Arrive();
        work.Range.Claim(work.Count);
        work.IsLeft = true;
        Judge(work, 0, work.Count, new ProcessKilledException(), setup.Failures.Time.GetTimestamp());
    }

    (int From, int To) IConsumerEffects.GiveBack(long grantId)
    {
        // The first grant that the runner has not left; the earlier ones wait for the sink.
        var started = working.Find(work => !work.IsLeft) is { Started: true };
        return started && Find(grantId) is { } work
            ? work.Range.TakeBack(static unclaimed => (unclaimed + 1) / 2, work.TailAtKey)
            : (0, 0);
    }

    void IConsumerEffects.Kept(long grantId) => queue.Tell(new QueueProtocol.Kept(key, grantId));

    void IConsumerEffects.LetGo(long grantId) => working.RemoveAll(work => work.Id == grantId);

    void IConsumerEffects.Retired() => Context.Parent.Tell(new ConsumerProtocol.Retired(key));

    private DateTimeOffset Now => setup.Failures.Time.GetUtcNow();

    private GrantedWork<T> Arrive()
    {
        var work = new GrantedWork<T>(arriving!, pause);
        working.Add(work);
        return work;
    }

    private GrantedWork<T>? Find(long grantId) => working.Find(work => work.Id == grantId);

    private void Leave(ConsumerProtocol.Left left)
    {
        if (Find(left.GrantId) is { } work)
        {
            work.IsLeft = true;
        }

        if (left.Last.Count > 0)
        {
            state.Outcome(left.GrantId, left.Last);
        }

        state.RunnerLeft(left.Estimate);
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

    private void SendDeadLetter(GrantedWork<T> work, int index, DeadLetteredItem<T> deadLetter)
    {
        var items = new SinkProtocol.WrittenItems(work.Id, index, 1, Outcome.DeadLettered);
        var isSent = setup.DeadLetters.Send(deadLetter, items, work.Granted, Self);
        EngineLog.DeadLetter(setup.Log, setup.Pipeline, deadLetter, isKept: !isSent);
        if (!isSent)
        {
            state.Outcome(work.Id, new OutcomeRun(index, 1, Outcome.DeadLettered, deadLetter));
        }
    }

    private void JudgeFailedWrite(SinkProtocol.WriteFailed failed)
    {
        if (Find(failed.Items.GrantId) is { } work)
        {
            Judge(work, failed.Items.From, failed.Items.Count, failed.Cause, setup.Failures.Time.GetTimestamp(), failed.ForGood);
        }
    }

    /// <summary>What becomes of items that have failed elsewhere than in the runner; on the pool, since user code may be asked.</summary>
    private void Judge(GrantedWork<T> work, int from, int count, Exception cause, long startedAt, bool forGood = false)
    {
        new OutsideJudgement<T>(setup.Failures, setup.Timeout, work, cause, startedAt, Self, forGood).Begin(from, count);
    }

    private void HandBackWhatHasNotStarted()
    {
        foreach (var work in working.ToArray())
        {
            work.Recall();
            var (from, to) = work.Range.TakeBack(static all => all);
            if (to > from)
            {
                state.Outcome(work.Id, OutcomeRun.NeverStarted(from, to));
            }
        }
    }

    /// <summary>
    /// Cancels the item if it runs; if it has not been started, it is handed back with what follows it, and the queue drops it.
    /// </summary>
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
