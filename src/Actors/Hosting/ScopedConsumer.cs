using Microsoft.Extensions.DependencyInjection;

namespace AkkaPipeline.Hosting;

/// <summary>A consumer from the container: a singleton as it is, otherwise a scope for each delivery.</summary>
internal sealed class ScopedConsumer<T, TConsumer>(IServiceProvider services) : IItemConsumer<T>
    where TConsumer : class, IItemConsumer<T>
{
    private readonly TConsumer? singleton = services.GetService<ConsumerLifetimes>()?.IsSingleton(typeof(TConsumer)) == true
        ? services.GetRequiredService<TConsumer>()
        : null;

    public ValueTask ConsumeAsync(Delivery<T> delivery, CancellationToken cancellationToken) =>
        singleton is null ? ConsumeInScopeAsync(delivery, cancellationToken) : singleton.ConsumeAsync(delivery, cancellationToken);

    private async ValueTask ConsumeInScopeAsync(Delivery<T> delivery, CancellationToken cancellationToken)
    {
        var scope = services.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            var consumer = ActivatorUtilities.GetServiceOrCreateInstance<TConsumer>(scope.ServiceProvider);
            await consumer.ConsumeAsync(delivery, cancellationToken).ConfigureAwait(false);
        }
    }
}

/// <summary>Which consumer classes are registered as singletons.</summary>
internal sealed class ConsumerLifetimes(IServiceCollection services)
{
    public bool IsSingleton(Type type) =>
        services.Any(service => service.ServiceType == type && service.Lifetime == ServiceLifetime.Singleton);
}
