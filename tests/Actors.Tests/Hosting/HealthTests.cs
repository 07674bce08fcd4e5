using AkkaPipeline.Tests.Storing.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace AkkaPipeline.Tests.Hosting;

/// <summary>Live unless one has failed; ready while all run.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task Pipelines_that_run_are_live_and_ready()
    {
        await using var host = await TestHost.StartedAsync(services => Described(services, Consumed));

        Assert.Equal((HealthStatus.Healthy, null), await CheckAsync(host, "live"));
        Assert.Equal((HealthStatus.Healthy, null), await CheckAsync(host, "ready"));
    }

    [Fact]
    public async Task A_pipeline_that_has_not_started_is_live_and_not_ready()
    {
        await using var host = TestHost.Of(services => Described(services, Consumed));

        Assert.Equal((HealthStatus.Healthy, null), await CheckAsync(host, "live"));
        Assert.Equal((HealthStatus.Unhealthy, "numbers has not started, or recovers what its store holds"), await CheckAsync(host, "ready"));
    }

    [Fact]
    public async Task A_store_that_another_holds_is_waited_for_and_meanwhile_the_pipeline_is_not_ready()
    {
        using var folder = new StoreFolder();
        var path = folder.Path;
        await using var holder = await TestHost.StartedAsync(services => services.AddPipeline<int>("numbers", pipeline => pipeline.Durable(path)));
        await using var host = TestHost.Of(services => Described(
            services, pipeline => pipeline.Durable(path, new DurableOptions { LockWait = TimeSpan.FromMinutes(1) })));

        var starting = host.StartAsync();
        Assert.Equal((HealthStatus.Unhealthy, "numbers has not started, or recovers what its store holds"), await CheckAsync(host, "ready"));
        await holder.StopAsync();
        await starting;

        Assert.Equal((HealthStatus.Healthy, null), await CheckAsync(host, "ready"));
    }

    [Fact]
    public async Task A_pipeline_that_has_paused_by_itself_is_not_ready()
    {
        await using var host = await TestHost.StartedAsync(services => Described(services, pipeline => pipeline.Consume(1, (delivery, _) =>
        {
            delivery.PausePipeline(TimeSpan.FromHours(1), "the bank said 429");
            return ValueTask.CompletedTask;
        })));
        await host.Queue("numbers").PutAsync(1).Soon();
        await host.Queue("numbers").JoinAsync().Soon();

        Assert.Equal((HealthStatus.Healthy, null), await CheckAsync(host, "live"));
        Assert.Equal((HealthStatus.Unhealthy, "numbers has paused (limit): the bank said 429"), await CheckAsync(host, "ready"));
    }

    [Fact]
    public async Task A_pause_that_somebody_asked_for_is_no_reason()
    {
        await using var host = await TestHost.StartedAsync(services => Described(services, Consumed));

        await (await host.RunningAsync("numbers")).PauseAsync("a look at the ledger").Soon();

        Assert.Equal((HealthStatus.Healthy, null), await CheckAsync(host, "ready"));
    }

    [Fact]
    public async Task A_host_that_has_been_told_to_stop_is_not_ready_from_then_on()
    {
        await using var host = await TestHost.StartedAsync(services => Described(services, Consumed));

        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        Assert.Equal((HealthStatus.Healthy, null), await CheckAsync(host, "live"));
        Assert.Equal((HealthStatus.Unhealthy, "The host stops, and its pipelines drain."), await CheckAsync(host, "ready"));
    }

    [Fact]
    public async Task A_pipeline_that_drains_by_itself_is_not_ready()
    {
        var gate = new Gate();
        await using var host = await TestHost.StartedAsync(services => Described(
            services, pipeline => pipeline.Consume(1, async (_, cancellationToken) => await gate.WaitAsync(cancellationToken))));
        await host.Queue("numbers").PutAsync(1).Soon();

        var drained = (await host.RunningAsync("numbers")).DrainAsync(Timeout.InfiniteTimeSpan).AsTask();
        Assert.Equal((HealthStatus.Unhealthy, "numbers is ending: Joining"), await CheckAsync(host, "ready"));
        gate.Open();
        await drained.Soon();

        Assert.Equal((HealthStatus.Unhealthy, "numbers has ended: Drained"), await CheckAsync(host, "ready"));
        Assert.Equal((HealthStatus.Healthy, null), await CheckAsync(host, "live"));
    }

    [Fact]
    public async Task A_pipeline_that_has_failed_is_neither_live_nor_ready()
    {
        await using var host = await TestHost.StartedAsync(services =>
        {
            services.Configure<HostOptions>(options => options.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore);
            Described(services, pipeline => pipeline.From(Broken()).Consume(1, (_, _) => ValueTask.CompletedTask));
        });
        await Assert.ThrowsAsync<PipelineFailedException>(async () => await (await host.RunningAsync("numbers")).Completion.Soon());

        const string Told = "The pipeline numbers failed: source 0 failed: the line was cut";
        Assert.Equal((HealthStatus.Unhealthy, Told), await CheckAsync(host, "live"));
        Assert.Equal((HealthStatus.Unhealthy, Told), await CheckAsync(host, "ready"));
    }

    private static IEnumerable<int> Broken()
    {
        yield return 1;
        throw new IOException("the line was cut");
    }

    private static void Described(IServiceCollection services, Action<PipelineBuilder<int>> pipeline) =>
        services.AddPipeline("numbers", pipeline).AddHealthChecks().AddPipelines();

    private static void Consumed(PipelineBuilder<int> pipeline) => pipeline.Consume(1, (_, _) => ValueTask.CompletedTask);

    private static async Task<(HealthStatus Status, string? Description)> CheckAsync(TestHost host, string tag)
    {
        var report = await host.Services.GetRequiredService<HealthCheckService>()
            .CheckHealthAsync(check => check.Tags.Contains(tag)).Soon();
        var entry = Assert.Single(report.Entries).Value;
        return (entry.Status, entry.Description);
    }
}
