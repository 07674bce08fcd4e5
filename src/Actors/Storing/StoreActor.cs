using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using AkkaPipeline.Queueing;
using AkkaPipeline.Telemetry;
using AkkaPipeline.Timing;

namespace AkkaPipeline.Storing;

/// <summary>
/// Role: keeps what it is told, in groups: what gathers while one commit runs goes into the next.
/// Hears: the queue (QueueStarted, Write, ReadRows, ReadAlone; Requeued, DeadLettersForgotten), the coordinator (QueueStarted,
/// List, Requeue, Drop, Close), whoever asks for an explanation (Explain).
/// Tells: the queue (Committed, RowsRead, AloneRead, StoreIsFull; Requeue, ForgetDeadLetters), the coordinator (Opened,
/// Failed, Listed, Moved, Closed).
/// States: Idle, Busy (one piece of the store's I/O runs, off this actor's turn); Full (items wait for room); Failed (it only
/// closes: what a failed commit or sync held is known to nobody, and must not be counted by a later one).
/// Invariant: one piece of I/O at a time, in the order of asking; nothing is confirmed before its commit; a letter leaves
/// only after the queue has taken it.
/// </summary>
internal sealed partial class StoreActor : UntypedActor, IDeadLetterQueue
{
    private static readonly TimeSpan FullPause = TimeSpan.FromSeconds(1);

    // Room comes by what settles, not by an operator.
    private static readonly TimeSpan BoundPause = TimeSpan.FromMilliseconds(200);

    private readonly StoreSetup setup;
    private readonly IQueueStore store;
    private readonly DeadLetterMoves moves;
    private readonly IActorRef self;
    private readonly Queue<(Func<CancellationToken, Task> Piece, bool Closes)> work = new();
    private readonly List<Func<CancellationToken, Task>> waitingForRoom = [];
    private readonly CancellationTokenSource stopping = new();
    private readonly ActorTimers timers;
    private readonly CommitMeasures measures;
    private readonly JobCheckpoints? checkpoints;
    private readonly StoredOutputs? outputs;
    private BatchGathering gathering;
    private QueueIdentity? identity;
    private bool commitIsDue;
    private bool isFull;
    private bool hasFailed;
    private bool putsWait;
    private bool busy;
    private IActorRef queue = ActorRefs.Nobody;
    private bool queueIsGone;
    private RunningPage? running;
    private volatile bool isClosed;
    private TaskCompletionSource<QueueProtocol.IEvent?>? asked;

    public StoreActor(StoreSetup setup)
    {
        this.setup = setup;
        store = setup.Store;
        self = Self;
        gathering = new BatchGathering(setup, StoreCounts.None);
        if (setup.Replay is { } replay)
        {
            (checkpoints, outputs) = setup.Keeps == Durability.Checkpoint
                ? (new JobCheckpoints(setup, replay), (StoredOutputs?)null)
                : (null, new StoredOutputs(replay));
        }

        moves = new DeadLetterMoves(setup.Name, store, this, setup.Items.ToRequeued);
        timers = new ActorTimers(setup.Time, Self);
        measures = new CommitMeasures(setup.Name, setup.Log);
    }

    protected override void PreStart() => Enqueue(OpenAsync);

    protected override void PostStop()
    {
        timers.Dispose();
        stopping.Cancel();
        if (!isClosed)
        {
            // Stopped from outside: the file would stay held by this process.
            _ = CloseStoreAsync(CancellationToken.None);
        }
    }

    protected override void OnReceive(object received)
    {
        if (!timers.TryTake(received, out var message))
        {
            return;
        }

        switch (message)
        {
            case StoreProtocol.Write write when checkpoints is not null:
                checkpoints.Note(write.What);
                CheckpointSoon();
                break;
            case StoreProtocol.Write write:
                Gather(write.What);
                break;
            case StoreProtocol.ICommand command:
                OnCommand(command);
                break;
            case WorkEnded ended:
                OnWorkEnded(ended.Failure);
                break;
            case CommitEnded ended:
                OnCommitEnded(ended.Taken, ended.Full);
                break;
            case RowsAreRead read:
                OnRowsRead(read);
                break;
            case AloneIsRead read:
                OnAloneRead(read);
                break;
            case TryAgain:
                TryAgainWhileFull();
                break;
            case CheckpointIsDue when !isLastCheckpoint:
                Checkpoint();
                break;
            case CheckpointIsDue:
                break;
            case CheckpointEnded ended:
                OnCheckpointEnded(ended);
                break;
            default:
                OnQueue(message);
                break;
        }
    }

    private void OnCommand(StoreProtocol.ICommand command)
    {
        switch (command)
        {
            case StoreProtocol.Written written when outputs is not null:
                outputs.Written(written);
                break;
            case StoreProtocol.Written written:
                checkpoints?.Note(written);
                CheckpointSoon();
                break;
            case StoreProtocol.HandOver over:
                gathering.HandOver(over.Sequence, over.Outputs);
                break;
            case StoreProtocol.CommitNow now:
                checkpoints?.Note(now);
                Checkpoint();
                isLastCheckpoint |= now.Last;
                break;
            case StoreProtocol.ReadRows read:
                Enqueue(token => ReadRowsAsync(read, token));
                break;
            case StoreProtocol.ReadAlone read:
                Enqueue(token => ReadAloneAsync(read, token));
                break;
            case StoreProtocol.List list:
                Enqueue(token => Task.Run(() => ListAsync(list, token), token));
                break;
            case StoreProtocol.Requeue requeue:
                Move(token => MoveAsync(requeue.ReplyTo, requeue.Id, () => moves.RequeueAsync(requeue.Filter, token)));
                break;
            case StoreProtocol.Drop drop:
                Move(token => MoveAsync(drop.ReplyTo, drop.Id, () => moves.DropAsync(drop.Filter, token)));
                break;
            case StoreProtocol.Explain explain:
                Enqueue(token => ExplainAsync(explain, token));
                break;
            case StoreProtocol.QueueStarted started:
                queue = Context.Watch(started.Queue);
                break;
            case StoreProtocol.Close:
                Close();
                break;
            default:
                Unhandled(command);
                break;
        }
    }

    private void OnQueue(object message)
    {
        switch (message)
        {
            case Question question when queueIsGone:
                question.Answer.TrySetResult(null);
                break;
            case Question question:
                asked = question.Answer;
                queue.Tell(question.Command);
                break;
            case TakeLetters take:
                gathering.LettersLeft(take.Numbers, take.Dropped);
                take.Answer.TrySetResult(isFull ? TakeWithoutAccepts() : TakeAll()!);
                break;
            case MoveEnded ended:
                OnMoveEnded(ended);
                break;
            case QueueProtocol.Requeued or QueueProtocol.DeadLettersForgotten:
                asked?.TrySetResult((QueueProtocol.IEvent)message);
                break;
            case Terminated:
                queueIsGone = true;
                asked?.TrySetResult(null);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private async Task OpenAsync(CancellationToken token)
    {
        var coordinator = Context.Parent;
        var opened = await store.OpenAsync(setup.Name, token).ConfigureAwait(false);
        try
        {
            coordinator.Tell(new StoreProtocol.Opened(await BeginAsync(opened, token).ConfigureAwait(false)));
        }
        catch
        {
            await CloseStoreAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<StoreOpened> BeginAsync(StoreOpened opened, CancellationToken token)
    {
        if (setup.Keeps == Durability.Full)
        {
            ReplaySetup.Expect(ReplaySetup.OfItems, opened, setup.Name);
            opened = opened with { PutIds = await store.ReadPutIdsAsync(token).ConfigureAwait(false) };
        }

        if (outputs is not null)
        {
            await Task.Run(() => outputs.ResumeAsync(opened, token), token).ConfigureAwait(false);
        }

        if (checkpoints is not null)
        {
            opened = await Task.Run(() => checkpoints.ResumeAsync(opened, token), token).ConfigureAwait(false);
        }

        if (setup.TakesOver is var (handover, _))
        {
            opened = await TakeOverAsync(handover, opened, token).ConfigureAwait(false);
        }

        // A selective source numbers its items anew in each run.
        if (setup.RunningPath is { } path && setup.Replay?.Source is not ISelectiveSource)
        {
            running = await Task.Run(() => OpenRunning(path, opened), token).ConfigureAwait(false);
            opened = opened with { Running = running };
        }

        identity = opened.Identity;
        gathering = new BatchGathering(setup, opened.Counts);
        if (setup.Keeps == Durability.Full)
        {
            await store.CommitAsync(gathering.Reservation(), token).ConfigureAwait(false);
        }

        return opened;
    }

    private void Gather(QueueWrite write)
    {
        if (outputs?.Holds(write) == true)
        {
            gathering.Hear(write.Number);
        }
        else
        {
            gathering.Add(write);
        }

        CommitSoon();
    }

    /// <summary>Without it nothing is lost, but an item that kills the process is not found out.</summary>
    private RunningPage? OpenRunning(string path, StoreOpened opened)
    {
        try
        {
            return RunningPage.Open(path, opened);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            EngineLog.RunningNotNoted(setup.Log, setup.Name, failure.Message);
            return null;
        }
    }

    private void CommitSoon()
    {
        if (!commitIsDue)
        {
            commitIsDue = true;
            Enqueue(token =>
            {
                commitIsDue = false;
                if (isFull)
                {
                    return CommitWithoutAcceptsAsync(token);
                }

                var taken = TakeAll();
                return taken is null ? Task.CompletedTask : CommitAsync(taken, token);
            });
        }
    }

    /// <summary>All that has gathered, with how far the source and its outputs are with exactly that; null: nothing has.</summary>
    private GatheredBatch? TakeAll()
    {
        outputs?.ReleaseInto(gathering);
        return gathering.IsEmpty ? null : gathering.Take();
    }

    /// <summary>What cannot be written for want of room is gathered again; every other failure is the store's end.</summary>
    private async Task CommitAsync(GatheredBatch taken, CancellationToken token)
    {
        var startedAt = Stopwatch.GetTimestamp();
        try
        {
            if (outputs is not null)
            {
                taken = taken with { Batch = await Task.Run(() => outputs.SecureAsync(taken.Batch, token), token).ConfigureAwait(false) };
            }

            await store.CommitAsync(taken.Batch, token).ConfigureAwait(false);
            if (CommitMeasures.Wanted && setup.Keeps != Durability.None)
            {
                measures.Committed(Stopwatch.GetElapsedTime(startedAt), taken.Batch.ItemCount);
            }

            self.Tell(new CommitEnded(taken, null));
        }
        catch (StoreFullException full)
        {
            self.Tell(new CommitEnded(taken, full));
        }
    }

    private Task CommitWithoutAcceptsAsync(CancellationToken token) => CommitAsync(TakeWithoutAccepts(), token);

    private GatheredBatch TakeWithoutAccepts()
    {
        outputs?.ReleaseInto(gathering);
        var taken = gathering.TakeWithoutAccepts();
        return outputs is null ? taken : taken with { Batch = outputs.WithoutAccepts(taken.Batch) };
    }

    private void OnCommitEnded(GatheredBatch taken, StoreFullException? full)
    {
        if (full is null)
        {
            taken.LetGoOfPayloads();
            outputs?.Committed(taken.Batch);
            setup.HandsOver?.Arrived(taken.Batch.HandedOver?.Outputs ?? []);
            if (setup.Keeps != Durability.None)
            {
                queue.Tell(new QueueProtocol.Committed(taken.AcceptsUpTo, taken.RestUpTo));
            }

            if (isFull && taken.IsWhole)
            {
                HasRoom();
            }

            LettersAreKept();
            return;
        }

        gathering.GiveBack(taken);
        lettersWait |= taken.Batch.DeadLettersRemoved.Count > 0;
        var (was, waited) = (isFull, putsWait);
        (isFull, putsWait) = (true, full.IsOwnBound && !setup.PutsFailAtBound);
        var holdsNothing = putsWait && !full.IsShared && waitingForRoom.Count > 0;
        if (!was || waited != putsWait || holdsNothing)
        {
            queue.Tell(new QueueProtocol.StoreIsFull(full, putsWait, holdsNothing ? taken.RestUpTo : null));
        }

        if (!was || waited != putsWait)
        {
            LogFull(full);
        }

        if (!was)
        {
            Enqueue(CommitWithoutAcceptsAsync);
            TryAgainSoon();
        }
    }

    private void LogFull(StoreFullException full)
    {
        if (putsWait)
        {
            EngineLog.StoreAtBound(setup.Log, setup.Name, full.Message);
        }
        else
        {
            EngineLog.StoreFull(setup.Log, setup.Name, full.Message);
        }
    }

    private void TryAgainSoon() =>
        timers.StartSingle(nameof(TryAgain), TryAgain.Instance, putsWait ? BoundPause : FullPause, TimeProvider.System);

    private void TryAgainWhileFull()
    {
        if (!isFull)
        {
            return;
        }

        Enqueue(CommitWithoutAcceptsAsync);
        Enqueue(token => isFull ? CommitAsync(TakeAll() ?? gathering.Take(), token) : Task.CompletedTask);
        TryAgainSoon();
    }

    private void HasRoom()
    {
        (isFull, putsWait) = (false, false);
        EngineLog.StoreHasRoom(setup.Log, setup.Name);
        queue.Tell(new QueueProtocol.StoreIsFull(null));
        foreach (var piece in waitingForRoom)
        {
            Enqueue(piece);
        }

        waitingForRoom.Clear();
        if (!gathering.IsEmpty)
        {
            CommitSoon();
        }
    }

    private void Close()
    {
        var coordinator = Context.Parent;
        Enqueue(token => setup.Keeps == Durability.Full && !isFull
            ? store.CommitAsync(gathering.TakeLast(), token).AsTask()
            : Task.CompletedTask);
        Enqueue(
            async token =>
            {
                try
                {
                    await CloseStoreAsync(token).ConfigureAwait(false);
                }
                finally
                {
                    coordinator.Tell(StoreProtocol.Closed.Instance);
                }
            },
            closes: true);
    }

    private async Task CloseStoreAsync(CancellationToken token)
    {
        isClosed = true;
        running?.Close();
        await store.CloseAsync(token).ConfigureAwait(false);
    }

    private void Enqueue(Func<CancellationToken, Task> piece, bool closes = false)
    {
        work.Enqueue((piece, closes));
        StartNext();
    }

    /// <summary>A piece begins on this actor's turn; what it waits for does not.</summary>
    private void StartNext()
    {
        while (!busy && work.TryDequeue(out var next))
        {
            if (!hasFailed || next.Closes)
            {
                busy = true;
                _ = RunAsync(next.Piece);
            }
        }
    }

    private async Task RunAsync(Func<CancellationToken, Task> piece)
    {
        Exception? failure = null;
        try
        {
            await piece(stopping.Token).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            failure = thrown;
        }

        self.Tell(new WorkEnded(failure));
    }

    private void OnWorkEnded(Exception? failure)
    {
        busy = false;
        if (failure is not null)
        {
            hasFailed = true;
            Context.Parent.Tell(new StoreProtocol.Failed(failure));
        }

        StartNext();
    }

    private sealed record WorkEnded(Exception? Failure) : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    private sealed record CommitEnded(GatheredBatch Taken, StoreFullException? Full)
        : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    private sealed record TryAgain : IDeadLetterSuppression, INoSerializationVerificationNeeded
    {
        public static TryAgain Instance { get; } = new();
    }

    /// <summary>What a piece of work asks of the queue.</summary>
    private sealed record Question(QueueProtocol.ICommand Command, TaskCompletionSource<QueueProtocol.IEvent?> Answer)
        : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    /// <summary>Dead letters leave with all that has gathered.</summary>
    private sealed record TakeLetters(IReadOnlyList<long> Numbers, bool Dropped, TaskCompletionSource<GatheredBatch> Answer)
        : IDeadLetterSuppression, INoSerializationVerificationNeeded;
}
