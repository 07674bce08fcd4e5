using Akka.Actor;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Storing;

/// <summary>Dead letters: listed, and moved back to the queue or to nowhere.</summary>
internal sealed partial class StoreActor
{
    private readonly List<MoveEnded> movesToTell = [];
    private readonly List<Func<CancellationToken, Task>> movesThatWait = [];

    /// <summary>Letters have left whose going there was no room to write.</summary>
    private bool lettersWait;

    async Task<string?> IDeadLetterQueue.RequeueAsync(IReadOnlyList<Chunk> items) =>
        await AskAsync(new QueueProtocol.Requeue(self, items)).ConfigureAwait(false) is QueueProtocol.Requeued requeued
            ? requeued.Refusal
            : "the pipeline has ended";

    async Task<QueueCounts?> IDeadLetterQueue.ForgetAsync(long count) =>
        (await AskAsync(new QueueProtocol.ForgetDeadLetters(self, count)).ConfigureAwait(false)
            as QueueProtocol.DeadLettersForgotten)?.Counts;

    async Task IDeadLetterQueue.LetGoAsync(IReadOnlyList<long> numbers, bool dropped)
    {
        var answer = new TaskCompletionSource<GatheredBatch>(TaskCreationOptions.RunContinuationsAsynchronously);
        self.Tell(new TakeLetters(numbers, dropped, answer));
        await CommitAsync(await answer.Task.WaitAsync(stopping.Token).ConfigureAwait(false), stopping.Token).ConfigureAwait(false);
    }

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
        list.ReplyTo.Tell(new StoreProtocol.Listed(list.Id, page.AsItems(setup.Items)));
    }

    private async Task ExplainAsync(StoreProtocol.Explain explain, CancellationToken token)
    {
        var sequence = explain.Known.Sequence;
        var filter = new DeadLetterFilter { FirstSequence = sequence, LastSequence = sequence };
        var found = await store.ReadDeadLettersAsync(filter, 0, 1, token).ConfigureAwait(false);
        explain.ReplyTo.Tell(found is [var kept] ? DeadLettered(explain.Known, kept.Letter) : explain.Known);
    }

    private static ItemExplanation DeadLettered(ItemExplanation known, IDeadLetter letter) => known with
    {
        Standing = ItemStanding.DeadLettered,
        Text = $"a dead letter since {letter.At:O} after {letter.Attempts.Count} failed attempts ({letter.Cause}): {letter.Reason}",
        Key = letter.Key,
        Attempts = letter.Attempts,
    };

    /// <summary>While letters that have left still stand in the store, another move would find them there again.</summary>
    private void Move(Func<CancellationToken, Task> move) => Enqueue(token =>
    {
        if (!lettersWait)
        {
            return move(token);
        }

        movesThatWait.Add(move);
        return Task.CompletedTask;
    });

    /// <summary>Off this actor's turn: the user's code reads what a requeued item's place and size are.</summary>
    private async Task MoveAsync(IActorRef replyTo, long id, Func<Task<DeadLettersMoved>> move)
    {
        var moved = await Task.Run(move).ConfigureAwait(false);
        self.Tell(new MoveEnded(replyTo, new StoreProtocol.Moved(id, moved.Count, moved.Counts, moved.Refusal)));
    }

    /// <summary>It is told once it is on disk.</summary>
    private void OnMoveEnded(MoveEnded ended)
    {
        if (lettersWait)
        {
            movesToTell.Add(ended);
        }
        else
        {
            ended.ReplyTo.Tell(ended.Moved);
        }
    }

    /// <summary>A batch was committed, with all that had been given back before.</summary>
    private void LettersAreKept()
    {
        if (!lettersWait)
        {
            return;
        }

        lettersWait = false;
        movesToTell.ForEach(ended => ended.ReplyTo.Tell(ended.Moved));
        movesToTell.Clear();
        movesThatWait.ForEach(Move);
        movesThatWait.Clear();
    }

    private sealed record MoveEnded(IActorRef ReplyTo, StoreProtocol.Moved Moved);
}
