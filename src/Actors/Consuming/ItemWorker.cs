using System.Diagnostics.CodeAnalysis;

namespace AkkaPipeline.Consuming;

/// <summary>
/// The user's code as a runner sees it, with what happens around it: room for outputs, discarding them, handing them
/// over.
/// </summary>
internal abstract class ItemWorker<T>
{
    /// <summary>Waits until outputs may be made.</summary>
    public virtual ValueTask ReserveAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Runs the items [index, to) as long as they end synchronously.</summary>
    /// <param name="work">The grant.</param>
    /// <param name="index">The first item; then the one that waits, has thrown, or has been decided about, or
    /// <paramref name="to"/>.</param>
    /// <param name="to">The end.</param>
    /// <param name="cancellationToken">For the user's code.</param>
    /// <returns>What the item at <paramref name="index"/> waits for.</returns>
    public abstract ValueTask Run(GrantedWork<T> work, ref int index, int to, CancellationToken cancellationToken);

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
    public virtual bool HandOver(GrantedWork<T> work, int from, int to) => false;

    /// <summary>The loop of all workers, compiled for each kind of call.</summary>
    [SuppressMessage("ApiDesign", "RS0030", Justification = "The call has ended; a pooled promise behind it is given back by being read.")]
    protected static ValueTask Run<TCall>(
        TCall call, GrantedWork<T> work, ref int index, int to, CancellationToken cancellationToken)
        where TCall : struct, IItemCall<T>
    {
        for (; index < to; index++)
        {
            work.AtHand = index;
            var consuming = call.Invoke(work.DeliveryAt(index), cancellationToken);
            if (!consuming.IsCompletedSuccessfully)
            {
                return consuming;
            }

            consuming.GetAwaiter().GetResult();
            if (work.HasSignal)
            {
                return ValueTask.CompletedTask;
            }
        }

        work.AtHand = -1;
        return ValueTask.CompletedTask;
    }
}

/// <summary>One call of the user's code.</summary>
internal interface IItemCall<T>
{
    ValueTask Invoke(Delivery<T> delivery, CancellationToken cancellationToken);
}

/// <summary>A consumer without outputs.</summary>
internal sealed class PlainWorker<T>(IItemConsumer<T> consumer) : ItemWorker<T>
{
    private readonly Call call = new(consumer);

    public override ValueTask Run(GrantedWork<T> work, ref int index, int to, CancellationToken cancellationToken) =>
        Run(call, work, ref index, to, cancellationToken);

    private readonly struct Call(IItemConsumer<T> consumer) : IItemCall<T>
    {
        public ValueTask Invoke(Delivery<T> delivery, CancellationToken cancellationToken) =>
            consumer.ConsumeAsync(delivery, cancellationToken);
    }
}

/// <summary>A delegate without outputs.</summary>
internal sealed class DelegateWorker<T>(Func<Delivery<T>, CancellationToken, ValueTask> consume) : ItemWorker<T>
{
    private readonly Call call = new(consume);

    public override ValueTask Run(GrantedWork<T> work, ref int index, int to, CancellationToken cancellationToken) =>
        Run(call, work, ref index, to, cancellationToken);

    private readonly struct Call(Func<Delivery<T>, CancellationToken, ValueTask> consume) : IItemCall<T>
    {
        public ValueTask Invoke(Delivery<T> delivery, CancellationToken cancellationToken) =>
            consume(delivery, cancellationToken);
    }
}
