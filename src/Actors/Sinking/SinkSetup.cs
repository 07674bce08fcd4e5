using Akka.Actor;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AkkaPipeline.Sinking;

/// <summary>What the pipeline gives a sink.</summary>
/// <param name="Name">For messages: "sink" or "dead-letter-sink".</param>
/// <param name="Room">Freed as outputs are done with.</param>
/// <param name="Queue">Paused while the sink's breaker is open.</param>
/// <param name="Time">The clock.</param>
internal sealed record SinkSetup(string Name, SinkRoom Room, IActorRef Queue, TimeProvider Time)
{
    /// <summary>The sink itself, where checkpoints hold its length; null where none do.</summary>
    public IResumableSink? Resumable { get; init; }

    /// <summary>Hears how far the sink is, where checkpoints hold that.</summary>
    public IActorRef Store { get; init; } = ActorRefs.Nobody;

    /// <summary>Where the engine's lines go.</summary>
    public ILogger Log { get; init; } = NullLogger.Instance;

    /// <summary>Whether any failed write ends the pipeline, since nobody else could take the items.</summary>
    public bool FailureBreaks { get; init; }

    /// <summary>How failed batches are written again before any other; null: their items fail.</summary>
    public RepeatsInPlace? Repeats { get; init; }
}

/// <summary>A pipeline's sink for outputs, before it starts.</summary>
/// <param name="Bounds">When its batches close, and how much room they need.</param>
/// <param name="Create">Makes the actor.</param>
/// <param name="Resumable">The sink itself, if it can be cut back.</param>
/// <param name="HandsOver">Where outputs go instead: to another queue of the store.</param>
internal sealed record SinkPlan(
    BatchBounds Bounds, Func<SinkSetup, Props> Create, IResumableSink? Resumable = null, Storing.IHandover? HandsOver = null);
