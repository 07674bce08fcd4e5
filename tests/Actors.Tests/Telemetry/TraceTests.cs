using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit;

namespace AkkaPipeline.Tests.Telemetry;

[Collection(TelemetryCollection.Name)]
public sealed class TraceTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    private readonly string name = $"traced-{Guid.NewGuid():N}";

    [Theory]
    [InlineData("put")]
    [InlineData("try")]
    [InlineData("once")]
    [InlineData("later")]
    public async Task Whoever_puts_an_item_is_the_parent_of_what_its_consumer_does(string way)
    {
        using var listener = new ActivityRecorder(name);
        var seen = new TaskCompletionSource<(ActivityTraceId Trace, string? Header)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var running = await Pipeline.Create<string>(engine.System, name)
            .Consume(1, async (delivery, _) =>
            {
                await Task.Yield();
                seen.SetResult((Activity.Current!.TraceId, delivery.Headers.GetValueOrDefault("traceparent")));
            })
            .StartAsync().Soon();
        using var request = new Activity("request").Start();
        await (way switch
        {
            "put" => running.Queue.PutAsync("item"),
            "try" => new ValueTask(running.Queue.TryPutAsync("item").AsTask()),
            "once" => new ValueTask(running.Queue.PutAsync("item", "id-1").AsTask()),
            _ => running.Queue.PutAsync("item", new PutOptions { Headers = new Dictionary<string, string> { ["of"] = "mine" } }),
        }).Soon();

        Assert.Equal((request.TraceId, request.Id), await seen.Task.Soon());
        await running.CompleteAsync().Soon();
        var consumed = Assert.Single(listener.Stopped);
        Assert.Equal($"consume {name}", consumed.OperationName);
        Assert.Equal(ActivityKind.Consumer, consumed.Kind);
        Assert.Equal(request.SpanId, consumed.ParentSpanId);
        Assert.Equal(name, consumed.GetTagItem("messaging.destination.name"));
        Assert.Equal("acked", consumed.GetTagItem("akkapipeline.outcome"));
    }

    [Fact]
    public async Task Each_attempt_is_an_activity_that_says_what_became_of_it_and_not_what_the_item_was()
    {
        using var listener = new ActivityRecorder(name);
        await Pipeline.Create<string>(engine.System, name)
            .From(["secret"])
            .Retry(maxAttempts: 2, RetryBackoff.None)
            .Consume(1, (delivery, _) => throw new InvalidDataException($"bad: {delivery.Item}"))
            .RunToCompletionAsync().Soon();

        Assert.Equal(
            [("1", "retried"), ("2", "dead_lettered")],
            listener.Stopped.Select(one => (one.GetTagItem("akkapipeline.attempt")!.ToString()!, (string)one.GetTagItem("akkapipeline.outcome")!)));
        Assert.All(listener.Stopped, one =>
        {
            Assert.Equal(ActivityStatusCode.Error, one.Status);
            Assert.Equal(typeof(InvalidDataException).FullName, one.GetTagItem("error.type"));
            Assert.DoesNotContain(one.TagObjects, tag => tag.Value!.ToString()!.Contains("secret", StringComparison.Ordinal));
            Assert.Null(one.StatusDescription);
        });
    }

    [Fact]
    public async Task A_trace_that_the_user_has_named_stays()
    {
        const string Named = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        using var listener = new ActivityRecorder(name);
        await using var running = await Pipeline.Create<string>(engine.System, name)
            .Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();
        using var request = new Activity("request").Start();
        await running.Queue.PutAsync(
            "item", new PutOptions { Headers = new Dictionary<string, string> { ["traceparent"] = Named } }).Soon();
        await running.CompleteAsync().Soon();

        Assert.Equal("b7ad6b7169203331", Assert.Single(listener.Stopped).ParentSpanId.ToHexString());
    }

    [Fact]
    public async Task A_header_that_is_no_trace_is_no_parent()
    {
        using var listener = new ActivityRecorder(name);
        await using var running = await Pipeline.Create<string>(engine.System, name)
            .Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();
        await running.Queue.PutAsync(
            "item", new PutOptions { Headers = new Dictionary<string, string> { ["traceparent"] = "no trace\n" } }).Soon();
        await running.CompleteAsync().Soon();

        Assert.Equal(default, Assert.Single(listener.Stopped).ParentSpanId);
    }

    [Fact]
    public async Task Whoever_gets_an_item_can_go_on_with_its_trace()
    {
        using var listener = new ActivityRecorder(name);
        await using var running = await Pipeline.Create<string>(engine.System, name).StartAsync().Soon();
        using var request = new Activity("request") { TraceStateString = "shop=1" }.Start();
        await running.Queue.PutAsync("item").Soon();

        using var delivery = await running.Queue.GetAsync().Soon();

        Assert.Equal(
            (request.TraceId, request.SpanId, "shop=1", true),
            (delivery.TraceParent.TraceId, delivery.TraceParent.SpanId, delivery.TraceParent.TraceState, delivery.TraceParent.IsRemote));
    }

    [Fact]
    public async Task Where_nobody_listens_items_carry_nothing()
    {
        await using var running = await Pipeline.Create<string>(engine.System, name).StartAsync().Soon();
        using var request = new Activity("request").Start();
        await running.Queue.PutAsync("item").Soon();

        using var delivery = await running.Queue.GetAsync().Soon();
        Assert.Empty(delivery.Headers);
        Assert.Equal(default, delivery.TraceParent);
    }

    private sealed class ActivityRecorder : IDisposable
    {
        private readonly ConcurrentQueue<Activity> stopped = new();
        private readonly ActivityListener listener;

        public ActivityRecorder(string pipeline)
        {
            listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == "AkkaPipeline",
                Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = activity =>
                {
                    if (activity.OperationName.EndsWith(pipeline, StringComparison.Ordinal))
                    {
                        stopped.Enqueue(activity);
                    }
                },
            };
            ActivitySource.AddActivityListener(listener);
        }

        public IReadOnlyList<Activity> Stopped => [.. stopped];

        public void Dispose() => listener.Dispose();
    }
}
