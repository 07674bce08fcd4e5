using Akka.Actor;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

/// <summary>
/// In a system that has each message serialized to find those that cannot be, and lets nothing fall back on a serializer
/// that takes any type: what a pipeline's actors say to each other does not leave the process, and is not asked for one.
/// </summary>
public sealed class CheckedMessagesTests : IAsyncLifetime
{
    // Akka's own pill has no serializer.
    private readonly EngineSystem engine = EngineSystem.With("""
        akka.actor {
          serialize-messages = on
          serialization-bindings { "Akka.Actor.PoisonPill, Akka" = json }
        }
        """);

    private readonly string folder = Directory.CreateTempSubdirectory("checked-").FullName;

    public Task InitializeAsync() => engine.InitializeAsync();

    public async Task DisposeAsync()
    {
        await engine.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_pipeline_with_retries_keys_batches_and_dead_letters_runs_to_its_end(bool durable)
    {
        var sink = new RecordingSink<string>();
        var pipeline = engine.Pipeline()
            .From(Enumerable.Range(0, 2_000))
            .InOrderBy(item => item % 10, KeyFailure.Skip)
            .Retry(2)
            .Timeout(TimeSpan.FromMinutes(1))
            .Consume<string>(3, (delivery, outputs, _) =>
            {
                if (delivery.Item % 100 == 7 && (delivery.Attempt == 1 || delivery.Item % 200 == 7))
                {
                    throw new IOException("not this time");
                }

                outputs.Emit($"{delivery.Item}");
                return ValueTask.CompletedTask;
            })
            .To(sink, new BatchOptions<string> { ItemsMax = 50 });
        if (durable)
        {
            pipeline.Durable(Path.Combine(folder, "queue.db"));
        }

        await using var running = await pipeline.StartAsync().Soon();
        await running.Coordinator.Ask<PipelineProtocol.Taken>(new PipelineProtocol.Resize(4), TimeSpan.FromSeconds(30));
        await running.Coordinator.Ask<PipelineStatus>(new PipelineProtocol.GetStatus(), TimeSpan.FromSeconds(30));
        await running.Queue.UntilAsync(now => now is { Acked: 1_990, DeadLettered: 10 });
        Assert.Equal(10, (await running.DeadLetters.ListAsync().Soon()).Total);
        var settlement = await running.CompleteAsync().Soon();

        Assert.Equal((2_000, 1_990, 10), (settlement.Accepted, settlement.Acked, settlement.DeadLettered));
        Assert.Equal(1_990, sink.Written.Count);
    }

    [Fact]
    public async Task Puts_gets_and_a_drain_go_their_ways()
    {
        await using var running = await engine.Pipeline().Durable(Path.Combine(folder, "queue.db")).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2, 3);
        Assert.Equal(1, await running.Queue.TakeAsync());
        using (var held = await running.Queue.GetAsync().Soon())
        {
            await held.ReleaseAsync().Soon();
        }

        var settlement = await running.DrainAsync(TimeSpan.Zero).Soon();

        Assert.Equal((1, 2), (settlement.Acked, settlement.Released));
    }
}
