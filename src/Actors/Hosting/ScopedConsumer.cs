namespace AkkaPipeline.Hosting;

/// <summary>A consumer from the container: a singleton as it is, otherwise a scope for each delivery.</summary>
internal sealed class ScopedConsumer<T, TConsumer>(ContainerConsumers<TConsumer> consumers) : IItemConsumer<T>
    where TConsumer : class, IItemConsumer<T>
{
    public ValueTask ConsumeAsync(Delivery<T> delivery, CancellationToken cancellationToken) => consumers.UseAsync(
        (Delivery: delivery, CancellationToken: cancellationToken),
        static (consumer, given) => consumer.ConsumeAsync(given.Delivery, given.CancellationToken));
}

/// <summary>The same, with outputs.</summary>
internal sealed class ScopedConsumer<T, TOut, TConsumer>(ContainerConsumers<TConsumer> consumers) : IItemConsumer<T, TOut>
    where TConsumer : class, IItemConsumer<T, TOut>
{
    public ValueTask ConsumeAsync(Delivery<T> delivery, IOutputs<TOut> outputs, CancellationToken cancellationToken) => consumers.UseAsync(
        (Delivery: delivery, Outputs: outputs, CancellationToken: cancellationToken),
        static (consumer, given) => consumer.ConsumeAsync(given.Delivery, given.Outputs, given.CancellationToken));
}
