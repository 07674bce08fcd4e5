using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

public sealed class SinkTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task Every_output_of_every_item_is_written_once_and_the_sink_is_closed_once()
    {
        var sink = new RecordingSink<(int Item, int Output)>();

        var settlement = await Emitting(sink, 10_000, item => item % 4).RunToCompletionAsync().Soon();

        Assert.Equal(10_000, settlement.Acked);
        Assert.Equal(
            Enumerable.Range(0, 10_000).SelectMany(item => Enumerable.Range(0, item % 4).Select(output => (item, output))),
            sink.Written.Order());
        Assert.False(sink.Overlapped);
        Assert.Equal([SinkEnding.Complete], sink.Closings);
    }

    [Fact]
    public async Task The_outputs_of_an_item_stay_together_and_in_order()
    {
        var sink = new RecordingSink<(int Item, int Output)>();

        await Emitting(sink, 2_000, _ => 3).RunToCompletionAsync().Soon();

        Assert.All(sink.Written.Chunk(3), item =>
            Assert.Equal([(item[0].Item, 0), (item[0].Item, 1), (item[0].Item, 2)], item));
    }

    [Fact]
    public async Task What_a_failed_item_had_emitted_is_discarded()
    {
        var sink = new RecordingSink<int>();

        var settlement = await engine.Pipeline().From(Enumerable.Range(0, 3_000))
            .Consume<int>(3, async (delivery, outputs, _) =>
            {
                outputs.Emit(delivery.Item);
                if (delivery.Item % 7 == 0)
                {
                    await Task.Yield();
                }

                outputs.Emit(delivery.Item);
                if (delivery.Item % 5 == 0)
                {
                    throw new InvalidDataException("bad");
                }
            })
            .To(sink).RunToCompletionAsync().Soon();

        Assert.Equal((2_400, 600), (settlement.Acked, settlement.DeadLettered));
        Assert.Equal(
            Enumerable.Range(0, 3_000).Where(item => item % 5 != 0).SelectMany(item => new[] { item, item }),
            sink.Written.Order());
    }

    [Fact]
    public async Task An_item_is_settled_only_after_its_outputs_are_written()
    {
        var gate = new Gate();
        var writing = new Gate();
        var sink = new RecordingSink<int>(async _ =>
        {
            writing.Open();
            await gate.Opened;
        });
        await using var running = await engine.Pipeline().Consume<int>(1, (delivery, outputs, _) =>
        {
            outputs.Emit(delivery.Item);
            return ValueTask.CompletedTask;
        }).To(sink).StartAsync().Soon();
        await running.Queue.PutAsync(1).Soon();
        var join = running.Queue.JoinAsync();
        await writing.Opened;
        Assert.Equal((0, 1), Of(await running.Queue.CountsAsync().Soon()));
        Assert.False(join.IsCompleted);

        gate.Open();

        Assert.Equal(1, (await join.Soon()).Acked);

        static (long, long) Of(QueueCounts counts) => (counts.Acked, counts.InFlight);
    }

    [Fact]
    public async Task A_batch_that_fails_dead_letters_its_items_and_the_rest_goes_on()
    {
        var batches = 0;
        var failed = new List<int>();
        var sink = new RecordingSink<int>(batch =>
        {
            if (++batches == 2)
            {
                failed.AddRange(batch.Outputs.Span);
                throw new InvalidDataException("this batch failed");
            }

            return ValueTask.CompletedTask;
        });
        await using var running = await engine.Pipeline().From(Enumerable.Range(0, 20_000))
            .Consume<int>(2, (delivery, outputs, _) =>
            {
                outputs.Emit(delivery.Item);
                return ValueTask.CompletedTask;
            }).To(sink).StartAsync().Soon();

        var settlement = await running.CompleteAsync().Soon();

        Assert.Equal(20_000, settlement.Accepted);
        Assert.Equal(failed.Count, settlement.DeadLettered);
        var letters = await running.DeadLetters.AllAsync();
        Assert.Equal(failed.Order(), letters.Select(letter => letter.Item).Order());
        Assert.All(letters, letter => Assert.Equal("this batch failed", letter.Reason));
        Assert.Equal(Enumerable.Range(0, 20_000), sink.Written.Concat(failed).Order());
        Assert.Equal([SinkEnding.Complete], sink.Closings);
    }

    [Fact]
    public async Task A_broken_sink_fails_the_pipeline_and_what_was_not_written_is_released()
    {
        var batches = 0;
        var sink = new RecordingSink<int>(_ => ++batches == 3
            ? throw new BrokenSinkException("the disk is full")
            : ValueTask.CompletedTask);
        var pipeline = engine.Pipeline().From(new CountedSource(int.MaxValue).Read())
            .Consume<int>(2, (delivery, outputs, _) =>
            {
                outputs.Emit(delivery.Item);
                return ValueTask.CompletedTask;
            }).To(sink);

        var failed = await Assert.ThrowsAsync<PipelineFailedException>(() => pipeline.RunToCompletionAsync().Soon());

        Assert.Contains("the disk is full", failed.Message);
        Assert.IsType<BrokenSinkException>(failed.InnerException);
        var settlement = failed.Settlement!;
        Assert.Equal(sink.Written.Count, settlement.Acked);
        Assert.Equal(settlement.Accepted, settlement.Acked + settlement.Released);
        Assert.Equal(0, settlement.DeadLettered);
        Assert.Equal([SinkEnding.Interrupted], sink.Closings);
    }

    [Fact]
    public async Task A_sink_slower_than_its_source_holds_it_back()
    {
        var consumed = 0;
        var leadMax = 0;
        var written = 0;
        var sink = new RecordingSink<int>(async batch =>
        {
            await Task.Yield();
            leadMax = Math.Max(leadMax, Volatile.Read(ref consumed) - written);
            written += batch.Count;
        });

        var settlement = await engine.Pipeline().From(Enumerable.Range(0, 300_000)).Capacity(1_000)
            .Consume<int>(3, (delivery, outputs, _) =>
            {
                Interlocked.Increment(ref consumed);
                outputs.Emit(delivery.Item);
                return ValueTask.CompletedTask;
            }).To(sink).RunToCompletionAsync().Soon();

        // 32,768 outputs, and what three consumers had gathered before they looked.
        Assert.Equal(300_000, settlement.Acked);
        Assert.InRange(leadMax, 1, 32_768 + 3 * (512 + 64) + 8_192);
    }

    [Fact]
    public async Task A_sink_that_stands_still_stops_the_source()
    {
        var gate = new Gate();
        var source = new CountedSource(200_000);
        var sink = new RecordingSink<int>(async _ => await gate.Opened);
        await using var running = await engine.Pipeline().From(source.Read()).Capacity(1_000)
            .Consume<int>(2, (delivery, outputs, _) =>
            {
                outputs.Emit(delivery.Item);
                return ValueTask.CompletedTask;
            }).To(sink).StartAsync().Soon();

        await running.Queue.UntilAsync(now => now.Queued == 1_000 && now.InFlight >= 32_768);
        await running.Queue.HasHeardAsync();

        Assert.InRange(source.Count, 33_768, 40_000);
        gate.Open();
        Assert.Equal(200_000, (await running.CompleteAsync().Soon()).Acked);
    }

    [Fact]
    public async Task A_sink_that_fails_to_close_fails_the_pipeline()
    {
        var pipeline = engine.Pipeline().From([1]).Consume<int>(1, (delivery, outputs, _) =>
        {
            outputs.Emit(delivery.Item);
            return ValueTask.CompletedTask;
        }).To(new Unclosable());

        var failed = await Assert.ThrowsAsync<PipelineFailedException>(() => pipeline.RunToCompletionAsync().Soon());

        Assert.Contains("it would not close", failed.Message);
        Assert.Equal(1, failed.Settlement!.Acked);
    }

    [Fact]
    public async Task Dead_letters_can_go_to_a_sink()
    {
        var deadLetters = new RecordingSink<DeadLetteredItem<int>>();

        var settlement = await engine.Pipeline().From(Enumerable.Range(0, 1_000))
            .Consume(3, (delivery, _) => delivery.Item % 2 == 0
                ? ValueTask.CompletedTask
                : ValueTask.FromException(new InvalidDataException("odd")))
            .DeadLettersTo(deadLetters).RunToCompletionAsync().Soon();

        Assert.Equal((500, 500), (settlement.Acked, settlement.DeadLettered));
        Assert.Equal(Enumerable.Range(0, 500).Select(half => 2 * half + 1), deadLetters.Written.Select(letter => letter.Item).Order());
        Assert.Equal([SinkEnding.Complete], deadLetters.Closings);
    }

    [Fact]
    public async Task A_drained_pipeline_closes_its_sink_as_interrupted()
    {
        var sink = new RecordingSink<int>();
        await using var running = await engine.Pipeline().From(new CountedSource(int.MaxValue).Read())
            .Consume<int>(1, (delivery, outputs, _) =>
            {
                outputs.Emit(delivery.Item);
                return ValueTask.CompletedTask;
            }).To(sink).StartAsync().Soon();

        var settlement = await running.DrainAsync(TimeSpan.FromMinutes(5)).Soon();

        Assert.Equal(settlement.Acked, sink.Written.Count);
        Assert.Equal([SinkEnding.Interrupted], sink.Closings);
    }

    private PipelineBuilder<int> Emitting(RecordingSink<(int Item, int Output)> sink, int items, Func<int, int> outputsOf) =>
        engine.Pipeline().From(Enumerable.Range(0, items)).Consume<(int Item, int Output)>(3, async (delivery, outputs, _) =>
        {
            for (var output = 0; output < outputsOf(delivery.Item); output++)
            {
                if (delivery.Item % 11 == 0)
                {
                    await Task.Yield();
                }

                outputs.Emit((delivery.Item, output));
            }
        }).To(sink);

    private sealed class Unclosable : IBatchSink<int>
    {
        public ValueTask<BatchResult> WriteAsync(Batch<int> batch, CancellationToken cancellationToken) =>
            ValueTask.FromResult(BatchResult.Written);

        public ValueTask CloseAsync(SinkEnding ending, CancellationToken cancellationToken) =>
            throw new InvalidDataException("it would not close");
    }
}
