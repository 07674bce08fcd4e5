namespace AkkaPipeline.Consuming;

/// <summary>
/// The user's code as a runner sees it, with what happens around it: room for outputs, discarding them, handing them
/// over.
/// </summary>
internal abstract class ItemWorker<T>
{
    /// <summary>Waits until outputs may be made.</summary>
    public virtual ValueTask ReserveAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public abstract ValueTask ConsumeAsync(Delivery<T> delivery, CancellationToken cancellationToken);

    /// <summary>The item at hand has failed: what it emitted is discarded.</summary>
    public virtual void Discard()
    {
    }

    /// <summary>Every item up to the one at hand has succeeded: what they emitted stays.</summary>
    public virtual void Succeeded()
    {
    }

    /// <summary>Whether so much has gathered that it should be handed over before the grant is done.</summary>
    public virtual bool IsRipe => false;

    /// <summary>
    /// Hands the outputs of the succeeded items [from, to) to the sink; an item still running keeps its own.
    /// </summary>
    /// <returns>True if the sink will settle the items; false if they are done.</returns>
    public virtual bool HandOver(long grantId, int from, int to) => false;
}

/// <summary>A consumer without outputs.</summary>
internal sealed class PlainWorker<T>(IItemConsumer<T> consumer) : ItemWorker<T>
{
    public override ValueTask ConsumeAsync(Delivery<T> delivery, CancellationToken cancellationToken) =>
        consumer.ConsumeAsync(delivery, cancellationToken);
}

/// <summary>A delegate without outputs.</summary>
internal sealed class DelegateWorker<T>(Func<Delivery<T>, CancellationToken, ValueTask> consume) : ItemWorker<T>
{
    public override ValueTask ConsumeAsync(Delivery<T> delivery, CancellationToken cancellationToken) =>
        consume(delivery, cancellationToken);
}
