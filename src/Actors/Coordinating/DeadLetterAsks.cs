using Akka.Actor;
using AkkaPipeline.Storing;

namespace AkkaPipeline.Coordinating;

/// <summary>Who has asked what of the dead letters, until the store answers.</summary>
internal sealed class DeadLetterAsks
{
    private readonly Dictionary<long, TaskCompletionSource<StoredDeadLetters>> listing = [];
    private readonly Dictionary<long, TaskCompletionSource<long>> moving = [];
    private long last;

    /// <summary>What to tell the store.</summary>
    public StoreProtocol.ICommand Ask(CoordinatorProtocol.IDeadLetterCommand command, IActorRef replyTo)
    {
        var id = ++last;
        switch (command)
        {
            case CoordinatorProtocol.ListDeadLetters list:
                listing.Add(id, list.Answer);
                return new StoreProtocol.List(replyTo, id, list.Filter, list.After, list.Limit);
            case CoordinatorProtocol.RequeueDeadLetters requeue:
                moving.Add(id, requeue.Answer);
                return new StoreProtocol.Requeue(replyTo, id, requeue.Filter);
            case CoordinatorProtocol.DropDeadLetters drop:
                moving.Add(id, drop.Answer);
                return new StoreProtocol.Drop(replyTo, id, drop.Filter);
            default:
                throw new ArgumentOutOfRangeException(nameof(command), command, "Nothing is known of it.");
        }
    }

    public void Answer(StoreProtocol.Listed listed)
    {
        if (listing.Remove(listed.Id, out var answer))
        {
            answer.TrySetResult(listed.Page);
        }
    }

    public void Answer(StoreProtocol.Moved moved)
    {
        if (!moving.Remove(moved.Id, out var answer))
        {
            return;
        }

        if (moved.Refusal is null)
        {
            answer.TrySetResult(moved.Count);
        }
        else
        {
            answer.TrySetException(moved.Refusal);
        }
    }

    public void FailAll(Exception cause)
    {
        foreach (var answer in listing.Values)
        {
            answer.TrySetException(cause);
        }

        foreach (var answer in moving.Values)
        {
            answer.TrySetException(cause);
        }

        listing.Clear();
        moving.Clear();
    }
}
