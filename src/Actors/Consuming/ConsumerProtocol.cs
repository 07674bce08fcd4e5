using Akka.Actor;
using Akka.Event;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Consuming;

/// <summary>What travels to and from a consumer, besides the queue's and the sink's messages.</summary>
internal static class ConsumerProtocol
{
    public interface ICommand : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    public interface IEvent : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    /// <summary>From its runner: what became of some items.</summary>
    public sealed record Done(long GrantId, OutcomeRun Run) : IEvent;

    /// <summary>From its runner: an attempt has failed, and what is to become of the item.</summary>
    public sealed record Failed(long GrantId, int Index, Verdict Verdict, FailedAttempt Attempt, Exception Cause) : IEvent;

    /// <summary>From its runner: the user's code has learnt that the whole pipeline must wait.</summary>
    public sealed record PausePipeline(TimeSpan Duration, string Reason) : IEvent;

    /// <summary>From its runner: it has left a grant, with the last outcomes where there are any.</summary>
    public sealed record Left(long GrantId, OutcomeRun Last, ServiceEstimate Estimate) : IEvent;

    /// <summary>From its runner: code that was given up has returned.</summary>
    public sealed record ReturnedLate(long GrantId, int Index, Outcome Outcome) : IEvent;

    /// <summary>From its runner: the user's consumer is there, and can work.</summary>
    public sealed record WorkerMade : IEvent
    {
        public static WorkerMade Instance { get; } = new();
    }

    /// <summary>From its runner: making the user's consumer threw.</summary>
    public sealed record WorkerNotMade(Exception Cause) : IEvent;

    /// <summary>From its runner: it cannot go on.</summary>
    public sealed record RunnerBroke(Exception Cause) : IEvent;

    /// <summary>Nothing more is started: what has not been is handed back, and no more work is taken.</summary>
    public sealed record HandBack : ICommand
    {
        public static HandBack Instance { get; } = new();
    }

    /// <summary>Cancels the user's code and hands back what has not been started.</summary>
    public sealed record Cancel : ICommand
    {
        public static Cancel Instance { get; } = new();
    }

    /// <summary>Says again what may have been lost on the way.</summary>
    public sealed record Repeat : ICommand
    {
        public static Repeat Instance { get; } = new();
    }

    /// <summary>Takes no more work, and says <see cref="Retired"/> when what it has is settled.</summary>
    public sealed record Retire : ICommand
    {
        public static Retire Instance { get; } = new();
    }

    /// <summary>From a consumer: it has nothing left to do.</summary>
    public sealed record Retired(ConsumerKey Consumer) : IEvent;

    /// <summary>Looks how long its runner has been at its item.</summary>
    public sealed record Watch : ICommand
    {
        public static Watch Instance { get; } = new();
    }

    /// <summary>From a consumer: its code has not heeded its timeout. It takes no more work.</summary>
    public sealed record Abandoned(ConsumerKey Consumer, long Sequence) : IEvent;

    /// <summary>From a consumer that was abandoned: its code has returned.</summary>
    public sealed record Returned(ConsumerKey Consumer) : IEvent;

    // The pool.

    /// <summary>Brings the pool to a size while it runs: new consumers, or the highest finish what they have and stop.</summary>
    /// <param name="Number">Number of the resize, from 1.</param>
    /// <param name="Consumers">How many, at least 1.</param>
    public sealed record Resize(long Number, int Consumers) : ICommand;

    /// <summary>Resizes up to this number have taken effect, or the pool is ending.</summary>
    public sealed record Resized(long Number) : IEvent;

    /// <summary>Every item is settled: PoisonPill to each consumer.</summary>
    public sealed record PoisonAll : ICommand
    {
        public static PoisonAll Instance { get; } = new();
    }

    /// <summary>A drain has passed its deadline: stops the consumers, whatever they do.</summary>
    public sealed record StopAll : ICommand
    {
        public static StopAll Instance { get; } = new();
    }

    /// <summary>Goes on in spite of consumers that do not return.</summary>
    public sealed record Resume : ICommand
    {
        public static Resume Instance { get; } = new();
    }

    /// <summary>How many consumers take work, and how many were given up and still run code.</summary>
    public sealed record PoolIs(int Consumers, int Abandoned) : IEvent;

    /// <summary>Every consumer has stopped.</summary>
    public sealed record PoolStopped : IEvent
    {
        public static PoolStopped Instance { get; } = new();
    }
}
