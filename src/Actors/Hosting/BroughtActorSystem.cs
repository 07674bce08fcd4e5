using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AkkaPipeline.Hosting;

/// <summary>
/// Starts and ends the actor system that pipelines bring. Where another is registered after it, which then is the only one that is
/// ever used, this does nothing: that one is ended by whoever has made it.
/// </summary>
internal sealed class BroughtActorSystem(
    BroughtActorSystem.Registration registration,
    AkkaConfigurationBuilder akka,
    IServiceProvider services,
    ILogger<AkkaHostedService> log,
    IHostApplicationLifetime lifetime)
    : AkkaHostedService(akka, services, log, lifetime)
{
    public static void AddIfNone(IServiceCollection services)
    {
        if (RegisteredIn(services) is null)
        {
            var before = services.Count;
            services.AddAkka<BroughtActorSystem>("akka-pipeline", (akka, _) => akka
                .AddHocon("akka.stdout-loglevel = WARNING", HoconAddMode.Prepend)
                .ConfigureLoggers(loggers =>
                {
                    loggers.ClearLoggers();
                    loggers.AddLoggerFactory();
                }));
            services.AddSingleton(new Registration(services, RegisteredIn(services)));

            // But for the health checks: each AddAkka adds those of the one that counts, and they must not be there twice.
            foreach (var twice in services.Skip(before)
                .Where(service => service.ServiceType == typeof(IPostConfigureOptions<HealthCheckServiceOptions>)).ToArray())
            {
                services.Remove(twice);
            }
        }

        // What AddAkka adds, for an actor system that was registered without it.
        services.TryAddSingleton(provider => ActorRegistry.For(provider.GetRequiredService<ActorSystem>()));
        services.TryAddSingleton<IActorRegistry>(provider => provider.GetRequiredService<ActorRegistry>());
        services.TryAddSingleton<IReadOnlyActorRegistry>(provider => provider.GetRequiredService<ActorRegistry>());
        services.TryAddSingleton(typeof(IRequiredActor<>), typeof(RequiredActor<>));
    }

    public override Task StartAsync(CancellationToken cancellationToken) =>
        registration.Counts ? base.StartAsync(cancellationToken) : Task.CompletedTask;

    public override Task StopAsync(CancellationToken cancellationToken) =>
        registration.Counts ? base.StopAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>The last one is what the container gives.</summary>
    private static ServiceDescriptor? RegisteredIn(IServiceCollection services) =>
        services.LastOrDefault(service => service.ServiceType == typeof(ActorSystem) && !service.IsKeyedService);

    /// <summary>How the actor system was registered that pipelines bring.</summary>
    internal sealed class Registration(IServiceCollection services, ServiceDescriptor? brought)
    {
        public bool Counts => RegisteredIn(services) == brought;
    }
}
