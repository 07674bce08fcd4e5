using Microsoft.Extensions.DependencyInjection;

namespace AkkaPipeline.Hosting;

/// <summary>How a class of consumers comes from the container.</summary>
internal sealed class ContainerConsumers<TConsumer>
    where TConsumer : class
{
    private readonly IServiceProvider services;
    private readonly TConsumer? singleton;

    public ContainerConsumers(IServiceProvider services)
    {
        this.services = services;
        singleton = services.GetService<RegisteredClasses>()?.LifetimeOf(typeof(TConsumer)) == ServiceLifetime.Singleton
            ? services.GetRequiredService<TConsumer>()
            : null;
    }

    /// <summary>
    /// Has something done by the one object, if it is registered as such; otherwise by an object in a scope of its own, which both
    /// end before this does.
    /// </summary>
    public ValueTask UseAsync<TGiven>(TGiven given, Func<TConsumer, TGiven, ValueTask> use) =>
        singleton is { } one ? use(one, given) : UseAnotherAsync(given, use);

    /// <summary>Makes one in vain, so that what it lacks is told at the start and not of each item.</summary>
    public async Task TryAsync() => await UseAsync(0, static (_, _) => ValueTask.CompletedTask).ConfigureAwait(false);

    private async ValueTask UseAnotherAsync<TGiven>(TGiven given, Func<TConsumer, TGiven, ValueTask> use)
    {
        var scope = services.CreateAsyncScope();
        TConsumer? unregistered = null;
        try
        {
            var consumer = scope.ServiceProvider.GetService<TConsumer>()
                ?? (unregistered = ActivatorUtilities.CreateInstance<TConsumer>(scope.ServiceProvider));
            await use(consumer, given).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // What has failed first is what is told.
            await ((Task)EndAsync(scope, unregistered)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        await EndAsync(scope, unregistered).ConfigureAwait(false);
    }

    /// <param name="scope">Disposes what it has made.</param>
    /// <param name="unregistered">An object that was made beside it; null: none.</param>
    private static async Task EndAsync(AsyncServiceScope scope, TConsumer? unregistered)
    {
        await using (scope.ConfigureAwait(false))
        {
            switch (unregistered)
            {
                case IAsyncDisposable disposable:
                    await disposable.DisposeAsync().ConfigureAwait(false);
                    break;
                case IDisposable disposable:
                    disposable.Dispose();
                    break;
            }
        }
    }
}
