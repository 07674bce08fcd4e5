using Akka.Actor;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Sinking;

/// <summary>What travels to and from a sink.</summary>
internal static class SinkProtocol
{
    public interface ICommand;

    public interface IEvent;

    /// <summary>The items of a grant that outputs came from.</summary>
    /// <param name="GrantId">The grant.</param>
    /// <param name="From">Index of the first item in the grant.</param>
    /// <param name="Count">How many items.</param>
    /// <param name="Outcome">Their outcome once the write holds.</param>
    public readonly record struct WrittenItems(long GrantId, int From, int Count, Outcome Outcome);

    /// <summary>Writes the outputs of some items.</summary>
    /// <param name="ReplyTo">The consumer, which settles the items.</param>
    /// <param name="Items">The items.</param>
    /// <param name="Outputs">Rented from the shared pool; the sink's from now on.</param>
    /// <param name="Count">How many of them are outputs.</param>
    /// <param name="Bytes">Their size, where it is known.</param>
    public sealed record Write<TOut>(IActorRef ReplyTo, WrittenItems Items, TOut[] Outputs, int Count, long Bytes) : ICommand;

    /// <summary>The write holds.</summary>
    public sealed record Written(WrittenItems Items) : IEvent;

    /// <summary>The write failed.</summary>
    public sealed record WriteFailed(WrittenItems Items, Exception Cause) : IEvent;

    /// <summary>Nothing more comes: closes the sink when the last write is done.</summary>
    public sealed record Close(SinkEnding Ending) : ICommand;

    /// <summary>The sink is closed.</summary>
    /// <param name="Name">Which one.</param>
    /// <param name="Failure">What closing it threw.</param>
    public sealed record Closed(string Name, Exception? Failure) : IEvent;

    /// <summary>The sink cannot go on.</summary>
    public sealed record Broken(string Name, Exception Cause) : IEvent;

    /// <summary>Cancels the write that runs: a drain has passed its deadline.</summary>
    public sealed record Cancel : ICommand
    {
        public static Cancel Instance { get; } = new();
    }
}
