using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace AkkaPipeline.Tests.Hosting;

/// <summary>Queues, pipelines and actors in the container.</summary>
public sealed class FindingTests
{
    private const string Several =
        "There are several pipelines of Int32 in this host: odd, even. Say which, by its name: [FromKeyedServices(\"name\")].";

    [Fact]
    public async Task A_name_finds_the_queue_the_pipeline_and_the_actor()
    {
        await using var host = await TestHost.StartedAsync(services => Two(services));
        var running = await host.RunningAsync("even");
        var actor = host.Services.GetRequiredKeyedService<IRequiredActor<RunningPipeline<int>>>("even");

        Assert.Equal("even", host.Queue("even").Name);
        Assert.Equal("even", running.Name);
        Assert.Same(running.Coordinator, await actor.GetAsync().Soon());
        Assert.Same(running.Coordinator, actor.ActorRef);
    }

    [Fact]
    public async Task The_only_pipeline_of_a_type_needs_no_name()
    {
        await using var host = await TestHost.StartedAsync(services => Two(services.AddPipeline<string>("words", _ => { })));
        var words = host.Services.GetRequiredService<IHostedPipeline<string>>();

        Assert.Equal("words", host.Services.GetRequiredService<IWorkQueue<string>>().Name);
        Assert.Equal("words", words.Name);
        Assert.Same(
            (await words.GetAsync().Soon()).Coordinator,
            await host.Services.GetRequiredService<IRequiredActor<RunningPipeline<string>>>().GetAsync().Soon());
    }

    [Fact]
    public async Task A_pipelines_actor_answers_the_messages_of_its_protocol()
    {
        await using var host = await TestHost.StartedAsync(services => services.AddPipeline<string>("words", _ => { }));
        var actor = await host.Services.GetRequiredService<IRequiredActor<RunningPipeline<string>>>().GetAsync().Soon();

        var status = await actor.Ask<PipelineStatus>(new PipelineProtocol.GetStatus()).Soon();

        Assert.Equal("words", status.Pipeline);
    }

    [Fact]
    public async Task Where_there_are_several_of_a_type_asking_without_a_name_is_an_error_that_lists_them()
    {
        await using var host = await TestHost.StartedAsync(services => Two(services));

        Assert.Equal(Several, Assert.Throws<InvalidOperationException>(host.Services.GetRequiredService<IWorkQueue<int>>).Message);
        Assert.Equal(Several, Assert.Throws<InvalidOperationException>(host.Services.GetRequiredService<IHostedPipeline<int>>).Message);
        Assert.Equal(
            Several, Assert.Throws<InvalidOperationException>(host.Services.GetRequiredService<IRequiredActor<RunningPipeline<int>>>).Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Asking_for_one_of_several_actors_without_a_name_is_an_error_also_beside_AddAkka(bool first)
    {
        await using var host = await TestHost.StartedAsync(services => _ = first
            ? Two(services.AddAkka("shop", akka => akka.ConfigureLoggers(loggers => loggers.ClearLoggers())))
            : Two(services).AddAkka("shop", akka => akka.ConfigureLoggers(loggers => loggers.ClearLoggers())));

        Assert.Equal(
            Several, Assert.Throws<InvalidOperationException>(host.Services.GetRequiredService<IRequiredActor<RunningPipeline<int>>>).Message);
    }

    [Fact]
    public async Task The_actor_of_the_only_pipeline_of_a_type_can_be_waited_for_before_it_has_started()
    {
        await using var host = TestHost.Of(services => services.AddPipeline<string>("words", _ => { }));
        var words = host.Services.GetRequiredService<IRequiredActor<RunningPipeline<string>>>();
        var waiting = words.GetAsync();
        Assert.Equal(
            "The actor of the pipeline words is not known yet: await GetAsync, which waits for the pipeline's start.",
            Assert.Throws<InvalidOperationException>(() => words.ActorRef).Message);

        await host.StartAsync();

        Assert.Same(await waiting.Soon(), words.ActorRef);
    }

    [Theory]
    [InlineData(typeof(WantsQueue), "IWorkQueue<Int32>")]
    [InlineData(typeof(WantsPipeline), "IHostedPipeline<Int32>")]
    [InlineData(typeof(WantsActor), "IRequiredActor<RunningPipeline<Int32>>")]
    public async Task A_class_in_the_container_that_asks_for_one_of_several_without_a_name_keeps_the_host_from_starting(
        Type type, string asked)
    {
        await using var host = TestHost.Of(services => Two(services.AddScoped(type)));

        Assert.Equal(
            $"{type.Name} asks for {asked} without a name. {Several}", (await Assert.ThrowsAsync<InvalidOperationException>(host.StartAsync)).Message);
    }

    [Fact]
    public async Task Classes_that_ask_by_name_or_for_the_only_one_or_need_not_ask_go_with_several()
    {
        await using var host = await TestHost.StartedAsync(services => Two(services.AddPipeline<string>("words", _ => { }))
            .AddScoped<WantsByName>().AddScoped<WantsWords>().AddScoped<NeedNotAsk>());
        using var scope = host.Services.CreateScope();

        Assert.Equal("odd", scope.ServiceProvider.GetRequiredService<WantsByName>().Queue.Name);
        Assert.Equal("words", scope.ServiceProvider.GetRequiredService<WantsWords>().Queue.Name);
    }

    [Fact]
    public async Task A_queue_that_the_user_has_chosen_of_several_needs_no_name()
    {
        await using var host = await TestHost.StartedAsync(services => Two(services).AddScoped<WantsQueue>()
            .AddSingleton(provider => provider.GetRequiredKeyedService<IWorkQueue<int>>("even")));
        using var scope = host.Services.CreateScope();

        Assert.Equal("even", scope.ServiceProvider.GetRequiredService<WantsQueue>().Queue.Name);
    }

    [Fact]
    public async Task Several_of_a_type_go_with_a_container_that_is_validated_and_with_health_checks()
    {
        await using var host = await TestHost.StartedAsync(
            services => Two(services.AddAkka("shop", akka => akka.ConfigureLoggers(loggers => loggers.ClearLoggers()).WithActorSystemLivenessCheck()))
                .AddScoped<WantsByName>().AddHealthChecks().AddPipelines(),
            validated: true);

        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync().Soon();

        Assert.Equal((HealthStatus.Healthy, 3), (report.Status, report.Entries.Count));
    }

    [Fact]
    public async Task Where_there_are_several_of_a_type_the_log_says_so_at_the_start()
    {
        await using var host = await TestHost.StartedAsync(services => Two(services.AddPipeline<string>("words", _ => { })));

        Assert.Equal(Several, Assert.Single(host.Logged, line => line.Category.EndsWith("PipelinesService", StringComparison.Ordinal)).Message);
    }

    [Fact]
    public async Task A_service_that_asks_for_one_of_several_without_a_name_keeps_the_host_from_starting()
    {
        await using var host = TestHost.Of(services => Two(services).AddHostedService<AsksForAQueue>());

        Assert.Equal(Several, (await Assert.ThrowsAsync<InvalidOperationException>(host.StartAsync)).Message);
    }

    [Theory]
    [InlineData("evn", "There is no pipeline of Int32 named evn in this host. Those of that type: odd, even.")]
    [InlineData("words", "There is no pipeline of Int32 named words in this host. Those of that type: odd, even.")]
    public async Task A_name_that_does_not_exist_is_told_with_those_that_do(string name, string told)
    {
        await using var host = await TestHost.StartedAsync(services => Two(services.AddPipeline<string>("words", _ => { })));

        Assert.Equal(told, Assert.Throws<InvalidOperationException>(() => host.Queue(name)).Message);
    }

    [Fact]
    public async Task A_type_that_has_no_pipeline_is_told_with_those_that_have()
    {
        await using var host = await TestHost.StartedAsync(services => services.AddPipeline<List<int>>("lists", _ => { }));

        Assert.Equal(
            "There is no pipeline of Guid in this host. All pipelines: lists (List<Int32>).",
            Assert.Throws<InvalidOperationException>(host.Services.GetRequiredService<IWorkQueue<Guid>>).Message);
    }

    [Fact]
    public async Task What_is_no_pipelines_actor_is_not_found_by_a_name()
    {
        await using var host = await TestHost.StartedAsync(services => Two(services));

        Action asked = () => host.Services.GetRequiredKeyedService<IRequiredActor<string>>("even");

        Assert.Equal(
            "There is no pipeline named even whose actor has the key String in this host. All pipelines: odd (Int32), even (Int32).",
            Assert.Throws<InvalidOperationException>(asked).Message);
    }

    [Fact]
    public async Task Dead_letters_are_within_reach()
    {
        await using var host = await TestHost.StartedAsync(services => services.AddPipeline<int>(
            "odd", pipeline => pipeline.Consume(1, (_, _) => throw new FormatException("no number"))));
        await host.Queue("odd").PutAsync(7).Soon();
        await host.Queue("odd").JoinAsync().Soon();

        var letters = await (await host.RunningAsync("odd")).DeadLetters.ListAsync().Soon();

        Assert.Equal(7, Assert.Single(letters.Items).Item);
    }

    [Fact]
    public async Task Whoever_waits_for_a_host_that_never_starts_is_told_when_it_is_disposed()
    {
        Task put;
        await using (var host = TestHost.Of(services => Two(services)))
        {
            put = host.Queue("odd").PutAsync(1).AsTask();
        }

        Assert.Equal(
            "The host ended before the pipeline odd had started.",
            (await Assert.ThrowsAsync<PipelineFailedException>(() => put.Soon())).Message);
    }

    private static IServiceCollection Two(IServiceCollection services) =>
        services.AddPipeline<int>("odd", _ => { }).AddPipeline<int>("even", _ => { });

    private sealed record WantsQueue(IWorkQueue<int> Queue);

    private sealed record WantsPipeline(IHostedPipeline<int> Pipeline);

    private sealed record WantsActor(IRequiredActor<RunningPipeline<int>> Actor);

    private sealed record WantsWords(IWorkQueue<string> Queue);

    private sealed class WantsByName([FromKeyedServices("odd")] IWorkQueue<int> queue)
    {
        public IWorkQueue<int> Queue => queue;
    }

    private sealed class NeedNotAsk
    {
        public NeedNotAsk()
        {
        }

        public NeedNotAsk(IWorkQueue<int> queue) => _ = queue;
    }

    private sealed class AsksForAQueue(IWorkQueue<int> queue) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.FromResult(queue);
    }
}
