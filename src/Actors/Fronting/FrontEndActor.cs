using Akka.Actor;
using Akka.Event;
using AkkaPipeline.Consuming;
using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;
using AkkaPipeline.Sinking;
using AkkaPipeline.Telemetry;
using AkkaPipeline.Timing;
using Microsoft.Extensions.Logging;

namespace AkkaPipeline.Fronting;

/// <summary>
/// Role: this process's door to the queue: a producer for direct puts, a consumer for direct gets, one for all callers,
/// so that a get or a join sees every put that came before it.
/// Hears: the users' objects (Flush, Get, SettleHeld, Join …), the queue (Credit, Grant, Settled, Joined …),
/// the coordinator (EndPuts).
/// Tells: the queue (Demand, Offer, Request, Settle, Join …); answers callers through their promises.
/// States: Open; when it stops, whatever still waits fails.
/// Invariant: each put and get is answered once; gets are answered in their order.
/// </summary>
internal sealed class FrontEndActor<T> : UntypedActor, IProducerEffects, IQueueLinkEffects
{
    // Puts that find credit cost a tenth of those that wait for it: enough for what a commit takes to confirm.
    private const int Window = 32 * Chunk.ItemsMax;
    private static readonly TimeSpan JoinReportInterval = TimeSpan.FromSeconds(10);

    private readonly FrontDoor<T> door;
    private readonly string name;
    private readonly ProducerKey producer;
    private readonly ConsumerKey consumer = new(ConsumerKey.FrontEndIndex, 1);
    private readonly IActorRef queue;
    private readonly PutBuffer<T> puts;
    private readonly DeadLetterRoute<T> deadLetters;
    private readonly FailureHandling<T> failures;
    private readonly ActorTimers timers;
    private readonly ProducerState producing;
    private readonly QueueLink link;
    private readonly GetLine<T> gets;
    private readonly Dictionary<long, FrontEndProtocol.TryPut<T>> probes = [];
    private readonly Dictionary<long, TaskCompletionSource<bool>?> settling = [];
    private readonly Queue<long> settlingInOrder = new();
    private readonly Dictionary<SinkProtocol.WrittenItems, (HeldItem<T> Held, TaskCompletionSource<bool>? Answer)> failing = [];
    private readonly Dictionary<long, TaskCompletionSource<QueueCounts>> joins = [];
    private readonly Queue<TaskCompletionSource<QueueProtocol.Report>?> reports = new();
    private readonly Queue<TaskCompletionSource<bool>> shutDowns = new();
    private readonly ILogger log;
    private long lastJoin;

    public FrontEndActor(
        FrontDoor<T> door, ProducerKey producer, IActorRef queue, DeadLetterRoute<T> deadLetters, FailureHandling<T> failures, ILogger log)
    {
        this.log = log;
        this.door = door;
        name = door.Name;
        puts = door.Puts;
        this.producer = producer;
        this.queue = queue;
        this.deadLetters = deadLetters;
        this.failures = failures;
        timers = new ActorTimers(failures.Time, Self);
        producing = new ProducerState(this, Window, wantsSettled: false);
        link = new QueueLink(this);
        gets = new GetLine<T>(link);
    }

    protected override void PreStart() => producing.Start();

    protected override void PostStop()
    {
        timers.Dispose();
        End(door.HasEnded);
        door.Gone();
    }

    protected override void OnReceive(object received)
    {
        if (!timers.TryTake(received, out var message))
        {
            return;
        }

        switch (message)
        {
            case FrontEndProtocol.Flush:
                Flush();
                break;
            case FrontEndProtocol.ICommand command:
                OnCommand(command);
                break;
            case QueueProtocol.IEvent told:
                OnQueueEvent(told);
                break;
            case SinkProtocol.Written written when failing.Remove(written.Items, out var failed):
                Report(failed.Held, new OutcomeRun(failed.Held.Index, 1, Outcome.DeadLettered), failed.Answer);
                break;
            case ReportJoins:
                reports.Enqueue(null);
                queue.Tell(new QueueProtocol.GetReport(Self));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnCommand(FrontEndProtocol.ICommand command)
    {
        if (command is not FrontEndProtocol.SettleHeld<T>)
        {
            // What settles must not be overtaken by a put that came after it: a join would miss its zero.
            Flush();
        }

        switch (command)
        {
            case FrontEndProtocol.TryPut<T> tryPut:
                TryPut(tryPut);
                break;
            case FrontEndProtocol.Get<T> get:
                Get(get);
                break;
            case FrontEndProtocol.SettleHeld<T> settle:
                Settle(settle.Held, settle.Outcome, settle.Failed, settle.Answer);
                break;
            case FrontEndProtocol.LeaseEnded<T> lease when lease.Held.EndLease():
                EngineLog.LeaseEnded(log, lease.Held.Id);
                Settle(lease.Held, Outcome.Released, null, null);
                break;
            case FrontEndProtocol.LeaseEnded<T>:
                break;
            case FrontEndProtocol.Join join:
                Join(join.Answer);
                break;
            case FrontEndProtocol.Leave leave:
                Leave(leave.Answer);
                break;
            case FrontEndProtocol.GetReport get:
                reports.Enqueue(get.Answer);
                queue.Tell(new QueueProtocol.GetReport(Self));
                break;
            case FrontEndProtocol.EndPuts end:
                EndPuts(end.Then);
                break;
            case FrontEndProtocol.PassOn pass:
                queue.Tell(pass.Command);
                break;
            case FrontEndProtocol.ShutDown shutDown:
                puts.Close(ShutDownCause);
                shutDowns.Enqueue(shutDown.Answer);
                queue.Tell(new QueueProtocol.ShutDown(Self, shutDown.Immediate));
                break;
            default:
                Unhandled(command);
                break;
        }
    }

    private void OnQueueEvent(QueueProtocol.IEvent told)
    {
        switch (told)
        {
            case QueueProtocol.Credit credit:
                TakeCredit(credit.Standing);
                break;
            case QueueProtocol.Duplicates duplicates:
                puts.NoteDuplicates(duplicates.Numbers);
                break;
            case QueueProtocol.PutsRefused refused:
                puts.Refuse(refused.Cause);
                break;
            case QueueProtocol.Recall recall:
                producing.Recall(recall.Version);
                break;
            case QueueProtocol.Grant grant:
                HandOut(grant);
                break;
            case QueueProtocol.NothingReady nothing when link.TakeNothing(nothing.Request):
                gets.NothingReady(nothing.ShutDown, ShutDownCause);
                gets.AskIfNeeded();
                break;
            case QueueProtocol.NothingReady:
                break;
            case QueueProtocol.CancelItem:
                // A direct getter has no token that could be cancelled: the queue drops the item if it comes back.
                break;
            case QueueProtocol.Settled settled:
                TakeSettled(settled);
                break;
            case QueueProtocol.TakeBack takeBack:
                queue.Tell(new QueueProtocol.Kept(consumer, takeBack.GrantId));
                break;
            case QueueProtocol.Joined joined when joins.Remove(joined.Id, out var answer):
                answer.TrySetResult(joined.Counts);
                break;
            case QueueProtocol.Joined:
                break;
            case QueueProtocol.Report report:
                TakeReport(report);
                break;
            case QueueProtocol.IsShutDown:
                shutDowns.Dequeue().TrySetResult(true);
                break;
            default:
                Unhandled(told);
                break;
        }
    }

    private QueueShutDownException ShutDownCause => new($"The queue {name} has been shut down.");

    void IProducerEffects.Demand(CreditDemand wants) => queue.Tell(new QueueProtocol.Demand(Self, producer, wants));

    void IProducerEffects.Offer(long number, Chunk chunk, CreditDemand wants) =>
        queue.Tell(new QueueProtocol.Offer(Self, producer, number, chunk, wants));

    Chunk IProducerEffects.Cut(int most) => puts.Cut(most);

    void IProducerEffects.Yield(long version, long upTo) => queue.Tell(new QueueProtocol.Yield(producer, version, upTo));

    void IProducerEffects.Noted(long upTo) => queue.Tell(new QueueProtocol.Noted(producer, upTo));

    void IProducerEffects.Allow(long upTo, long bytes) => puts.Allow(upTo, bytes);

    long IProducerEffects.Shrink() => puts.Shrink();

    void IProducerEffects.Settled(long first, int count, long watermark)
    {
    }

    void IProducerEffects.Completed(Exception? failure) =>
        Context.Parent.Tell(new ProducerProtocol.Completed(producer.Index, ReadToEnd: true, failure));

    void IQueueLinkEffects.Request(long number, WorkDemand wants) =>
        queue.Tell(new QueueProtocol.Request(Self, consumer, number, wants));

    void IQueueLinkEffects.Withdraw(long number) => queue.Tell(new QueueProtocol.Withdraw(Self, consumer, number));

    void IQueueLinkEffects.Settle(long number, int epoch, long grantId, OutcomeRun run) =>
        queue.Tell(new QueueProtocol.Settle(consumer, number, epoch, grantId, run));

    void IQueueLinkEffects.Refused(Refusal refusal)
    {
        if (settling.Remove(refusal.Number, out var answer))
        {
            answer?.TrySetException(new AlreadySettledException(refusal.Reason));
        }
    }

    private void Flush()
    {
        var (written, waiting) = puts.Gather();
        producing.Read(written, waiting);
        if (waiting > 0)
        {
            producing.Waiting(waiting);
        }
    }

    private void EndPuts(IReadOnlyList<QueueProtocol.ICommand> then)
    {
        puts.Close(ShutDownCause);
        Flush();
        foreach (var command in then)
        {
            queue.Tell(command);
        }
    }

    private void TakeCredit(CreditStanding standing)
    {
        producing.Credit(standing);
        puts.Confirm(standing.ConfirmedUpTo);
        Flush();
        foreach (var (probe, tryPut) in probes.Where(asked => asked.Key <= producing.Probed).ToArray())
        {
            probes.Remove(probe);
            AnswerTryPut(tryPut);
        }

        if (standing.ShutDown)
        {
            puts.Close(ShutDownCause);
        }
    }

    private void TryPut(FrontEndProtocol.TryPut<T> tryPut)
    {
        probes.Add(producing.Probe(probes.Count + 1), tryPut);
    }

    private void AnswerTryPut(FrontEndProtocol.TryPut<T> tryPut)
    {
        try
        {
            var isPut = puts.TryPut(tryPut.Item, tryPut.Said, out var confirmed) ?? false;
            _ = AnswerAfterAsync(confirmed ?? Task.CompletedTask, tryPut.Answer, isPut);
        }
        catch (Exception thrown)
        {
            tryPut.Answer.TrySetException(thrown);
        }
    }

    private static async Task AnswerAfterAsync(Task confirmed, TaskCompletionSource<bool> answer, bool isPut)
    {
        try
        {
            await confirmed.ConfigureAwait(false);
            answer.TrySetResult(isPut);
        }
        catch (Exception thrown)
        {
            answer.TrySetException(thrown);
        }
    }

    private void Get(FrontEndProtocol.Get<T> get)
    {
        gets.Add(get);
    }

    private void HandOut(QueueProtocol.Grant grant)
    {
        if (!link.Take(grant.Id, grant.Request))
        {
            return;
        }

        var work = new GrantedWork<T>(grant, PausePipeline);
        for (var index = 0; index < work.Count; index++)
        {
            if (grant.Items.Parked)
            {
                Park(work, index);
            }
            else
            {
                HandOut(work, index);
            }
        }

        gets.AskIfNeeded();
    }

    private void HandOut(GrantedWork<T> work, int index)
    {
        while (gets.Next() is { } get)
        {
            var held = new HeldItem<T>(door, work, index, failures);
            if (get.Answer.TrySetResult(new LeasedDelivery<T>(held)))
            {
                if (get.Lease is { } lease)
                {
                    timers.StartSingle(held, new FrontEndProtocol.LeaseEnded<T>(held), lease);
                }

                return;
            }

            // The getter has left: the delivery that nobody saw must not hand the item back when it is collected.
            held.EndLease();
        }

        link.Settle(work.Epoch, work.Id, new OutcomeRun(index, 1, Outcome.Released));
    }

    /// <summary>The item's key is parked: it becomes a dead letter without being handed out.</summary>
    private void Park(GrantedWork<T> work, int index)
    {
        var held = new HeldItem<T>(door, work, index, failures);
        held.EndLease();
        SendDeadLetter(held, work.DeadLetterAt(
            index, DeadLetterCause.KeyParked, $"its key {work.KeyAt(index)} is parked", null, null, failures.Time.GetUtcNow()), null);
    }

    private void Settle(HeldItem<T> held, Outcome outcome, ConsumerProtocol.Failed? failed, TaskCompletionSource<bool>? answer)
    {
        timers.Cancel(held);
        if (failed is null || failed.Verdict.Kind == VerdictKind.Release)
        {
            Report(held, new OutcomeRun(held.Index, 1, failed is null ? outcome : Outcome.Released), answer);
        }
        else if (failed.Verdict.Kind == VerdictKind.Retry)
        {
            var retry = new Retry(failed.Verdict.Delay, failed.Attempt);
            Report(held, new OutcomeRun(held.Index, 1, Outcome.Retried, Retry: retry), answer);
        }
        else
        {
            var (cause, reason) = (failed.Verdict.Cause, failed.Verdict.Reason);
            SendDeadLetter(
                held, held.Work.DeadLetterAt(held.Index, cause, reason, failed.Attempt, failed.Cause, failures.Time.GetUtcNow()), answer);
        }
    }

    private void SendDeadLetter(HeldItem<T> held, DeadLetteredItem<T> deadLetter, TaskCompletionSource<bool>? answer)
    {
        var items = new SinkProtocol.WrittenItems(held.Work.Id, held.Index, 1, Outcome.DeadLettered);
        var isSent = deadLetters.Send(deadLetter, items, held.Work.Granted, Self);
        EngineLog.DeadLetter(log, name, deadLetter, isKept: !isSent);
        if (isSent)
        {
            failing.Add(items, (held, answer));
        }
        else
        {
            Report(held, new OutcomeRun(held.Index, 1, Outcome.DeadLettered, deadLetter), answer);
        }
    }

    private void PausePipeline(TimeSpan duration, string reason) =>
        queue.Tell(new QueueProtocol.Pause(PauseNames.Limit, reason, Timestamps.UtcAfter(failures.Time, duration)));

    private void Report(HeldItem<T> held, OutcomeRun run, TaskCompletionSource<bool>? answer)
    {
        var number = link.Settle(held.Work.Epoch, held.Work.Id, run);
        settling.Add(number, answer);
        settlingInOrder.Enqueue(number);
    }

    private void TakeSettled(QueueProtocol.Settled settled)
    {
        link.Settled(settled.UpTo, settled.Refused);
        while (settlingInOrder.TryPeek(out var number) && number <= settled.UpTo)
        {
            settlingInOrder.Dequeue();
            if (settling.Remove(number, out var answer))
            {
                answer?.TrySetResult(true);
            }
        }
    }

    private void Join(TaskCompletionSource<QueueCounts> answer)
    {
        joins.Add(++lastJoin, answer);
        queue.Tell(new QueueProtocol.Join(Self, lastJoin));
        if (!timers.IsActive(nameof(ReportJoins)))
        {
            timers.StartSingle(nameof(ReportJoins), ReportJoins.Instance, JoinReportInterval);
        }
    }

    private void Leave(TaskCompletionSource<QueueCounts> answer)
    {
        foreach (var (id, join) in joins)
        {
            if (join == answer)
            {
                joins.Remove(id);
                queue.Tell(new QueueProtocol.Leave(Self, id));
                return;
            }
        }
    }

    private void TakeReport(QueueProtocol.Report report)
    {
        if (reports.Dequeue() is { } asked)
        {
            asked.TrySetResult(report);
        }
        else if (joins.Count > 0)
        {
            var holders = string.Join("; ", report.Holdings.Take(10).Select(holding =>
                $"{holding.Holder} holds {holding.Items} from number {holding.FirstSequence} since {holding.Held.TotalSeconds:0.0} s"));
            EngineLog.JoinWaits(
                log, name, report.Counts.Unfinished, report.Counts.Queued, report.Counts.InFlight, holders.Length > 0 ? $": {holders}" : string.Empty);
            timers.StartSingle(nameof(ReportJoins), ReportJoins.Instance, JoinReportInterval);
        }
    }

    private void End(Exception cause)
    {
        puts.Close(cause);
        puts.FailUnconfirmed(cause);
        gets.FailAll(cause);
        foreach (var tryPut in probes.Values)
        {
            tryPut.Answer.TrySetException(cause);
        }

        foreach (var answer in settling.Values.Concat(failing.Values.Select(failed => failed.Answer)))
        {
            answer?.TrySetException(cause);
        }

        foreach (var join in joins.Values)
        {
            join.TrySetException(cause);
        }

        foreach (var report in reports)
        {
            report?.TrySetException(cause);
        }

        foreach (var shutDown in shutDowns)
        {
            shutDown.TrySetResult(true);
        }

        probes.Clear();
        settling.Clear();
        settlingInOrder.Clear();
        failing.Clear();
        joins.Clear();
        reports.Clear();
        shutDowns.Clear();
    }

    private sealed record ReportJoins : IDeadLetterSuppression, INoSerializationVerificationNeeded
    {
        public static ReportJoins Instance { get; } = new();
    }
}
