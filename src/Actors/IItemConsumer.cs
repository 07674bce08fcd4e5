namespace AkkaPipeline;

/// <summary>
/// The user's work on one item. One consumer is one sequential worker: it is given its next item when it has
/// returned from the last one.
/// </summary>
/// <typeparam name="T">The item.</typeparam>
public interface IItemConsumer<T>
{
    /// <summary>
    /// Works on one item. Returning means done (the item is acknowledged and may be forgotten); throwing means
    /// failed: the item is tried again if the retry policy says so, and is otherwise dead-lettered with the exception.
    /// </summary>
    /// <param name="delivery">The item, with its id, sequence number and attempt.</param>
    /// <param name="cancellationToken">Cancelled when a drain reaches its deadline (throwing
    /// <see cref="OperationCanceledException"/> then hands the item back), when the item's timeout passes (what is thrown
    /// then is an attempt that has failed) and when the item is cancelled (what is thrown then drops it).</param>
    ValueTask ConsumeAsync(Delivery<T> delivery, CancellationToken cancellationToken);
}

/// <summary>The user's work on one item, with none, one or many outputs for the pipeline's sink.</summary>
/// <typeparam name="T">The item.</typeparam>
/// <typeparam name="TOut">The output.</typeparam>
public interface IItemConsumer<T, TOut>
{
    /// <summary>
    /// Works on one item and emits its outputs. Returning means done: the item is acknowledged once the sink has
    /// written its outputs. Throwing means failed: what the item had emitted is discarded, and it is tried again if the
    /// retry policy says so.
    /// </summary>
    /// <param name="delivery">The item, with its id, sequence number and attempt.</param>
    /// <param name="outputs">Takes this item's outputs; not to be used after the call has returned.</param>
    /// <param name="cancellationToken">Cancelled when a drain reaches its deadline (throwing
    /// <see cref="OperationCanceledException"/> then hands the item back), when the item's timeout passes (what is thrown
    /// then is an attempt that has failed) and when the item is cancelled (what is thrown then drops it).</param>
    ValueTask ConsumeAsync(Delivery<T> delivery, IOutputs<TOut> outputs, CancellationToken cancellationToken);
}

/// <summary>Takes the outputs of one item.</summary>
/// <typeparam name="TOut">The output.</typeparam>
public interface IOutputs<in TOut>
{
    /// <summary>Adds one output of the item at hand. Never blocks: room was reserved before the item started.</summary>
    void Emit(TOut output);
}
