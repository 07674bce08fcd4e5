using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace AkkaPipeline.Tests;

/// <summary>An actor system for the tests of one class, and fresh names in it.</summary>
public sealed class EngineSystem : IAsyncLifetime
{
    private const string Quiet = """
        akka {
          loglevel = WARNING
          loggers = ["AkkaPipeline.Tests.WatchedLog, AkkaPipeline.Tests"]
          stdout-loglevel = OFF
          log-dead-letters = off
          actor {
            # Strict: nothing falls back on a serializer that takes any type.
            serialization-settings.allow-unregistered-types = off
          }
        }
        """;

    private int names;

    public EngineSystem()
        : this(string.Empty)
    {
    }

    private EngineSystem(string settings) =>
        System = ActorSystem.Create(
            "engine", ConfigurationFactory.ParseString(settings).WithFallback(ConfigurationFactory.ParseString(Quiet)));

    public ActorSystem System { get; }

    /// <summary>A system of one test, with settings of its own.</summary>
    public static EngineSystem With(string settings) => new(settings);

    public string NewName() => $"test-{Interlocked.Increment(ref names)}";

    /// <summary>A queue without a pool.</summary>
    public Task<RunningPipeline<int>> QueueAsync(long capacity = 0, ItemOrder<int>? order = null) =>
        WorkQueue.StartAsync(System, NewName(), capacity, order).Soon();

    /// <summary>A pipeline of whole numbers, not started.</summary>
    public PipelineBuilder<int> Pipeline() => AkkaPipeline.Pipeline.Create<int>(System, NewName());

    /// <summary>An actor of a pipeline, by its path below the coordinator, once it is there.</summary>
    public async Task<IActorRef> ActorAsync(string pipeline, string path)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                var selection = System.ActorSelection($"/user/pipeline-{pipeline}.*/{path}".TrimEnd('/'));
                return await selection.ResolveOne(TimeSpan.FromSeconds(30), patience.Token);
            }
            catch (ActorNotFoundException) when (!patience.IsCancellationRequested)
            {
                await Task.Yield();
            }
        }
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await System.Terminate().Soon();
        Assert.Empty(WatchedLog.Unexpected(System));
    }
}
