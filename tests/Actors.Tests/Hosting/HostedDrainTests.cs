using AkkaPipeline.Tests.Storing.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Hosting;

/// <summary>One drain, whether the host ends or its actor system.</summary>
public sealed class HostedDrainTests
{
    [Fact]
    public async Task What_was_accepted_is_settled_before_any_other_service_stops()
    {
        var gate = new Gate();
        var stops = new StopsLast();
        await using var host = await TestHost.StartedAsync(services =>
        {
            services.AddPipeline<int>("numbers", pipeline => pipeline.Consume(1, async (_, cancellationToken) => await gate.WaitAsync(cancellationToken)));
            services.AddSingleton<IHostedService>(stops);
        });
        await host.Queue("numbers").PutAsync(1).Soon();
        var running = await host.RunningAsync("numbers");
        stops.Watch(running.Completion);

        var stopping = host.StopAsync();
        await Assert.ThrowsAsync<QueueShutDownException>(() => PutUntilRefusedAsync(host.Queue("numbers")));
        Assert.False(stops.HasStopped);
        gate.Open();
        await stopping;

        Assert.True(stops.FoundThemEnded);
        Assert.Equal((await running.Completion.Soon()).Accepted, (await running.Completion.Soon()).Acked);
        Assert.Contains(host.Logged, line => line.Level == LogLevel.Information
            && line.Message.StartsWith("The pipeline numbers has ended, Drained: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_consumer_that_tells_the_host_to_stop_has_its_item_waited_for()
    {
        var (told, gate) = (new Gate(), new Gate());
        var stops = new StopsLast();
        TestHost? host = null;
        Task stopping = Task.CompletedTask;
        await using var started = host = await TestHost.StartedAsync(services =>
        {
            services.AddPipeline<int>("numbers", pipeline => pipeline.Consume(1, async (_, cancellationToken) =>
            {
                stopping = host!.StopAsync(CancellationToken.None);
                told.Open();
                await gate.WaitAsync(cancellationToken);
            }));
            services.AddSingleton<IHostedService>(stops);
        });
        var running = await host.RunningAsync("numbers");
        stops.Watch(running.Completion);
        await host.Queue("numbers").PutAsync(1).Soon();
        await told.Opened;
        gate.Open();
        await stopping.Soon();

        Assert.True(stops.FoundThemEnded);
        Assert.Equal(1, (await running.Completion.Soon()).Acked);
    }

    [Fact]
    public async Task All_pipelines_of_a_host_drain_at_the_same_time()
    {
        Task others = Task.CompletedTask;
        await using var host = await TestHost.StartedAsync(services =>
        {
            services.AddPipeline<int>("first", pipeline => pipeline.Consume(1, (_, _) => ValueTask.CompletedTask));
            services.AddPipeline<int>("second", pipeline => pipeline.Consume(1, async (_, _) => await others.Soon()));
            services.AddPipeline<int>("third", pipeline => pipeline.Consume(1, (_, _) => ValueTask.CompletedTask));
        });
        others = Task.WhenAll((await host.RunningAsync("first")).Completion, (await host.RunningAsync("third")).Completion);
        await host.Queue("second").PutAsync(1).Soon();

        await host.StopAsync();

        Assert.Equal(1, (await (await host.RunningAsync("second")).Completion.Soon()).Acked);
    }

    [Fact]
    public async Task An_actor_system_that_ends_without_its_host_drains_first()
    {
        var gate = new Gate();
        await using var host = await TestHost.StartedAsync(services => services.AddPipeline<int>(
            "numbers", pipeline => pipeline.Consume(1, async (_, cancellationToken) => await gate.WaitAsync(cancellationToken))));
        var running = await host.RunningAsync("numbers");
        await host.Queue("numbers").PutAsync(1).Soon();
        var told = host.ToldToStopAsync();

        var ending = host.System.Terminate();
        await Assert.ThrowsAsync<QueueShutDownException>(() => PutUntilRefusedAsync(host.Queue("numbers")));
        gate.Open();
        await ending.Soon();
        await told;

        var settlement = await running.Completion.Soon();
        Assert.Equal((0, PipelineOutcome.Drained), (settlement.Released, settlement.Outcome));
    }

    [Fact]
    public async Task What_a_store_keeps_is_there_when_the_host_starts_again()
    {
        using var folder = new StoreFolder();
        await using (var host = await TestHost.StartedAsync(services => services.AddPipeline<int>("numbers", Stored)))
        {
            await host.Queue("numbers").PutAsync(1).Soon();
            await host.Queue("numbers").PutAsync(2).Soon();
        }

        await using var again = await TestHost.StartedAsync(services => services.AddPipeline<int>("numbers", Stored));

        Assert.Equal(2, (await again.Queue("numbers").CountsAsync().Soon()).Queued);

        void Stored(PipelineBuilder<int> pipeline) => pipeline.Durable(folder.Path);
    }

    [Theory]
    [InlineData(600, null, null, 600)]
    [InlineData(600, 60, null, 60)]
    [InlineData(60, 600, null, 60)]
    [InlineData(600, null, "60 s", 60)]
    [InlineData(60, null, "10 m", 60)]
    [InlineData(600, 60, "10 s", 60)]
    public async Task The_deadline_is_the_hosts_or_the_pipelines_own_if_that_is_shorter_and_what_is_left_at_it_is_told(
        int hosts, int? code, string? configured, int counts)
    {
        var clock = new FakeTimeProvider();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            configured is null ? [] : [new("AkkaPipeline:Pipelines:numbers:DrainTimeout", configured)]).Build();
        await using var host = await TestHost.StartedAsync(services =>
        {
            services.AddSingleton<IConfiguration>(configuration);
            services.Configure<PipelineHostOptions>(options => options.DrainTimeout = TimeSpan.FromSeconds(hosts));
            services.AddPipeline<int>("numbers", pipeline => _ = code is { } own
                ? Stuck(pipeline).DrainTimeout(TimeSpan.FromSeconds(own))
                : Stuck(pipeline));
        });
        PipelineBuilder<int> Stuck(PipelineBuilder<int> pipeline) => pipeline.Clock(clock)
            .Consume(1, async (_, cancellationToken) => await Task.Delay(Timeout.Infinite, cancellationToken));

        await host.Queue("numbers").PutAsync(1).Soon();
        var running = await host.RunningAsync("numbers");

        var stopping = host.StopAsync();
        await Assert.ThrowsAsync<QueueShutDownException>(() => PutUntilRefusedAsync(host.Queue("numbers")));
        var accepted = (await running.StatusAsync().Soon()).Counts.Accepted;
        clock.Advance(TimeSpan.FromSeconds(counts) - TimeSpan.FromTicks(1));
        Assert.Equal("Joining", (await running.StatusAsync().Soon()).Phase);
        clock.Advance(TimeSpan.FromTicks(1));
        await stopping;

        Assert.Equal(accepted, (await running.Completion.Soon()).Released);
        Assert.Contains(host.Warnings, line => line.StartsWith("The pipeline numbers has ended, Drained: ", StringComparison.Ordinal)
            && line.EndsWith("released", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_pipeline_that_wants_longer_than_the_host_gives_is_told_of_at_the_start()
    {
        await using var host = await TestHost.StartedAsync(services => services
            .AddPipeline<int>("long", pipeline => pipeline.DrainTimeout(TimeSpan.FromMinutes(2)))
            .AddPipeline<int>("short", pipeline => pipeline.DrainTimeout(TimeSpan.FromSeconds(2))));

        Assert.Equal(
            "The drain-timeout of the pipeline long is 2 min, but the host ends its drain after 25 s. "
            + "Set PipelineHostOptions.DrainTimeout to as much.",
            Assert.Single(host.Warnings));
    }

    [Fact]
    public async Task A_host_that_can_wait_no_longer_ends_the_drain_and_says_so()
    {
        await using var host = await TestHost.StartedAsync(services => services.AddPipeline<int>("numbers", pipeline => pipeline
            .Consume(1, async (_, cancellationToken) => await Task.Delay(Timeout.Infinite, cancellationToken))));
        await host.Queue("numbers").PutAsync(1).Soon();

        await host.StopAsync(new CancellationToken(canceled: true));

        Assert.Equal(1, (await (await host.RunningAsync("numbers")).Completion.Soon()).Released);
        Assert.Contains(host.Warnings, line => line.StartsWith("The drain is cut by ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(10, 10, 15)]
    [InlineData(10, 60, 60)]
    [InlineData(120, 30, 125)]
    public async Task The_hosts_timeout_is_raised_to_fit_where_it_is_less(int drain, int shutdown, int raised)
    {
        await using var host = TestHost.Of(services => services.AddPipeline<int>("numbers", _ => { })
            .Configure<PipelineHostOptions>(options => options.DrainTimeout = TimeSpan.FromSeconds(drain))
            .Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(shutdown)));

        Assert.Equal(TimeSpan.FromSeconds(raised), host.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(86_401)]
    public void A_drain_timeout_out_of_its_range_is_refused(int seconds)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => TestHost.Of(services => services.AddPipeline<int>("numbers", _ => { })
            .Configure<PipelineHostOptions>(options => options.DrainTimeout = TimeSpan.FromSeconds(seconds))));

        Assert.Equal("PipelineHostOptions.DrainTimeout has to be more than zero, and at most a day.", failure.Message);
    }

    private static async Task PutUntilRefusedAsync(IWorkQueue<int> queue)
    {
        while (true)
        {
            await queue.PutAsync(0).Soon();
            await Task.Yield();
        }
    }

    /// <summary>Stands for a server: registered after the pipelines, it stops before them, but not before the drain.</summary>
    private sealed class StopsLast : IHostedService
    {
        private Task watched = Task.CompletedTask;

        public bool HasStopped { get; private set; }

        public bool FoundThemEnded { get; private set; }

        public void Watch(Task task) => watched = task;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            (HasStopped, FoundThemEnded) = (true, watched.IsCompleted);
            return Task.CompletedTask;
        }
    }
}
