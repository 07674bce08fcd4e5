namespace AkkaPipeline.Hosting;

/// <summary>A consumer from the container: a singleton as it is, otherwise a scope for each delivery.</summary>
internal sealed class ScopedConsumer<T, TConsumer>(ContainerConsumers<TConsumer> consumers) : IItemConsumer<T>
    where TConsumer : class, IItemConsumer<T>
{
    public ValueTask ConsumeAsync(Delivery<T> delivery, CancellationToken cancellationToken) => consumers.Singleton is { } singleton
        ? singleton.ConsumeAsync(delivery, cancellationToken)
        : ConsumeInScopeAsync(delivery, cancellationToken);

    private async ValueTask ConsumeInScopeAsync(Delivery<T> delivery, CancellationToken cancellationToken)
    {
        var made = consumers.Make();
        await using (made.ConfigureAwait(false))
        {
            await made.Consumer.ConsumeAsync(delivery, cancellationToken).ConfigureAwait(false);
        }
    }
}

/// <summary>The same, with outputs.</summary>
internal sealed class ScopedConsumer<T, TOut, TConsumer>(ContainerConsumers<TConsumer> consumers) : IItemConsumer<T, TOut>
    where TConsumer : class, IItemConsumer<T, TOut>
{
    public ValueTask ConsumeAsync(Delivery<T> delivery, IOutputs<TOut> outputs, CancellationToken cancellationToken) =>
        consumers.Singleton is { } singleton
            ? singleton.ConsumeAsync(delivery, outputs, cancellationToken)
            : ConsumeInScopeAsync(delivery, outputs, cancellationToken);

    private async ValueTask ConsumeInScopeAsync(Delivery<T> delivery, IOutputs<TOut> outputs, CancellationToken cancellationToken)
    {
        var made = consumers.Make();
        await using (made.ConfigureAwait(false))
        {
            await made.Consumer.ConsumeAsync(delivery, outputs, cancellationToken).ConfigureAwait(false);
        }
    }
}
