using Microsoft.Extensions.DependencyInjection;

namespace AkkaPipeline.Hosting;

/// <summary>How a class of consumers comes from the container.</summary>
internal sealed class ContainerConsumers<TConsumer>
    where TConsumer : class
{
    private readonly IServiceProvider services;
    private readonly bool isRegistered;

    public ContainerConsumers(IServiceProvider services)
    {
        this.services = services;
        var lifetime = services.GetService<ConsumerLifetimes>()?.Of(typeof(TConsumer));
        isRegistered = lifetime is not null;
        Singleton = lifetime == ServiceLifetime.Singleton ? services.GetRequiredService<TConsumer>() : null;
    }

    /// <summary>The one object, if it is registered as such.</summary>
    public TConsumer? Singleton { get; }

    /// <summary>An object in a scope of its own, which both end when it is disposed.</summary>
    public Made Make()
    {
        var scope = services.CreateAsyncScope();
        try
        {
            return new Made(scope, isRegistered
                ? scope.ServiceProvider.GetRequiredService<TConsumer>()
                : ActivatorUtilities.CreateInstance<TConsumer>(scope.ServiceProvider), isRegistered);
        }
        catch
        {
            scope.Dispose();
            throw;
        }
    }

    /// <summary>Makes one in vain, so that what it lacks is told at the start and not of each item.</summary>
    public async Task TryAsync()
    {
        if (Singleton is null)
        {
            await Make().DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <param name="scope">Its scope, which disposes what it has made.</param>
    /// <param name="consumer">The object.</param>
    /// <param name="ofScope">Whether it was made by the scope.</param>
    internal readonly struct Made(AsyncServiceScope scope, TConsumer consumer, bool ofScope) : IAsyncDisposable
    {
        public TConsumer Consumer => consumer;

        public async ValueTask DisposeAsync()
        {
            var whole = scope;
            await using (whole.ConfigureAwait(false))
            {
                switch (consumer)
                {
                    case IAsyncDisposable disposable when !ofScope:
                        await disposable.DisposeAsync().ConfigureAwait(false);
                        break;
                    case IDisposable disposable when !ofScope:
                        disposable.Dispose();
                        break;
                }
            }
        }
    }
}

/// <summary>How consumer classes are registered.</summary>
internal sealed class ConsumerLifetimes(IServiceCollection services)
{
    /// <returns>Null: not at all.</returns>
    public ServiceLifetime? Of(Type type) =>
        services.LastOrDefault(service => service.ServiceType == type && !service.IsKeyedService)?.Lifetime;
}
