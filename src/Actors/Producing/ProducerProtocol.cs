using Akka.Actor;
using Akka.Event;

namespace AkkaPipeline.Producing;

/// <summary>What travels to and from a producer, besides the queue's messages.</summary>
internal static class ProducerProtocol
{
    public interface ICommand : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    public interface IEvent : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    /// <summary>Stops reading; what was emitted is still offered.</summary>
    public sealed record StopReading : ICommand
    {
        public static StopReading Instance { get; } = new();
    }

    /// <summary>The source has ended or stopped, and all it emitted is in the queue.</summary>
    /// <param name="Producer">Which source, from 0.</param>
    /// <param name="ReadToEnd">Whether it was read to its end.</param>
    /// <param name="Failure">What the source threw.</param>
    public sealed record Completed(int Producer, bool ReadToEnd, Exception? Failure) : IEvent;

    /// <summary>Everything is settled: tells the source the last of it, then stops the producer.</summary>
    public sealed record Finish : ICommand
    {
        public static Finish Instance { get; } = new();
    }
}
