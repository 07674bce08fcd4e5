using Akka.Actor;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Storing;

/// <summary>
/// Role: keeps what it is given, in groups: what gathers while one commit runs goes into the next.
/// Hears: the queue (Keep, DropOldest, Explain; Requeued, DeadLettersForgotten), the coordinator (QueueStarted, List, Requeue, Drop,
/// Close).
/// Tells: the coordinator (Opened, Failed, Listed, Moved, Closed), the queue (Requeue, ForgetDeadLetters).
/// States: Idle, Busy (one piece of the store's I/O runs, off this actor's turn).
/// Invariant: one piece of I/O at a time, in the order of asking; a letter leaves only after the queue has taken it.
/// </summary>
internal sealed class StoreActor : UntypedActor, IDeadLetterQueue
{
    private readonly string name;
    private readonly IQueueStore store;
    private readonly DeadLetterMoves moves;
    private readonly IActorRef self;
    private readonly List<IDeadLetter> keeping = [];
    private readonly Queue<Func<CancellationToken, Task>> work = new();
    private readonly CancellationTokenSource stopping = new();
    private long droppingOldest;
    private bool busy;
    private IActorRef queue = ActorRefs.Nobody;
    private bool queueIsGone;
    private TaskCompletionSource<QueueProtocol.IEvent?>? asked;

    public StoreActor(string name, IQueueStore store, Func<IDeadLetter, Chunk> toChunk)
    {
        this.name = name;
        this.store = store;
        self = Self;
        moves = new DeadLetterMoves(name, store, this, toChunk);
    }

    protected override void PreStart()
    {
        var coordinator = Context.Parent;
        Enqueue(async token =>
        {
            coordinator.Tell(new StoreProtocol.Opened(await store.OpenAsync(name, token).ConfigureAwait(false)));
        });
    }

    protected override void PostStop() => stopping.Cancel();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case StoreProtocol.Keep keep:
                keeping.Add((IDeadLetter)keep.DeadLetter);
                CommitGathered();
                break;
            case StoreProtocol.DropOldest:
                droppingOldest++;
                CommitGathered();
                break;
            case StoreProtocol.List list:
                Enqueue(token => Task.Run(() => ListAsync(list, token), token));
                break;
            case StoreProtocol.Requeue requeue:
                Enqueue(token => MoveAsync(requeue.ReplyTo, requeue.Id, () => moves.RequeueAsync(requeue.Filter, token)));
                break;
            case StoreProtocol.Drop drop:
                Enqueue(token => MoveAsync(drop.ReplyTo, drop.Id, () => moves.DropAsync(drop.Filter, token)));
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
            case WorkEnded ended:
                busy = false;
                if (ended.Failure is not null)
                {
                    Context.Parent.Tell(new StoreProtocol.Failed(ended.Failure));
                }

                StartNext();
                break;
            default:
                OnQueue(message);
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

    async Task<string?> IDeadLetterQueue.RequeueAsync(IReadOnlyList<Chunk> items) =>
        await AskAsync(new QueueProtocol.Requeue(self, items)).ConfigureAwait(false) is QueueProtocol.Requeued requeued
            ? requeued.Refusal
            : "the pipeline has ended";

    async Task<QueueCounts?> IDeadLetterQueue.ForgetAsync(long count) =>
        (await AskAsync(new QueueProtocol.ForgetDeadLetters(self, count)).ConfigureAwait(false)
            as QueueProtocol.DeadLettersForgotten)?.Counts;

    /// <summary>Called off this actor's turn.</summary>
    /// <returns>Null if the queue has died.</returns>
    private Task<QueueProtocol.IEvent?> AskAsync(QueueProtocol.ICommand command)
    {
        var answer = new TaskCompletionSource<QueueProtocol.IEvent?>(TaskCreationOptions.RunContinuationsAsynchronously);
        self.Tell(new Question(command, answer));
        return answer.Task.WaitAsync(stopping.Token);
    }

    private async Task ListAsync(StoreProtocol.List list, CancellationToken token)
    {
        var page = await StoredDeadLetters.ReadAsync(store, list.Filter, list.After, list.Limit, token).ConfigureAwait(false);
        list.ReplyTo.Tell(new StoreProtocol.Listed(list.Id, page));
    }

    private async Task ExplainAsync(StoreProtocol.Explain explain, CancellationToken token)
    {
        var sequence = explain.Known.Sequence;
        var filter = new DeadLetterFilter { FirstSequence = sequence, LastSequence = sequence };
        var found = await store.ReadAsync(filter, 0, 1, token).ConfigureAwait(false);
        explain.ReplyTo.Tell(found is [var kept] ? DeadLettered(explain.Known, kept.Letter) : explain.Known);
    }

    private static ItemExplanation DeadLettered(ItemExplanation known, IDeadLetter letter) => known with
    {
        Standing = ItemStanding.DeadLettered,
        Text = $"a dead letter since {letter.At:O} after {letter.Attempts.Count} failed attempts ({letter.Cause}): {letter.Reason}",
        Key = letter.Key,
        Attempts = letter.Attempts,
    };

    /// <summary>Off this actor's turn: the user's code reads what a requeued item's place and size are.</summary>
    private static async Task MoveAsync(IActorRef replyTo, long id, Func<Task<DeadLettersMoved>> move)
    {
        var moved = await Task.Run(move).ConfigureAwait(false);
        replyTo.Tell(new StoreProtocol.Moved(id, moved.Count, moved.Counts, moved.Refusal));
    }

    private void CommitGathered()
    {
        if (keeping.Count + droppingOldest == 1)
        {
            Enqueue(token =>
            {
                var (gathered, oldest) = TakeGathered();
                return store.KeepAsync(gathered, oldest, token).AsTask();
            });
        }
    }

    /// <summary>Called as a commit starts, on this actor's turn.</summary>
    private (IDeadLetter[] Gathered, long DropOldest) TakeGathered()
    {
        IDeadLetter[] gathered = [.. keeping];
        var oldest = droppingOldest;
        keeping.Clear();
        droppingOldest = 0;
        return (gathered, oldest);
    }

    private void Close()
    {
        var coordinator = Context.Parent;
        Enqueue(async token =>
        {
            await store.CloseAsync(token).ConfigureAwait(false);
            coordinator.Tell(StoreProtocol.Closed.Instance);
        });
    }

    private void Enqueue(Func<CancellationToken, Task> piece)
    {
        work.Enqueue(piece);
        StartNext();
    }

    private void StartNext()
    {
        if (busy || !work.TryDequeue(out var piece))
        {
            return;
        }

        busy = true;
        _ = RunAsync(piece, Self);
    }

    private async Task RunAsync(Func<CancellationToken, Task> piece, IActorRef self)
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

    private sealed record WorkEnded(Exception? Failure);

    /// <summary>What a piece of work asks of the queue.</summary>
    private sealed record Question(QueueProtocol.ICommand Command, TaskCompletionSource<QueueProtocol.IEvent?> Answer);
}
