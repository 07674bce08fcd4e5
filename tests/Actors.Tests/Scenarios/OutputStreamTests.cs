using Akka.Streams;
using Akka.Streams.Dsl;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

public sealed class OutputStreamTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task The_outputs_of_a_pipeline_are_a_stream()
    {
        var (settlement, outputs) = engine.Pipeline().From(Enumerable.Range(0, 5_000))
            .Consume<string>(3, (delivery, outputs, _) =>
            {
                outputs.Emit($"{delivery.Item}");
                return ValueTask.CompletedTask;
            })
            .AsSource()
            .ToMaterialized(Sink.Seq<string>(), Keep.Both)
            .Run(engine.System.Materializer());

        Assert.Equal(Enumerable.Range(0, 5_000), (await outputs.Soon()).Select(int.Parse).Order());
        Assert.Equal((5_000L, PipelineOutcome.Completed), ((await settlement.Soon()).Acked, (await settlement.Soon()).Outcome));
    }

    [Fact]
    public async Task A_stream_that_takes_few_outputs_holds_the_rest_back()
    {
        var source = new CountedSource(1_000_000);
        var consumed = 0;
        await using var demand = new ByHand<int>(engine);
        var settlement = demand.Run(engine.Pipeline().From(source.Read()).Capacity(100)
            .Consume<int>(2, (delivery, outputs, _) =>
            {
                Interlocked.Increment(ref consumed);
                outputs.Emit(delivery.Item);
                return ValueTask.CompletedTask;
            })
            .AsSource());

        Assert.Equal(10, (await demand.TakeAsync(10)).Count);

        // What is on its way to the sink is bounded at 32,768 outputs, and so is everything before it.
        Assert.InRange(Volatile.Read(ref consumed), 10, 40_000);
        Assert.InRange(source.Count, 10, 45_000);
        demand.Cancel();
        var ended = await settlement.Soon();
        Assert.Equal(PipelineOutcome.Drained, ended.Outcome);
        Assert.Equal(ended.Accepted, ended.Acked + ended.Released);
        Assert.InRange(source.Count, 10, 45_000);
    }

    [Fact]
    public async Task An_item_is_acknowledged_only_once_its_output_was_taken()
    {
        await using var demand = new ByHand<int>(engine);
        var settlement = demand.Run(engine.Pipeline().From([1])
            .Consume<int>(1, (delivery, outputs, _) =>
            {
                outputs.Emit(delivery.Item);
                outputs.Emit(delivery.Item);
                return ValueTask.CompletedTask;
            })
            .AsSource());
        Assert.Equal([1], await demand.TakeAsync(1));
        Assert.False(settlement.IsCompleted);

        Assert.Equal([1], await demand.TakeAsync(1));

        Assert.Equal(1, (await settlement.Soon()).Acked);
    }

    [Fact]
    public async Task Nothing_is_read_before_the_stream_runs()
    {
        var source = new CountedSource(10);
        await using var demand = new ByHand<int>(engine);
        var outputs = engine.Pipeline().From(source.Read())
            .Consume<int>(1, (delivery, emitted, _) =>
            {
                emitted.Emit(delivery.Item);
                return ValueTask.CompletedTask;
            })
            .AsSource();
        Assert.Equal(0, source.Count);

        var settlement = demand.Run(outputs);

        Assert.Equal(10, (await demand.TakeAsync(10)).Count);
        Assert.Equal(10, (await settlement.Soon()).Acked);
    }

    [Fact]
    public async Task A_pipeline_that_fails_fails_the_stream()
    {
        IEnumerable<int> Broken()
        {
            yield return 1;
            throw new InvalidDataException("the source broke");
        }

        var outputs = engine.Pipeline().From(Broken())
            .Consume<int>(1, (delivery, outputs, _) =>
            {
                outputs.Emit(delivery.Item);
                return ValueTask.CompletedTask;
            })
            .AsSource()
            .RunWith(Sink.Seq<int>(), engine.System.Materializer());

        var failed = await Assert.ThrowsAnyAsync<Exception>(() => outputs.Soon());
        Assert.Contains("the source broke", failed.ToString());
    }
}
