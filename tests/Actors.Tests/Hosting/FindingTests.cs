using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
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

    private sealed class AsksForAQueue(IWorkQueue<int> queue) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.FromResult(queue);
    }
}
