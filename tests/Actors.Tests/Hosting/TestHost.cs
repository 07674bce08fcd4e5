using System.Collections.Concurrent;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace AkkaPipeline.Tests.Hosting;

/// <summary>
/// A host as a user builds one, without console and signals, that remembers what it logs. Once it has started, Akka has nothing to
/// warn of in it.
/// </summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly IHost host;
    private readonly RememberedLog log = new();
    private bool started;

    private TestHost(Action<IServiceCollection> describe, bool validated)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.ConfigureContainer(new DefaultServiceProviderFactory(
            new ServiceProviderOptions { ValidateOnBuild = validated, ValidateScopes = validated }));
        builder.Logging.AddProvider(log);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        describe(builder.Services);
        host = builder.Build();
    }

    public IServiceProvider Services => host.Services;

    public ActorSystem System => Services.GetRequiredService<ActorSystem>();

    /// <summary>All that was logged, oldest first.</summary>
    public IReadOnlyList<LoggedLine> Logged => [.. log.Lines];

    public IEnumerable<string> Warnings => Logged.Where(line => line.Level >= LogLevel.Warning).Select(line => line.Message);

    public static TestHost Of(Action<IServiceCollection> describe) => new(describe, validated: false);

    /// <param name="describe">What is in it.</param>
    /// <param name="validated">Whether the container looks for mistakes, as it does in development.</param>
    public static async Task<TestHost> StartedAsync(Action<IServiceCollection> describe, bool validated = false)
    {
        var host = new TestHost(describe, validated);
        await host.StartAsync();
        return host;
    }

    public async Task StartAsync()
    {
        await host.StartAsync().Soon();
        started = true;
    }

    public Task StopAsync(CancellationToken cancellationToken = default) => host.StopAsync(cancellationToken).Soon();

    /// <summary>Disposes it without a stop, as a program does whose host could not start.</summary>
    public ValueTask AbandonAsync()
    {
        started = false;
        return ((IAsyncDisposable)host).DisposeAsync();
    }

    /// <summary>Completes when somebody has told the host to stop.</summary>
    public Task ToldToStopAsync()
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(told.SetResult);
        return told.Task.Soon();
    }

    public Task<RunningPipeline<int>> RunningAsync(string name) =>
        Services.GetRequiredKeyedService<IHostedPipeline<int>>(name).GetAsync().Soon();

    public IWorkQueue<int> Queue(string name) => Services.GetRequiredKeyedService<IWorkQueue<int>>(name);

    public async ValueTask DisposeAsync()
    {
        if (started)
        {
            await host.StopAsync().Soon();
        }

        await ((IAsyncDisposable)host).DisposeAsync();
        if (started)
        {
            Assert.DoesNotContain(Logged, line => line.Level >= LogLevel.Warning && line.Category.StartsWith("Akka.", StringComparison.Ordinal));
        }
    }

    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class RememberedLog : ILoggerProvider
    {
        public ConcurrentQueue<LoggedLine> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => new Remembering(this, categoryName);

        public void Dispose()
        {
        }
    }

    private sealed class Remembering(RememberedLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Lines.Enqueue(new LoggedLine(category, logLevel, eventId.Id, formatter(state, exception), exception));
    }
}

/// <summary>A line as a logger gets it.</summary>
internal sealed record LoggedLine(string Category, LogLevel Level, int Id, string Message, Exception? Exception);
