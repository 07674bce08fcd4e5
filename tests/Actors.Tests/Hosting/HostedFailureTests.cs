using AkkaPipeline.Tests.Scenarios;
using AkkaPipeline.Tests.Storing.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace AkkaPipeline.Tests.Hosting;

/// <summary>Pipelines that cannot start, and pipelines that fail while the host runs.</summary>
public sealed class HostedFailureTests
{
    [Fact]
    public async Task A_pipeline_that_cannot_be_described_keeps_the_host_from_starting_and_says_why()
    {
        await using var host = TestHost.Of(services => services.AddPipeline<int>("numbers", pipeline => pipeline.Retry(maxAttempts: 0)));

        var failure = await Assert.ThrowsAsync<PipelineFailedException>(host.StartAsync);

        Assert.StartsWith("The pipeline numbers could not start: maxAttempts", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_several_cannot_start_all_are_told_and_those_that_had_started_end()
    {
        await using var host = TestHost.Of(services => services
            .AddPipeline<int>("good", _ => { })
            .AddPipeline<int>("bad", _ => throw new InvalidOperationException("no source."))
            .AddPipeline<int>("worse", _ => throw new InvalidOperationException("no sink.")));

        var failure = await Assert.ThrowsAsync<PipelineFailedException>(host.StartAsync);

        Assert.Equal("The pipeline bad could not start: no source. The pipeline worse could not start: no sink.", failure.Message);
        Assert.Equal(PipelineOutcome.Drained, (await (await host.RunningAsync("good")).Completion.Soon()).Outcome);
    }

    [Fact]
    public async Task A_store_that_cannot_be_opened_keeps_the_host_from_starting()
    {
        using var folder = new StoreFolder();
        var path = folder.Path;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, "this is no store, and far too short for one");
        await using var host = TestHost.Of(services => services.AddPipeline<int>("numbers", pipeline => pipeline.Durable(path)));

        var failure = await Assert.ThrowsAsync<PipelineFailedException>(host.StartAsync);

        Assert.StartsWith("The pipeline numbers could not start: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipeline_that_fails_stops_the_host_as_a_background_service_does()
    {
        var before = Environment.ExitCode;
        await using var host = await TestHost.StartedAsync(services => services.AddPipeline<int>("numbers", Failing));
        var told = host.ToldToStopAsync();

        await host.Queue("numbers").PutAsync(1).Soon();
        await told;

        Assert.Equal(1, Environment.ExitCode);
        Environment.ExitCode = before;
        var line = Assert.Single(host.Logged, line => line.Level == LogLevel.Critical);
        Assert.StartsWith("The pipeline numbers failed: ", line.Message, StringComparison.Ordinal);
        Assert.EndsWith("The host stops, by HostOptions.BackgroundServiceExceptionBehavior.", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_ignores_failures_goes_on()
    {
        await using var host = await TestHost.StartedAsync(services => services.AddPipeline<int>("numbers", Failing)
            .Configure<HostOptions>(options => options.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore));

        await host.Queue("numbers").PutAsync(1).Soon();
        await Assert.ThrowsAsync<PipelineFailedException>(async () => await (await host.RunningAsync("numbers")).Completion.Soon());
        await host.StopAsync();

        Assert.Single(host.Logged, line => line.Level == LogLevel.Critical);
        Assert.Equal(0, Environment.ExitCode);
    }

    private static void Failing(PipelineBuilder<int> pipeline) => pipeline
        .Consume<int>(1, (delivery, outputs, _) =>
        {
            outputs.Emit(delivery.Item);
            return ValueTask.CompletedTask;
        })
        .To(new RecordingSink<int>(_ => throw new BrokenSinkException("the disk is gone")));
}
