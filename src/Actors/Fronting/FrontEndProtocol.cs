using Akka.Actor;
using Akka.Event;
using AkkaPipeline.Consuming;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Fronting;

/// <summary>What the queue's front end hears from the objects that users hold.</summary>
internal static class FrontEndProtocol
{
    public interface ICommand : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    /// <summary>Items were written, or puts wait for credit: offers what has gathered by the time it is heard.</summary>
    public sealed record Flush : ICommand
    {
        public static Flush Instance { get; } = new();
    }

    /// <summary>A put that does not wait, and found no credit.</summary>
    public sealed record TryPut<T>(T Item, SaidOfPut? Said, TaskCompletionSource<bool> Answer) : ICommand;

    /// <summary>A get.</summary>
    /// <param name="Answer">Null means that nothing was ready.</param>
    /// <param name="Lease">How long the item may be held; null: for ever.</param>
    /// <param name="Waits">Whether it waits for an item.</param>
    public sealed record Get<T>(TaskCompletionSource<LeasedDelivery<T>?> Answer, TimeSpan? Lease, bool Waits) : ICommand;

    /// <summary>Settles an item got directly.</summary>
    /// <param name="Held">The item.</param>
    /// <param name="Outcome">What became of it, unless it failed.</param>
    /// <param name="Failed">What is to become of it where it failed.</param>
    /// <param name="Answer">Null where nobody waits for one.</param>
    public sealed record SettleHeld<T>(
        HeldItem<T> Held, Outcome Outcome, ConsumerProtocol.Failed? Failed, TaskCompletionSource<bool>? Answer) : ICommand;

    /// <summary>A lease has ended.</summary>
    public sealed record LeaseEnded<T>(HeldItem<T> Held) : ICommand;

    /// <summary>Waits for everything to be settled.</summary>
    public sealed record Join(TaskCompletionSource<QueueCounts> Answer) : ICommand;

    /// <summary>A join's caller has gone.</summary>
    public sealed record Leave(TaskCompletionSource<QueueCounts> Answer) : ICommand;

    /// <summary>Asks for counts and holdings.</summary>
    public sealed record GetReport(TaskCompletionSource<QueueProtocol.Report> Answer) : ICommand;

    /// <summary>Ends puts; once what they had written is offered, the queue hears the rest, in its order.</summary>
    public sealed record EndPuts(params IReadOnlyList<QueueProtocol.ICommand> Then) : ICommand;

    /// <summary>Once what has been put is offered, the queue hears this.</summary>
    public sealed record PassOn(QueueProtocol.ICommand Command) : ICommand;

    /// <summary>Shuts the queue down.</summary>
    public sealed record ShutDown(bool Immediate, TaskCompletionSource<bool> Answer) : ICommand;
}
