using Akka.Actor;

namespace AkkaPipeline.Storing;

/// <summary>What travels to and from the store.</summary>
internal static class StoreProtocol
{
    public interface ICommand;

    public interface IEvent;

    /// <summary>The store is open.</summary>
    public sealed record Opened(StoreOpened Store) : IEvent;

    /// <summary>The store could not be opened, or can no longer keep what it is given.</summary>
    public sealed record Failed(Exception Cause) : IEvent;

    /// <summary>Keeps a dead letter.</summary>
    public sealed record Keep(object DeadLetter) : ICommand;

    /// <summary>Asks for the dead letters.</summary>
    public sealed record GetDeadLetters(IActorRef ReplyTo) : ICommand;

    /// <summary>Answers <see cref="GetDeadLetters"/>, oldest first.</summary>
    public sealed record DeadLetters(IReadOnlyList<object> Items) : IEvent;

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
