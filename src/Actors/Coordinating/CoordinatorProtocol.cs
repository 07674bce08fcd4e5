using Akka.Actor;
using Akka.Event;
using AkkaPipeline.Storing;

namespace AkkaPipeline.Coordinating;

/// <summary>What the coordinator hears from the objects that users hold.</summary>
internal static class CoordinatorProtocol
{
    /// <summary>
    /// To a pipeline that has ended meanwhile it is nothing to log: whoever asks is answered by that end.
    /// </summary>
    public interface ICommand : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    /// <summary>Ends once the sources have ended and everything is settled.</summary>
    public sealed record Complete : ICommand
    {
        public static Complete Instance { get; } = new();
    }

    /// <summary>Ends as soon as what was emitted is settled, at the latest at the deadline.</summary>
    public sealed record Drain(TimeSpan Deadline) : ICommand;

    /// <summary>Brings the pool to a size; answered when it has it, or when the pipeline ends.</summary>
    public sealed record Resize(int Consumers, TaskCompletionSource Answer) : ICommand;

    /// <summary>Asks something of the dead letters that the store keeps.</summary>
    public interface IDeadLetterCommand : ICommand;

    /// <summary>Asks for dead letters, and for their number.</summary>
    /// <param name="Filter">Which; null: all.</param>
    /// <param name="After">The store's number after which the page begins.</param>
    /// <param name="Limit">How many at most; 0: only their number.</param>
    /// <param name="Answer">Hears it.</param>
    public sealed record ListDeadLetters(
        DeadLetterFilter? Filter, long After, int Limit, TaskCompletionSource<StoredDeadLetters> Answer) : IDeadLetterCommand;

    /// <summary>Gives dead letters back to the queue; the answer tells how many.</summary>
    public sealed record RequeueDeadLetters(DeadLetterFilter? Filter, TaskCompletionSource<long> Answer) : IDeadLetterCommand;

    /// <summary>Drops dead letters; the answer tells how many.</summary>
    public sealed record DropDeadLetters(DeadLetterFilter? Filter, TaskCompletionSource<long> Answer) : IDeadLetterCommand;
}
