namespace AkkaPipeline.Consuming;

/// <summary>A delegate with outputs, as a consumer.</summary>
internal sealed class DelegateConsumer<T, TOut>(Func<Delivery<T>, IOutputs<TOut>, CancellationToken, ValueTask> consume)
    : IItemConsumer<T, TOut>
{
    public ValueTask ConsumeAsync(Delivery<T> delivery, IOutputs<TOut> outputs, CancellationToken cancellationToken) =>
        consume(delivery, outputs, cancellationToken);
}
