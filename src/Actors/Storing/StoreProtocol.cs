using Akka.Actor;
using Akka.Event;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Storing;

/// <summary>What travels to and from the store.</summary>
internal static class StoreProtocol
{
    public interface ICommand : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    public interface IEvent : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    /// <summary>The store is open.</summary>
    public sealed record Opened(StoreOpened Store) : IEvent;

    /// <summary>The store could not be opened, or can no longer keep what it is given.</summary>
    public sealed record Failed(Exception Cause) : IEvent;

    /// <summary>The queue that runs on this store: who hears of commits, and where dead letters go back to. May be said again.</summary>
    public sealed record QueueStarted(IActorRef Queue) : ICommand;

    /// <summary>What has happened in the queue; committed with what gathers meanwhile, answered with <see cref="QueueProtocol.Committed"/>.</summary>
    public sealed record Write(QueueWrite What) : ICommand;

    /// <summary>Outputs have been written to a sink that checkpoints hold the length of. Said before their items are settled.</summary>
    /// <param name="Sink">Its name.</param>
    /// <param name="Length">Its length behind them.</param>
    /// <param name="Numbers">The sequence numbers of the items they came from.</param>
    public sealed record Written(string Sink, long Length, IReadOnlyList<NumberRange> Numbers) : ICommand;

    /// <summary>An item's outputs go to another queue, with the commit that has it done. Said before it is settled.</summary>
    public sealed record HandOver(long Sequence, IReadOnlyList<HandedOver> Outputs) : ICommand;

    /// <summary>Commits what has gathered without waiting for more.</summary>
    /// <param name="Number">As of a write: what is committed is said by it.</param>
    /// <param name="AtEnd">Whether the job is at its end: everything is settled, and nothing more comes.</param>
    /// <param name="Last">Whether the sinks are about to be closed.</param>
    public sealed record CommitNow(long Number, bool AtEnd, bool Last) : ICommand;

    /// <summary>Asks for items that stand alone; answered with <see cref="QueueProtocol.AloneRead"/>.</summary>
    public sealed record ReadAlone(long After) : ICommand;

    /// <summary>Asks for rows, with all that was written before; answered with <see cref="QueueProtocol.RowsRead"/>.</summary>
    public sealed record ReadRows(long After, int Items, long Bytes) : ICommand;

    /// <summary>Asks for dead letters, and for their number.</summary>
    /// <param name="ReplyTo">Who hears <see cref="Listed"/>.</param>
    /// <param name="Id">The asker's own.</param>
    /// <param name="Filter">Which; null: all.</param>
    /// <param name="After">The number after which the page begins.</param>
    /// <param name="Limit">How many at most; 0: only their number.</param>
    public sealed record List(IActorRef ReplyTo, long Id, DeadLetterFilter? Filter, long After, int Limit) : ICommand;

    /// <summary>Answers <see cref="List"/>.</summary>
    public sealed record Listed(long Id, StoredDeadLetters Page) : IEvent;

    /// <summary>Gives dead letters back to the queue.</summary>
    /// <param name="ReplyTo">Who hears <see cref="Moved"/>.</param>
    /// <param name="Id">The asker's own.</param>
    /// <param name="Filter">Which; null: all.</param>
    public sealed record Requeue(IActorRef ReplyTo, long Id, DeadLetterFilter? Filter) : ICommand;

    /// <summary>Drops dead letters.</summary>
    /// <param name="ReplyTo">Who hears <see cref="Moved"/>.</param>
    /// <param name="Id">The asker's own.</param>
    /// <param name="Filter">Which; null: all.</param>
    public sealed record Drop(IActorRef ReplyTo, long Id, DeadLetterFilter? Filter) : ICommand;

    /// <summary>Answers <see cref="Requeue"/> and <see cref="Drop"/>.</summary>
    /// <param name="Id">The asker's own.</param>
    /// <param name="Count">How many have left the store.</param>
    /// <param name="Counts">The queue's ledger after a drop.</param>
    /// <param name="Refusal">Why the rest stayed; null if all went.</param>
    public sealed record Moved(long Id, long Count, QueueCounts? Counts, Exception? Refusal) : IEvent;

    /// <summary>Completes an explanation: the item has left the queue, and may be a dead letter that is kept.</summary>
    public sealed record Explain(IActorRef ReplyTo, ItemExplanation Known) : ICommand;

    /// <summary>Closes the store when all it was given is kept.</summary>
    public sealed record Close : ICommand
    {
        public static Close Instance { get; } = new();
    }

    /// <summary>The store is closed.</summary>
    public sealed record Closed : IEvent
    {
        public static Closed Instance { get; } = new();
    }
}
