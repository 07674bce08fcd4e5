using Akka.Actor;

namespace AkkaPipeline.Storing;

/// <summary>
/// Role: keeps what it is given, in groups: what gathers while one commit runs goes into the next.
/// Hears: the queue (Keep), anybody (GetDeadLetters), the coordinator (Close).
/// Tells: the coordinator (Opened, Failed, Closed).
/// States: Idle, Busy (one piece of the store's I/O runs, off this actor's turn).
/// Invariant: one piece of I/O at a time, in the order of asking.
/// </summary>
internal sealed class StoreActor(string queue, IQueueStore store) : UntypedActor
{
    private readonly List<object> keeping = [];
    private readonly Queue<Func<CancellationToken, Task>> work = new();
    private readonly CancellationTokenSource stopping = new();
    private bool busy;

    protected override void PreStart()
    {
        var coordinator = Context.Parent;
        Enqueue(async token =>
        {
            coordinator.Tell(new StoreProtocol.Opened(await store.OpenAsync(queue, token).ConfigureAwait(false)));
        });
    }

    protected override void PostStop() => stopping.Cancel();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case StoreProtocol.Keep keep:
                Keep(keep.DeadLetter);
                break;
            case StoreProtocol.GetDeadLetters get:
                Enqueue(async token =>
                {
                    get.ReplyTo.Tell(
                        new StoreProtocol.DeadLetters(await store.DeadLettersAsync(token).ConfigureAwait(false)));
                });
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
                Unhandled(message);
                break;
        }
    }

    private void Keep(object deadLetter)
    {
        keeping.Add(deadLetter);
        if (keeping.Count == 1)
        {
            Enqueue(token => store.KeepAsync(TakeGathered(), token).AsTask());
        }
    }

    /// <summary>Called as a commit starts, on this actor's turn.</summary>
    private object[] TakeGathered()
    {
        object[] gathered = [.. keeping];
        keeping.Clear();
        return gathered;
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
}
