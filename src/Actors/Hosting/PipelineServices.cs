using Akka.Hosting;
using AkkaPipeline.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AkkaPipeline;

/// <summary>Pipelines in a host.</summary>
public static class PipelineServices
{
    /// <summary>
    /// Adds a pipeline that starts with the host and drains when it stops. It lives in the host's actor system; where there is
    /// none by <c>AddAkka</c>, before or after this, it brings one. In the container are, keyed by the name, its
    /// <see cref="IWorkQueue{T}"/>, its <see cref="IHostedPipeline{T}"/>, and the actor that takes the messages of
    /// <see cref="PipelineProtocol"/> as an <c>IRequiredActor&lt;RunningPipeline&lt;T&gt;&gt;</c>; unkeyed too where it is the only
    /// pipeline of its type. Where there are several, asking without a name is an error that lists them; a class registered by its
    /// type that asks so in each of its constructors keeps the host from starting.
    /// </summary>
    /// <typeparam name="T">The item.</typeparam>
    /// <param name="services">The host's services.</param>
    /// <param name="name">The pipeline's name, unique in the host.</param>
    /// <param name="configure">Describes it, when the host starts. Where it throws, the host does not start.</param>
    public static IServiceCollection AddPipeline<T>(
        this IServiceCollection services, string name, Action<PipelineBuilder<T>> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddPipeline<T>(name, (pipeline, _) => configure(pipeline));
    }

    /// <summary>Adds a pipeline as above, described with what the container holds, such as its sink.</summary>
    /// <typeparam name="T">The item.</typeparam>
    /// <param name="services">The host's services.</param>
    /// <param name="name">The pipeline's name, unique in the host.</param>
    /// <param name="configure">Describes it, when the host starts; it is given the host's container.</param>
    public static IServiceCollection AddPipeline<T>(
        this IServiceCollection services, string name, Action<PipelineBuilder<T>, IServiceProvider> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        var description = new PipelineDescription<T>(name, configure);
        services.AddPipelines().TryAddSingleton<IRequiredActor<RunningPipeline<T>>, OnlyActor<T>>();
        return services.AddSingleton<PipelineDescription>(description);
    }

    /// <summary>
    /// Adds all that pipelines need of a host, and no pipeline: for pipelines that <see cref="AkkaPipelines"/> adds, which cannot
    /// bring it themselves. <c>AddPipeline</c> implies it.
    /// </summary>
    /// <param name="services">The host's services.</param>
    public static IServiceCollection AddPipelines(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(service => service.ServiceType == typeof(HostedPipelines)))
        {
            return services;
        }

        BroughtActorSystem.AddIfNone(services);
        services.AddSingleton(new RegisteredClasses(services));
        services.AddSingleton<HostedPipelines>();
        services.AddSingleton<PipelinesService>();
        services.AddSingleton<PipelinesEnd>();

        // Before all others are made: any of them may ask for the actor system, and then nothing more can be said to it.
        services.Insert(0, ServiceDescriptor.Singleton<IHostedService, ActorSystemJoining>());
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<PipelinesService>());

        services.TryAddSingleton(typeof(IWorkQueue<>), typeof(OnlyQueue<>));
        services.TryAddSingleton(typeof(IHostedPipeline<>), typeof(OnlyPipeline<>));
        services.AddKeyedSingleton(typeof(IWorkQueue<>), KeyedService.AnyKey, typeof(NamedQueue<>));
        services.AddKeyedSingleton(typeof(IHostedPipeline<>), KeyedService.AnyKey, typeof(NamedPipeline<>));
        services.AddKeyedSingleton(typeof(IRequiredActor<>), KeyedService.AnyKey, typeof(NamedActor<>));

        services.AddOptions<PipelineHostOptions>()
            .Validate(options => options.DrainTimeout > TimeSpan.Zero && options.DrainTimeout <= PipelineHostOptions.DrainTimeoutMax,
                $"{nameof(PipelineHostOptions)}.{nameof(PipelineHostOptions.DrainTimeout)} has to be more than zero, and at most a day.")
            .ValidateOnStart();
        services.AddOptions<HostOptions>().PostConfigure<IOptions<PipelineHostOptions>>(
            (host, pipelines) => host.ShutdownTimeout = pipelines.Value.RaisedToFit(host.ShutdownTimeout));
        return services;
    }
}
