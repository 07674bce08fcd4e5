using Akka.Actor;
using AkkaPipeline.Consuming;
using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;
using AkkaPipeline.Queueing.Orders;
using AkkaPipeline.Sinking;
using AkkaPipeline.Storing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AkkaPipeline.Coordinating;

/// <summary>Everything a pipeline is made of.</summary>
internal sealed record PipelineSetup<T>
{
    public required string Name { get; init; }

    public required QueueLimits Limits { get; init; }

    public required ItemOrder<T> Order { get; init; }

    public required Func<T, int>? SizeOf { get; init; }

    public required IQueueStore Store { get; init; }

    /// <summary>Where only checkpoints are kept: what they are of.</summary>
    public ReplaySetup? Replay { get; init; }

    /// <summary>Whether puts fail, instead of waiting, where the store has reached a bound of its own.</summary>
    public bool PutsFailAtBound { get; init; }

    /// <summary>The file in which it is noted what runs; null: none.</summary>
    public string? RunningPath { get; init; }

    /// <summary>Where outputs go with the commit of their items; null: to no other queue of the store.</summary>
    public IHandover? HandsOver { get; init; }

    /// <summary>Which source brings the outputs of another queue of the store; null: none.</summary>
    public (IHandover Handover, int Source)? TakesOver { get; init; }

    /// <summary>For a durable store; null where it keeps things as they are.</summary>
    public ItemEncoder<T>? Encoder { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>What is read off an item.</summary>
    public ItemMeasures<T> Measures =>
        new(Order.PriorityOf, SizeOf, KeyOf, Limits.Keeps == Durability.Full ? Encoder : null);

    /// <summary>The items as a store has them.</summary>
    public IStoredItems StoredItems => new StoredItems<T>(Measures, Encoder, Time);

    public required IReadOnlyList<SourceSetup<T>> Sources { get; init; }

    public required int Consumers { get; init; }

    public required ConsumerThreads Threads { get; init; }

    /// <summary>Makes a consumer's worker, given the consumer's actor and the sink's.</summary>
    public required Func<IActorRef, IActorRef, SinkRoom, ItemWorker<T>>? CreateWorker { get; init; }

    /// <summary>The sink for outputs, where there is one.</summary>
    public required SinkPlan? Sink { get; init; }

    /// <summary>How failed batches are written again before any other; null: their items fail.</summary>
    public RepeatsInPlace? SinkRepeats { get; init; }

    public required IBatchSink<DeadLetteredItem<T>>? DeadLetters { get; init; }

    /// <summary>Null: an item has one attempt.</summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>How long consumers may take for an item; null: as long as they like.</summary>
    public TimeoutSettings? Timeout { get; init; }

    /// <summary>The user's own rule for failures.</summary>
    public Func<Exception, Delivery<T>, FailureOutcome>? FailureRule { get; init; }

    /// <summary>Hears of failures; see <see cref="FailureHandling{T}.Heard"/>. Null: nobody does.</summary>
    public Action<long, FailedAttempt?, bool>? AttemptFailed { get; init; }

    /// <summary>For an order by key; null where there is none.</summary>
    public Func<T, string>? KeyOf { get; init; }

    public KeyOrderSettings? Keys { get; init; }

    public IReadOnlyList<HaltRule> Halts { get; init; } = [];

    public required bool EndsWithSources { get; init; }

    /// <summary>Where the engine's lines go.</summary>
    public ILogger Log { get; init; } = NullLogger.Instance;

    /// <summary>Marks code that this pipeline's consumers call.</summary>
    public object Inside { get; } = new();
}

/// <summary>One source.</summary>
/// <param name="CreatePump">Makes what reads it.</param>
/// <param name="Settled">The source itself, if it wants to hear what is settled.</param>
internal sealed record SourceSetup<T>(Func<ItemBufferPool<T>, SourcePump<T>> CreatePump, ISettledSource? Settled);
