using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Telemetry;

[Collection(TelemetryCollection.Name)]
public sealed class MetricsTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    private readonly string name = $"measured-{Guid.NewGuid():N}";

    [Fact]
    public async Task Items_attempts_and_outcomes_are_counted()
    {
        using var recorder = new MeterRecorder(name);
        var settlement = await Pipeline.Create<int>(engine.System, name)
            .From(Enumerable.Range(0, 100))
            .Retry(maxAttempts: 2, RetryBackoff.None)
            .Consume(3, (delivery, _) => delivery.Item switch
            {
                < 10 => throw new InvalidDataException("never"),
                < 30 when delivery.Attempt == 1 => throw new InvalidDataException("not yet"),
                _ => ValueTask.CompletedTask,
            })
            .RunToCompletionAsync().Soon();

        Assert.Equal((90, 10, 30), (settlement.Acked, settlement.DeadLettered, settlement.Retried));
        await recorder.UntilAsync(told => told.Sum("akkapipeline.outcomes") >= 100);
        Assert.Equal(100, recorder.Sum("messaging.client.sent.messages"));
        Assert.Equal(130, recorder.Sum("messaging.client.consumed.messages"));
        Assert.Equal(90, recorder.Sum("akkapipeline.outcomes", "acked"));
        Assert.Equal(10, recorder.Sum("akkapipeline.outcomes", "dead_lettered"));
        Assert.Equal(30, recorder.Sum("akkapipeline.retries"));
        Assert.All(recorder.All("messaging.client.sent.messages"), one => Assert.Equal("put", one.Tags["messaging.operation.name"]));
    }

    [Fact]
    public async Task The_time_of_the_consumers_code_is_recorded_once_for_many_short_items()
    {
        using var recorder = new MeterRecorder(name);
        await Pipeline.Create<int>(engine.System, name)
            .From(Enumerable.Range(0, 20_000))
            .Consume(1, (_, _) => ValueTask.CompletedTask)
            .RunToCompletionAsync().Soon();

        var recorded = recorder.All("messaging.process.duration");
        Assert.InRange(recorded.Count, 1, 10_000);
        Assert.All(recorded, one => Assert.InRange(one.Value, 0, 30));
        Assert.All(recorded, one => Assert.Equal("process", one.Tags["messaging.operation.type"]));
    }

    [Fact]
    public async Task An_item_that_waits_is_not_mixed_up_with_those_before_it()
    {
        using var recorder = new MeterRecorder(name);
        var gate = new Gate();
        await using var running = await Pipeline.Create<int>(engine.System, name)
            .From(Enumerable.Range(0, 1_000).Append(-1))
            .Consume(1, (delivery, cancellationToken) =>
                delivery.Item < 0 ? new ValueTask(gate.WaitAsync(cancellationToken)) : ValueTask.CompletedTask)
            .StartAsync().Soon();
        await running.Queue.UntilAsync(now => now is { Accepted: 1_001, InFlight: > 0, Queued: 0 });
        gate.Open();
        await running.CompleteAsync().Soon();

        Assert.True(recorder.All("messaging.process.duration").Count >= 2);
    }

    [Fact]
    public async Task How_a_queue_stands_is_told_when_it_is_asked_for()
    {
        var clock = new FakeTimeProvider();
        using var recorder = new MeterRecorder(name);
        var running = await Pipeline.Create<string>(engine.System, name).Clock(clock).StartAsync().Soon();
        await running.Queue.PutAsync("a").Soon();
        await running.Queue.HasHeardAsync();
        clock.Advance(TimeSpan.FromSeconds(20));
        await running.Queue.PutAsync("b").Soon();
        await running.Queue.PutAsync("c", clock.GetUtcNow() + TimeSpan.FromMinutes(1)).Soon();
        await running.Queue.HasHeardAsync();
        clock.Advance(TimeSpan.FromSeconds(5));

        await recorder.UntilAsync(told => told.Read("akkapipeline.queue.scheduled") == 1);
        Assert.Equal(2, recorder.Read("akkapipeline.queue.queued"));
        Assert.Equal(25, recorder.Read("akkapipeline.queue.oldest_age"));
        var held = await running.Queue.GetAsync().Soon();
        await recorder.UntilAsync(told => told.Read("akkapipeline.queue.in_flight") == 1);
        await recorder.UntilAsync(told => told.Read("akkapipeline.queue.oldest_age") == 5);
        await held.FailAsync(new InvalidDataException()).Soon();
        await recorder.UntilAsync(told => told.Read("akkapipeline.queue.dead_letters") == 1);
        await running.Queue.TakeAsync();
        await recorder.UntilAsync(told => told.Read("akkapipeline.queue.oldest_age") == 0);

        await running.DisposeAsync();
        await recorder.UntilAsync(told => told.Read("akkapipeline.queue.queued") is null);
        Assert.Equal(1, recorder.Sum("akkapipeline.outcomes", "released"));
    }

    [Fact]
    public async Task Whoever_comes_late_is_not_told_what_was_before()
    {
        await using var running = await Pipeline.Create<int>(engine.System, name).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2, 3);
        await running.Queue.HasHeardAsync();

        using var recorder = new MeterRecorder(name);
        await running.Queue.PutAllAsync(4, 5);
        await running.Queue.HasHeardAsync();

        await recorder.UntilAsync(told => told.Sum("messaging.client.sent.messages") >= 2);
        Assert.Equal(2, recorder.Sum("messaging.client.sent.messages"));
    }

    [Fact]
    public async Task Commits_of_a_durable_store_are_timed_and_sized()
    {
        using var recorder = new MeterRecorder(name);
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            await using (var running = await Pipeline.Create<string>(engine.System, name)
                .Durable(Path.Combine(folder.FullName, "store.db"))
                .StartAsync().Soon())
            {
                await running.Queue.PutAsync("a").Soon();
                await running.Queue.TakeAsync();
            }

            Assert.NotEmpty(recorder.All("akkapipeline.commit.duration"));
            Assert.True(recorder.Sum("akkapipeline.commit.items") >= 1);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
