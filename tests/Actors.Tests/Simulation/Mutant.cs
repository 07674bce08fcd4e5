using AkkaPipeline.Consuming;
using AkkaPipeline.Coordinating;
using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;
using AkkaPipeline.Queueing.Orders;
using AkkaPipeline.Sinking;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>The engine as it is; those derived from it break one thing, to see that the simulation finds it.</summary>
internal class Mutant
{
    public static Mutant None { get; } = new();

    /// <summary>Whether a message never arrives, however often it is sent.</summary>
    public virtual bool Swallows(object message) => false;

    /// <summary>Whether the core never hears of a message that has arrived.</summary>
    public virtual bool Ignores(object message) => false;

    public virtual Rate? Alter(Rate? rate) => rate;

    public virtual IReadOnlyList<Chunk> Alter(IReadOnlyList<Chunk> requeued) => requeued;

    /// <summary>Does something to the keys after an item of one has been retried.</summary>
    public virtual void Retried(KeyLanes keys, string key)
    {
    }

    public virtual IQueueEffects Wrap(IQueueEffects effects) => effects;

    public virtual IProducerEffects Wrap(IProducerEffects effects) => effects;

    public virtual IConsumerEffects Wrap(IConsumerEffects effects) => effects;

    public virtual IPoolEffects Wrap(IPoolEffects effects) => effects;

    public virtual ICoordinatorEffects Wrap(ICoordinatorEffects effects) => effects;

    public virtual ISinkEffects<SinkWrite, SinkOutput> Wrap(ISinkEffects<SinkWrite, SinkOutput> effects) => effects;

    public virtual IReadyOrder Wrap(IReadyOrder order) => order;
}
