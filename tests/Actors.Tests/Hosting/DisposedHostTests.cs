using Akka.Actor;
using Akka.Configuration;
using AkkaPipeline.Tests.Storing.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace AkkaPipeline.Tests.Hosting;

/// <summary>Hosts that are disposed without a stop, as one is whose server finds its port taken.</summary>
public sealed class DisposedHostTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_host_whose_server_cannot_start_ends_its_pipelines_and_keeps_their_items(bool ownSystem)
    {
        using var folder = new StoreFolder();
        await using var host = TestHost.Of(services =>
        {
            if (ownSystem)
            {
                services.AddSingleton(QuietSystem());
            }

            services.AddPipeline<int>("numbers", pipeline => pipeline.Durable(folder.Path).From([1, 2, 3]).Consume<Waits>(consumers: 1));
            services.AddSingleton<IHostedService, CannotListen>();
        });
        await Assert.ThrowsAsync<IOException>(host.StartAsync);
        var running = await host.RunningAsync("numbers");
        var system = host.System;

        await host.AbandonAsync().Soon();

        Assert.True(running.Completion.IsCompleted);
        Assert.Equal(0, (await running.Completion.Soon()).DeadLettered);
        await system.Terminate().Soon();
    }

    [Fact]
    public async Task What_fails_since_its_container_is_gone_is_handed_back_and_ends_the_pipeline()
    {
        var (begun, gone) = (new Gate(), new Gate());
        await using var host = await TestHost.StartedAsync(services => services.AddSingleton<DisposedFirst>()
            .AddPipeline<int>("numbers", (pipeline, provider) => pipeline.Consume(1, async (_, _) =>
            {
                begun.Open();
                await gone.Opened;
                await using var scope = provider.CreateAsyncScope();
            })));
        var running = await host.RunningAsync("numbers");
        await host.Queue("numbers").PutAsync(1).Soon();
        await begun.Opened;
        host.Services.GetRequiredService<DisposedFirst>().WhenDisposed = async () =>
        {
            gone.Open();
            await running.Completion.Soon();
        };

        await host.AbandonAsync().Soon();

        var settlement = await running.Completion.Soon();
        Assert.Equal((0, 1), (settlement.DeadLettered, settlement.Released));
    }

    [Fact]
    public async Task A_start_that_is_cancelled_is_told_as_such_and_leaves_nothing_behind()
    {
        var described = new Gate();
        await using var host = TestHost.Of(services => services.AddPipeline<int>("numbers", (pipeline, provider) =>
        {
            provider.GetRequiredService<IHostApplicationLifetime>().StopApplication();
            described.Open();
        }));
        var put = host.Queue("numbers").PutAsync(1).AsTask();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(host.StartAsync);

        Assert.True(described.IsOpen);
        Assert.Equal(
            "The host ended before the pipeline numbers had started.",
            (await Assert.ThrowsAsync<PipelineFailedException>(() => put.Soon())).Message);
    }

    [Fact]
    public async Task A_stop_during_the_start_drains_what_has_started_and_gives_up_the_rest()
    {
        using var folder = new StoreFolder();
        await using var holder = await TestHost.StartedAsync(services =>
            services.AddPipeline<int>("waits", pipeline => pipeline.Durable(folder.Path).Consume(1, (_, _) => ValueTask.CompletedTask)));
        var (begun, ends) = (new Gate(), new Gate());
        await using var host = TestHost.Of(services => services
            .AddPipeline<int>("waits", pipeline => pipeline
                .Durable(folder.Path, new DurableOptions { LockWait = TimeSpan.FromMinutes(5) })
                .Consume(1, (_, _) => ValueTask.CompletedTask))
            .AddPipeline<int>("numbers", pipeline => pipeline.Consume(1, async (_, _) =>
            {
                begun.Open();
                await ends.Opened;
            })));
        var starting = host.StartAsync();
        var running = await host.RunningAsync("numbers");
        await running.Queue.PutAsync(1).Soon();
        await begun.Opened;

        var stopping = host.StopAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
        Assert.False(running.Completion.IsCompleted);
        ends.Open();
        await stopping;

        Assert.Equal((1, 0), ((await running.Completion.Soon()).Acked, (await running.Completion.Soon()).Released));
    }

    private static ActorSystem QuietSystem() =>
        ActorSystem.Create("own", ConfigurationFactory.ParseString("akka.stdout-loglevel = OFF, akka.loglevel = OFF"));

    private sealed class Waits : IItemConsumer<int>
    {
        public async ValueTask ConsumeAsync(Delivery<int> delivery, CancellationToken cancellationToken) =>
            await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    private sealed class CannotListen : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => throw new IOException("The port is taken.");

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>Made last, it is disposed before anything else, while the container gives nothing any more.</summary>
    private sealed class DisposedFirst : IAsyncDisposable
    {
        public Func<Task> WhenDisposed { get; set; } = () => Task.CompletedTask;

        public async ValueTask DisposeAsync() => await WhenDisposed();
    }
}
