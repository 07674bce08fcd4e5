using Akka.Actor;
using Akka.Event;
using AkkaPipeline.Queueing;
using AkkaPipeline.Sinking;

namespace AkkaPipeline.Consuming;

/// <summary>
/// Role: asks for work, has its runner run the user's code on it, reports what became of each item.
/// Hears: the queue (Grant, Settled, TakeBack, NothingReady), the pool (Retire, Cancel, Repeat), its runner (Done, Failed, Left), the sinks (Written, WriteFailed).
/// Tells: the queue (Request, Withdraw, Settle, Kept), the pool (Retired); its runner tells the sink (Write).
/// States: Consuming; after Cancel or Retire, it takes no more work.
/// Invariant: every granted item gets exactly one outcome from here; user code never runs on its turn.
/// </summary>
internal sealed class ConsumerActor<T> : UntypedActor, IConsumerEffects
{
    private readonly ConsumerKey key;
    private readonly IActorRef queue;
    private readonly DeadLetterRoute<T> deadLetters;
    private readonly TimeProvider time;
    private readonly ItemRunner<T> runner;
    private readonly ConsumerState state;
    private readonly List<GrantedWork<T>> working = [];
    private readonly ILoggingAdapter log = Context.GetLogger();
    private QueueProtocol.Grant? arriving;

    public ConsumerActor(ConsumerKey key, IActorRef queue, ConsumerSetup<T> setup)
    {
        this.key = key;
        this.queue = queue;
        deadLetters = setup.DeadLetters;
        time = setup.Time;
        var worker = setup.CreateWorker(Self);
        var threads = setup.Threads == ConsumerThreads.Dedicated
            ? new DedicatedThread($"{setup.Pipeline}/{key}")
            : (IRunnerThreads)SharedThreads.Instance;
        runner = new ItemRunner<T>(worker, threads, Self, setup.Inside, setup.DeadLetters);
        state = new ConsumerState(this);
    }

    protected override void PreStart() => state.Start();

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
                Fail(failed.GrantId, failed.Index, failed.Cause);
                break;
            case SinkProtocol.Written written:
                var items = written.Items;
                state.Outcome(items.GrantId, new OutcomeRun(items.From, items.Count, items.Outcome));
                break;
            case SinkProtocol.WriteFailed failed:
                FailAll(failed.Items, failed.Cause);
                break;
            case QueueProtocol.Settled settled when settled.Consumer == key:
                state.Settled(settled.UpTo, settled.Refused);
                break;
            case QueueProtocol.TakeBack takeBack when takeBack.Consumer == key:
                state.TakeBack(takeBack.GrantId);
                break;
            case QueueProtocol.NothingReady nothing when nothing.Consumer == key:
                state.NothingReady(nothing.Request);
                break;
            case ConsumerProtocol.RunnerBroke broke:
                throw new InvalidOperationException($"The runner of {key} broke: {broke.Cause.Message}", broke.Cause);
            case ConsumerProtocol.Repeat:
                state.Repeat();
                break;
            case ConsumerProtocol.Retire:
                state.Retire();
                break;
            case ConsumerProtocol.Cancel:
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
        log.Warning("{0}: settlement {1} was refused: {2}", key, refusal.Number, refusal.Reason);

    void IConsumerEffects.Run(long grantId, int epoch, GrantItems items)
    {
        var work = new GrantedWork<T>(arriving!);
        working.Add(work);
        runner.Run(work);
    }

    (int From, int To) IConsumerEffects.GiveBack(long grantId)
    {
        // The first grant that the runner has not left; the earlier ones wait for the sink.
        var started = working.Find(work => !work.IsLeft) is { Started: true };
        return started && Find(grantId) is { } work
            ? work.Range.TakeBack(static unclaimed => (unclaimed + 1) / 2)
            : (0, 0);
    }

    void IConsumerEffects.Kept(long grantId) => queue.Tell(new QueueProtocol.Kept(key, grantId));

    void IConsumerEffects.LetGo(long grantId) => working.RemoveAll(work => work.Id == grantId);

    void IConsumerEffects.Retired() => Context.Parent.Tell(new ConsumerProtocol.Retired(key));

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

        state.RunnerLeft(left.NanosecondsPerItem, left.Wanted);
    }

    private void Fail(long grantId, int index, Exception cause)
    {
        if (Find(grantId) is not { } work)
        {
            return;
        }

        var deadLetter = work.DeadLetterAt(index, DeadLetterCause.AttemptsUsedUp, cause, time.GetUtcNow());
        if (!deadLetters.Send(deadLetter, new SinkProtocol.WrittenItems(grantId, index, 1, Outcome.DeadLettered), Self))
        {
            state.Outcome(grantId, new OutcomeRun(index, 1, Outcome.DeadLettered, deadLetter));
        }
    }

    private void FailAll(SinkProtocol.WrittenItems items, Exception cause)
    {
        for (var index = items.From; index < items.From + items.Count; index++)
        {
            Fail(items.GrantId, index, cause);
        }
    }
}
