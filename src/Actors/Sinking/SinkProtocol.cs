using Akka.Actor;
using Akka.Event;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Sinking;

/// <summary>What travels to and from a sink.</summary>
internal static class SinkProtocol
{
    public interface ICommand : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    public interface IEvent : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    /// <summary>The items of a grant that outputs came from.</summary>
    /// <param name="GrantId">The grant.</param>
    /// <param name="From">Index of the first item in the grant.</param>
    /// <param name="Count">How many items.</param>
    /// <param name="Outcome">Their outcome once the write holds.</param>
    public readonly record struct WrittenItems(long GrantId, int From, int Count, Outcome Outcome);

    /// <summary>Writes the outputs of some items. Each item is answered once, in runs, as its outputs have their outcome.</summary>
    /// <param name="ReplyTo">The consumer, which settles the items.</param>
    /// <param name="Items">The items.</param>
    /// <param name="Outputs">Rented from the shared pool; the sink's from now on.</param>
    /// <param name="Count">How many of them are outputs, at least one.</param>
    /// <param name="Bytes">Their size, where it is known.</param>
    /// <param name="Ends">Where each item's outputs end, rented too; null: each item has exactly one output.</param>
    /// <param name="Keys">Each output's batch key, rented too; null: none has one.</param>
    /// <param name="Sizes">Each output's size, rented too; null: they are not needed one by one.</param>
    /// <param name="Granted">What the grant carries, for the items' numbers.</param>
    public sealed record Write<TOut>(
        IActorRef ReplyTo,
        WrittenItems Items,
        TOut[] Outputs,
        int Count,
        long Bytes,
        int[]? Ends = null,
        string[]? Keys = null,
        int[]? Sizes = null,
        GrantItems Granted = default) : ICommand;

    /// <summary>All outputs of these items are written.</summary>
    public sealed record Written(WrittenItems Items) : IEvent;

    /// <summary>An output of each of these items has failed.</summary>
    /// <param name="Items">The items: all of a write, or some.</param>
    /// <param name="Cause">What they failed of.</param>
    /// <param name="ForGood">Whether the sink repeats writes itself, and has done so as often as it may.</param>
    public sealed record WriteFailed(WrittenItems Items, Exception Cause, bool ForGood = false) : IEvent;

    /// <summary>The pipeline is ending: from now on no batch waits for its size or its time.</summary>
    public sealed record Flush : ICommand
    {
        public static Flush Instance { get; } = new();
    }

    /// <summary>From the queue: consumers wait for outputs that gather. The oldest batch is not to wait any longer.</summary>
    public sealed record Nudge : ICommand
    {
        public static Nudge Instance { get; } = new();
    }

    /// <summary>Nothing more comes: closes the sink when the last write is done.</summary>
    public sealed record Close(SinkEnding Ending) : ICommand;

    /// <summary>From its writer: a batch's write has ended.</summary>
    /// <param name="Outcome">What became of the outputs; null if the breaker did not let it through.</param>
    /// <param name="Count">How many outputs.</param>
    /// <param name="BreakFor">For how long the breaker is open now; null: it is closed, or there is none.</param>
    public sealed record BatchEnded(BatchOutcome? Outcome, int Count, TimeSpan? BreakFor) : IEvent;

    /// <summary>The sink is closed.</summary>
    /// <param name="Name">Which one.</param>
    /// <param name="Failure">What closing it threw.</param>
    public sealed record Closed(string Name, Exception? Failure) : IEvent;

    /// <summary>The sink cannot go on.</summary>
    public sealed record Broken(string Name, Exception Cause) : IEvent;

    /// <summary>Cancels the write that runs, and writes nothing more: a drain has passed its deadline.</summary>
    public sealed record Cancel : ICommand
    {
        public static Cancel Instance { get; } = new();
    }
}
