using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace AkkaPipeline.Tests.Hosting;

/// <summary>One actor system a host, whoever brings it, and in whichever order.</summary>
public sealed class JoiningTests
{
    private const string Hook = "akka.coordinated-shutdown.run-by-clr-shutdown-hook";

    private static readonly Action<AkkaConfigurationBuilder> Shop =
        akka => akka.ConfigureLoggers(loggers => loggers.ClearLoggers());

    public static TheoryData<string> Orders => ["AddAkka first", "AddPipeline first", "AddPipeline first, a service of the user's own"];

    [Fact]
    public async Task Where_there_is_no_actor_system_a_pipeline_brings_one()
    {
        await using var host = await TestHost.StartedAsync(services => services.AddPipeline<int>("numbers", Consumed));

        await host.Queue("numbers").PutAsync(1).Soon();
        await host.Queue("numbers").JoinAsync().Soon();

        Assert.Equal("akka-pipeline", host.System.Name);
        Assert.Empty(host.Warnings);
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task A_pipeline_joins_the_hosts_actor_system_in_either_order(string order)
    {
        await using var host = await TestHost.StartedAsync(services => Add(services, order));
        var running = await host.RunningAsync("numbers");

        Assert.Equal("shop", running.Coordinator.Path.Address.System);
        Assert.Same(host.System, host.Services.GetRequiredService<ActorSystem>());
        Assert.Empty(host.Warnings);
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task An_actor_system_that_is_joined_waits_for_the_drain_and_does_not_end_by_itself_at_a_signal(string order)
    {
        await using var host = await TestHost.StartedAsync(services =>
        {
            Add(services, order);
            services.Configure<PipelineHostOptions>(options => options.DrainTimeout = TimeSpan.FromMinutes(2));
        });

        Assert.False(host.System.Settings.Config.GetBoolean(Hook));
        Assert.Equal(
            TimeSpan.FromSeconds(125),
            CoordinatedShutdown.Get(host.System).Timeout(CoordinatedShutdown.PhaseServiceRequestsDone));
        Assert.Equal(
            TimeSpan.FromSeconds(125),
            host.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<HostOptions>>().Value.ShutdownTimeout);
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task Akkas_own_health_check_goes_with_pipelines_in_either_order(string order)
    {
        await using var host = await TestHost.StartedAsync(services =>
        {
            Add(services, order, akka => akka.WithActorSystemLivenessCheck());
            services.AddHealthChecks().AddPipelines();
        });

        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync().Soon();

        Assert.Equal(HealthStatus.Healthy, report.Status);
        Assert.Equal(3, report.Entries.Count);
    }

    [Fact]
    public async Task An_actor_system_made_without_AkkaHosting_is_joined_and_the_log_says_what_will_cut_the_drain()
    {
        var system = ActorSystem.Create("own", ConfigurationFactory.ParseString("akka.stdout-loglevel = OFF, akka.loglevel = OFF"));
        await using (var host = await TestHost.StartedAsync(
            services => services.AddSingleton(system).AddPipeline<int>("numbers", Consumed)))
        {
            Assert.Equal("own", (await host.RunningAsync("numbers")).Coordinator.Path.Address.System);
            Assert.Equal(2, host.Warnings.Count());
            Assert.Contains(host.Warnings, line => line.StartsWith($"{Hook} is on: ", StringComparison.Ordinal));
            Assert.Contains(
                host.Warnings, line => line.Contains("timeout is 5 s", StringComparison.Ordinal) && line.EndsWith("Set it to 30 s.", StringComparison.Ordinal));
        }

        await system.Terminate().Soon();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_actor_system_made_without_AkkaHosting_stays_its_makers_in_either_order_and_its_actors_are_found(bool first)
    {
        var system = ActorSystem.Create("own", ConfigurationFactory.ParseString("akka.stdout-loglevel = OFF, akka.loglevel = OFF"));
        await using (var host = await TestHost.StartedAsync(services => _ = first
            ? services.AddSingleton(system).AddPipeline<int>("numbers", Consumed)
            : services.AddPipeline<int>("numbers", Consumed).AddSingleton(system)))
        {
            Assert.Same(
                (await host.RunningAsync("numbers")).Coordinator,
                await host.Services.GetRequiredService<IRequiredActor<RunningPipeline<int>>>().GetAsync().Soon());
        }

        Assert.False(system.WhenTerminated.IsCompleted);
        await system.Terminate().Soon();
    }

    [Fact]
    public async Task A_timeout_for_all_phases_that_is_long_enough_is_left_as_it_is()
    {
        await using var host = await TestHost.StartedAsync(services => Add(
            services, "AddAkka first", akka => akka.AddHocon("akka.coordinated-shutdown.default-phase-timeout = 2 m", HoconAddMode.Prepend)));

        Assert.Equal(
            TimeSpan.FromMinutes(2), CoordinatedShutdown.Get(host.System).Timeout(CoordinatedShutdown.PhaseServiceRequestsDone));
    }

    [Fact]
    public async Task Services_that_are_made_before_may_ask_for_the_actor_system()
    {
        await using var host = await TestHost.StartedAsync(services =>
        {
            services.AddHostedService<AsksForTheSystem>();
            Add(services, "AddPipeline first");
        });

        Assert.False(host.System.Settings.Config.GetBoolean(Hook));
        Assert.Empty(host.Warnings);
    }

    [Fact]
    public async Task WithPipeline_adds_one_beside_the_users_actors()
    {
        await using var host = await TestHost.StartedAsync(services => services.AddPipelines().AddAkka("shop", akka =>
        {
            Shop(akka);
            akka.WithPipeline<int>("numbers", Consumed).WithPipeline<string>("words", pipeline => pipeline.Consume(1, (_, _) => ValueTask.CompletedTask));
        }));

        await host.Services.GetRequiredService<IWorkQueue<int>>().PutAsync(1).Soon();
        await host.Services.GetRequiredKeyedService<IWorkQueue<string>>("words").PutAsync("one").Soon();

        Assert.Equal(1, (await host.Queue("numbers").JoinAsync().Soon()).Acked);
    }

    [Fact]
    public async Task A_queue_can_be_had_before_the_host_has_started()
    {
        await using var host = TestHost.Of(services => services.AddPipelines().AddAkka("shop", akka =>
        {
            Shop(akka);
            akka.WithPipeline<int>("numbers", Consumed);
        }));
        var put = host.Services.GetRequiredService<IWorkQueue<int>>().PutAsync(1).AsTask();
        Assert.False(put.IsCompleted);

        await host.StartAsync();

        await put.Soon();
    }

    [Fact]
    public async Task WithPipeline_without_AddPipelines_says_what_is_missing()
    {
        await using var host = TestHost.Of(services => services.AddAkka("shop", akka =>
        {
            Shop(akka);
            akka.WithPipeline<int>("numbers", Consumed);
        }));

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(host.StartAsync);

        Assert.StartsWith(
            "WithPipeline(\"numbers\", …) needs services.AddPipelines() beside services.AddAkka(…)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused_whichever_way_it_was_added()
    {
        await using var host = TestHost.Of(services => services.AddPipeline<string>("numbers", _ => { }).AddAkka("shop", akka =>
        {
            Shop(akka);
            akka.WithPipeline<int>("numbers", Consumed);
        }));

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(host.StartAsync);

        Assert.Equal("2 pipelines named numbers have been added to this host: choose another name.", failure.Message);
    }

    [Fact]
    public async Task What_Akka_says_is_logged_by_the_hosts_loggers()
    {
        await using var host = await TestHost.StartedAsync(services => services.AddPipeline<int>("numbers", Consumed));

        host.System.Log.Info("hello {0}", "host");
        await host.StopAsync();

        Assert.Contains(host.Logged, line => line.Level == Microsoft.Extensions.Logging.LogLevel.Information && line.Message.Contains("hello host", StringComparison.Ordinal));
    }

    private static void Consumed(PipelineBuilder<int> pipeline) => pipeline.Consume(1, (_, _) => ValueTask.CompletedTask);

    private static void Add(IServiceCollection services, string order, Action<AkkaConfigurationBuilder>? also = null)
    {
        void Configure(AkkaConfigurationBuilder akka)
        {
            Shop(akka);
            also?.Invoke(akka);
        }

        switch (order)
        {
            case "AddAkka first":
                services.AddAkka("shop", Configure).AddPipeline<int>("numbers", Consumed);
                break;
            case "AddPipeline first":
                services.AddPipeline<int>("numbers", Consumed).AddAkka("shop", Configure);
                break;
            default:
                services.AddPipeline<int>("numbers", Consumed).AddAkka<OwnAkkaService>("shop", (akka, _) => Configure(akka));
                break;
        }
    }

    private sealed class OwnAkkaService(
        AkkaConfigurationBuilder akka, IServiceProvider services, ILogger<AkkaHostedService> log, IHostApplicationLifetime lifetime)
        : AkkaHostedService(akka, services, log, lifetime);

    private sealed class AsksForTheSystem(ActorSystem system) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.FromResult(system);
    }
}
