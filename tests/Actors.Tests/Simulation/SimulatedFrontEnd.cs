using AkkaPipeline.Consuming;
using AkkaPipeline.Fronting;
using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>The front end's shell with its callers: puts and gets that come, wait, and sometimes go.</summary>
internal sealed class SimulatedFrontEnd : SimulatedActor, IProducerEffects, IQueueLinkEffects
{
    private const int Window = 128;

    private readonly ProducerKey producer;
    private readonly ConsumerKey consumer = new(ConsumerKey.FrontEndIndex, 1);
    private readonly SeededRandom random;
    private readonly ProducerState producing;
    private readonly QueueLink link;
    private readonly GetLine<WorkItem> gets;
    private readonly ItemBuffers buffers;
    private readonly FailureHandling<WorkItem> failures;
    private readonly LinkedList<WorkItem> waitingPuts = new();
    private readonly Dictionary<FrontEndProtocol.Get<WorkItem>, SimulatedGetter> getters = [];
    private readonly HashSet<long> joins = [];
    private long allowed;
    private long allowedBytes;
    private long written;
    private long lastJoin;
    private bool closed;
    private bool flushing;

    public SimulatedFrontEnd(Simulation simulation)
        : base(simulation, "front end")
    {
        producer = new ProducerKey(simulation.Plan.Producers, 1);
        random = simulation.Random.Fork();
        buffers = new ItemBuffers(simulation.BufferPool);
        failures = new FailureHandling<WorkItem>(
            new FailureJudge(simulation.Plan.Retry, new SeededSystemRandom(random)), null, simulation.Time);
        producing = new ProducerState(simulation.Mutant.Wrap((IProducerEffects)this), Window, wantsSettled: false);
        link = new QueueLink(this);
        gets = new GetLine<WorkItem>(link);
        RepeatWhileAlive(() =>
        {
            producing.Repeat();
            link.Repeat();
        });
    }

    /// <summary>Puts whose callers were told that they are done.</summary>
    public long Confirmed => written;

    public void Start(IReadOnlyList<WorkItem> puts)
    {
        producing.Start();
        PutNext(puts, 0);
        for (var index = 0; index < Simulation.Plan.Getters; index++)
        {
            new SimulatedGetter(Simulation, this, index).GetNext();
        }
    }

    public override void Receive(SimulatedActor from, object message)
    {
        switch (message)
        {
            case QueueProtocol.Credit credit:
                producing.Credit(credit.Standing);
                Flush();
                Close(credit.Standing.ShutDown);
                break;
            case QueueProtocol.Recall recall:
                producing.Recall(recall.Version);
                break;
            case QueueProtocol.Grant grant:
                HandOut(grant);
                break;
            case QueueProtocol.NothingReady nothing when link.TakeNothing(nothing.Request):
                gets.NothingReady(nothing.ShutDown, new QueueShutDownException("shut down"));
                gets.AskIfNeeded();
                TellAnswered();
                break;
            case QueueProtocol.Settled settled:
                link.Settled(settled.UpTo, settled.Refused);
                break;
            case QueueProtocol.TakeBack takeBack:
                Tell(Simulation.Queue, new QueueProtocol.Kept(consumer, takeBack.GrantId));
                break;
            case QueueProtocol.Joined joined:
                joins.Remove(joined.Id);
                break;
        }
    }

    public void Join(bool cancels)
    {
        Flush();
        joins.Add(++lastJoin);
        var join = lastJoin;
        Tell(Simulation.Queue, new QueueProtocol.Join(null!, join));
        if (cancels)
        {
            After(random.Exponential(VirtualTime.Millisecond), () => Tell(Simulation.Queue, new QueueProtocol.Leave(null!, join)));
        }
    }

    public void ShutDown(bool immediate)
    {
        Flush();
        Close(true);
        Tell(Simulation.Queue, new QueueProtocol.ShutDown(null!, immediate));
    }

    public void Get(SimulatedGetter getter, FrontEndProtocol.Get<WorkItem> get)
    {
        Flush();
        getters.Add(get, getter);
        gets.Add(get);
        TellAnswered();
    }

    public void Forget(FrontEndProtocol.Get<WorkItem> get) => getters.Remove(get);

    public void Settle(GrantedWork<WorkItem> work, int index, Outcome outcome) =>
        link.Settle(work.Epoch, work.Id, new OutcomeRun(index, 1, outcome));

    /// <summary>A getter has failed.</summary>
    public void Fail(GrantedWork<WorkItem> work, int index, long startedAt)
    {
        var failed = failures.Judge(work, index, new InvalidOperationException("failed"), null, startedAt);
        if (failed.Verdict.Kind == VerdictKind.Retry)
        {
            link.Settle(work.Epoch, work.Id, new OutcomeRun(
                index, 1, Outcome.Retried, Retry: new Retry(failed.Verdict.Delay, failed.Attempt)));
        }
        else
        {
            DeadLetter(work, index, work.DeadLetterAt(
                index, failed.Verdict.Cause, failed.Verdict.Reason, failed.Attempt, failed.Cause, Simulation.Time.GetUtcNow()));
        }
    }

    void IProducerEffects.Demand(CreditDemand wants) =>
        Tell(Simulation.Queue, new QueueProtocol.Demand(null!, producer, wants));

    void IProducerEffects.Offer(long number, Chunk chunk, CreditDemand wants) =>
        Tell(Simulation.Queue, new QueueProtocol.Offer(null!, producer, number, chunk, wants));

    Chunk IProducerEffects.Cut(int most) => buffers.Cut(most);

    void IProducerEffects.Yield(long version, long upTo) =>
        Tell(Simulation.Queue, new QueueProtocol.Yield(producer, version, upTo));

    void IProducerEffects.Noted(long upTo) => Tell(Simulation.Queue, new QueueProtocol.Noted(producer, upTo));

    void IProducerEffects.Allow(long upTo, long bytes)
    {
        (allowed, allowedBytes) = (upTo, bytes);
        while (MayWrite && waitingPuts.First is { } first)
        {
            waitingPuts.RemoveFirst();
            Write(first.Value);
        }
    }

    long IProducerEffects.Shrink() => allowed = written;

    void IProducerEffects.Settled(long first, int count, long watermark)
    {
    }

    void IProducerEffects.Completed(Exception? failure)
    {
    }

    void IQueueLinkEffects.Request(long number, WorkDemand wants) =>
        Tell(Simulation.Queue, new QueueProtocol.Request(null!, consumer, number, wants));

    void IQueueLinkEffects.Withdraw(long number) =>
        Simulation.Books.Rule(false, "a getter withdrew its request");

    void IQueueLinkEffects.Settle(long number, int epoch, long grantId, OutcomeRun run) =>
        Tell(Simulation.Queue, new QueueProtocol.Settle(consumer, number, epoch, grantId, run));

    void IQueueLinkEffects.Refused(Refusal refusal)
    {
    }

    protected override void Stopped()
    {
        closed = true;
        gets.FailAll(new QueueShutDownException("ended"));
    }

    private bool MayWrite => written < allowed && buffers.Bytes < allowedBytes;

    private void DeadLetter(GrantedWork<WorkItem> work, int index, DeadLetteredItem<WorkItem> letter) => link.Settle(
        work.Epoch,
        work.Id,
        new OutcomeRun(index, 1, Outcome.DeadLettered, Simulation.DeadLetters is null ? letter : null));

    private void PutNext(IReadOnlyList<WorkItem> puts, int next)
    {
        if (next < puts.Count)
        {
            After(1 + random.Exponential(3.0 * Simulation.Plan.SourceNanoseconds), () =>
            {
                Put(puts[next]);
                PutNext(puts, next + 1);
            });
        }
    }

    private void Put(WorkItem item)
    {
        if (closed)
        {
            return;
        }

        Simulation.Books.Progress();
        if (waitingPuts.Count == 0 && MayWrite)
        {
            Write(item);
            FlushSoon();
            return;
        }

        var place = waitingPuts.AddLast(item);
        FlushSoon();
        if (random.Chance(0.1))
        {
            After(random.Exponential(VirtualTime.Millisecond), () => Cancel(place));
        }
    }

    private void Cancel(LinkedListNode<WorkItem> place)
    {
        if (place.List is not null)
        {
            waitingPuts.Remove(place);
        }
    }

    private void Write(WorkItem item)
    {
        written++;
        buffers.Add(item, item.Delay == 0 ? 0 : Simulation.Time.Now + item.Delay);
    }

    private void FlushSoon()
    {
        if (!flushing)
        {
            flushing = true;
            After(Simulation.Network.Delay(), () =>
            {
                flushing = false;
                Flush();
            });
        }
    }

    private void Flush()
    {
        producing.Read(written, waitingPuts.Count);
        if (waitingPuts.Count > 0)
        {
            producing.Waiting(waitingPuts.Count);
        }
    }

    private void Close(bool shutDown)
    {
        if (shutDown)
        {
            closed = true;
            waitingPuts.Clear();
        }
    }

    private void HandOut(QueueProtocol.Grant grant)
    {
        if (!link.Take(grant.Id, grant.Request))
        {
            return;
        }

        var work = new GrantedWork<WorkItem>(grant, (_, _) => { });
        for (var index = 0; index < work.Count; index++)
        {
            if (grant.Items.Parked)
            {
                DeadLetter(work, index, work.DeadLetterAt(
                    index, DeadLetterCause.KeyParked, "its key is parked", null, null, Simulation.Time.GetUtcNow()));
            }
            else if (gets.Next() is { } get && getters.Remove(get, out var getter) && get.Answer.TrySetResult(null))
            {
                Simulation.Books.Started(consumer, work.Id, index, work.SequenceAt(index), work.ItemAt(index), IsDead);
                Simulation.Books.AtHand(work.SequenceAt(index), 1);
                getter.Got(work, index);
            }
            else
            {
                Settle(work, index, Outcome.Released);
            }
        }

        gets.AskIfNeeded();
    }

    /// <summary>Getters that were answered without an item go on.</summary>
    private void TellAnswered()
    {
        foreach (var (get, getter) in getters.Where(waiting => waiting.Key.Answer.Task.IsCompleted).ToArray())
        {
            getters.Remove(get);
            getter.GotNothing();
        }
    }
}
