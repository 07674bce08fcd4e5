using System.Buffers;
using Akka.Actor;
using AkkaPipeline.Queueing;
using AkkaPipeline.Sinking;
using AkkaPipeline.Storing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AkkaPipeline.Consuming;

/// <summary>What every consumer of a pool is made of.</summary>
/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="Consumers">How many.</param>
/// <param name="Threads">Where their code runs.</param>
/// <param name="CreateWorker">Makes a consumer's worker; given the consumer's actor.</param>
/// <param name="DeadLetters">Where failed items go.</param>
/// <param name="Failures">What becomes of failed items.</param>
/// <param name="Timeout">How long it may run on an item; null: as long as it likes.</param>
/// <param name="Inside">Marks code that consumers call.</param>
internal sealed record ConsumerSetup<T>(
    string Pipeline,
    int Consumers,
    ConsumerThreads Threads,
    Func<IActorRef, ItemWorker<T>> CreateWorker,
    DeadLetterRoute<T> DeadLetters,
    FailureHandling<T> Failures,
    TimeoutSettings? Timeout,
    object Inside)
{
    /// <summary>Where it is noted what runs; null: nowhere.</summary>
    public RunningPage? Running { get; init; }

    /// <summary>Where the engine's lines go.</summary>
    public ILogger Log { get; init; } = NullLogger.Instance;
}

/// <summary>Where failed items go: to a sink for dead letters, or into the queue's store.</summary>
internal sealed class DeadLetterRoute<T>(IActorRef? sink, SinkRoom room)
{
    /// <summary>Waits while the sink for dead letters has its fill.</summary>
    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken) => room.WaitAsync(cancellationToken);

    /// <returns>True if the sink will have the item settled; false if the queue keeps the dead letter.</returns>
    public bool Send(DeadLetteredItem<T> deadLetter, SinkProtocol.WrittenItems items, GrantItems granted, IActorRef replyTo)
    {
        if (sink is null)
        {
            return false;
        }

        var outputs = ArrayPool<DeadLetteredItem<T>>.Shared.Rent(1);
        outputs[0] = deadLetter;
        room.Take(1, 0);
        sink.Tell(new SinkProtocol.Write<DeadLetteredItem<T>>(replyTo, items, outputs, 1, 0, Granted: granted));
        return true;
    }
}
