using Akka.Hosting;
using AkkaPipeline.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace AkkaPipeline;

/// <summary>Pipelines in a host.</summary>
public static class PipelineServices
{
    /// <summary>
    /// Adds a pipeline that starts with the host and drains when it stops. It lives in the host's actor system if one has
    /// been added by <c>AddAkka</c> before, else it brings one. Its queue is an <see cref="IWorkQueue{T}"/> in the
    /// container, keyed by the name, and unkeyed too if it is the only one of its type.
    /// </summary>
    /// <typeparam name="T">The item.</typeparam>
    /// <param name="services">The host's services.</param>
    /// <param name="name">The pipeline's name, unique in the host.</param>
    /// <param name="configure">Describes it.</param>
    public static IServiceCollection AddPipeline<T>(
        this IServiceCollection services, string name, Action<PipelineBuilder<T>> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(configure);
        if (services.Any(service => service.IsKeyedService && service.ServiceType == typeof(HostedPipeline<T>)
            && name.Equals(service.ServiceKey)))
        {
            throw new InvalidOperationException($"A pipeline named {name} has been added already: choose another name.");
        }

        services.TryAddSingleton(new ConsumerLifetimes(services));
        BringAnActorSystemIfNone(services);
        services.AddKeyedSingleton(name, (provider, _) => new HostedPipeline<T>(provider, name, configure));
        services.AddSingleton(provider => provider.GetRequiredKeyedService<HostedPipeline<T>>(name));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredKeyedService<HostedPipeline<T>>(name));
        services.AddKeyedSingleton<IWorkQueue<T>>(
            name, (provider, _) => provider.GetRequiredKeyedService<HostedPipeline<T>>(name).Queue);
        services.TryAddSingleton<IWorkQueue<T>>(TheOnly<T>);
        return services;
    }

    private static void BringAnActorSystemIfNone(IServiceCollection services)
    {
        if (!services.Any(service => service.ServiceType == typeof(Akka.Actor.ActorSystem)))
        {
            // The host ends the system, after the drain: Akka's own hook on signals would end it before.
            services.AddAkka("akka-pipeline", builder => builder
                .AddHocon("akka.coordinated-shutdown.run-by-clr-shutdown-hook = off", HoconAddMode.Prepend)
                .ConfigureLoggers(loggers =>
                {
                    loggers.ClearLoggers();
                    loggers.AddLoggerFactory();
                }));
        }
    }

    private static IWorkQueue<T> TheOnly<T>(IServiceProvider provider)
    {
        HostedPipeline<T>[] pipelines = [.. provider.GetServices<HostedPipeline<T>>()];
        return pipelines is [var only]
            ? only.Queue
            : throw new InvalidOperationException(
                $"There are {pipelines.Length} pipelines of {typeof(T).Name}: {string.Join(", ", pipelines.Select(p => p.Name))}. "
                + "Ask for one by its name: [FromKeyedServices(\"name\")] IWorkQueue<…>.");
    }
}
