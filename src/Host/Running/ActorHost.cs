using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using AkkaPipeline.Configuring;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using GenericHost = Microsoft.Extensions.Hosting.Host;

namespace AkkaPipeline.Host.Running;

/// <summary>The generic host with the actor system in it; it logs warnings and errors to stderr.</summary>
internal static class ActorHost
{
    // The program listens to signals itself, and ends the actor system through its host.
    private const string OwnShutdown = """
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        akka.loglevel = WARNING
        """;

    /// <param name="akka">The configuration file's <c>akka { … }</c>, which goes over ours.</param>
    public static IHost Build(Config akka)
    {
        var builder = GenericHost.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddProvider(new StandardErrorLog());
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddAkka("akka-pipeline", configuration => configuration
            .AddHocon(akka, HoconAddMode.Append)
            .AddHocon(ConfigurationFactory.ParseString(OwnShutdown), HoconAddMode.Append)
            .AddHocon(Loggers(akka), HoconAddMode.Prepend));
        return builder.Build();
    }

    /// <summary>Ours and the user's. Not by Akka.Hosting's loggers, which take the place of the user's.</summary>
    private static Config Loggers(Config akka)
    {
        IEnumerable<string> own = [$"{typeof(ActorLog).FullName}, {typeof(ActorLog).Assembly.GetName().Name}"];
        IEnumerable<string> all = akka.HasPath("akka.loggers") ? own.Concat(akka.GetStringList("akka.loggers")) : own;
        return ConfigurationFactory.ParseString($"akka.loggers = [{string.Join(", ", all.Select(HoconCharacters.Quote))}]");
    }

    /// <summary>Makes the actor system, before the host that would answer a failure with a stack trace in the log.</summary>
    /// <returns>Why it cannot be made, in one line; null if it has been.</returns>
    public static string? WhyNoSystem(IHost host)
    {
        try
        {
            // Akka makes the shutdown when it is first asked for: here what is wrong with its phases is told before the run, not at its end.
            _ = CoordinatedShutdown.Get(host.Services.GetRequiredService<ActorSystem>());
            return null;
        }
        catch (Exception failure)
        {
            string[] lines = failure.GetBaseException().Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            return SecretKeys.HideCredentials(string.Join(' ', lines));
        }
    }

    /// <summary>Nothing outside ends the host: the program does.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
