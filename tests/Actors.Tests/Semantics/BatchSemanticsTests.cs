using AkkaPipeline.Tests.Scenarios;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Semantics;

/// <summary>Semantics 14 to 16: what a failed write, a failed item and an unmentioned output mean, and what closes a batch.</summary>
public sealed class BatchSemanticsTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task S14_A_handlers_throw_fails_that_item_only()
    {
        var sink = new RecordingSink<int>();

        var settlement = await Emitting(1_000, item => item == 500 ? throw new InvalidDataException("bad") : new[] { item })
            .To(sink).RunToCompletionAsync().Soon();

        Assert.Equal((999, 1), (settlement.Acked, settlement.DeadLettered));
        Assert.Equal(Enumerable.Range(0, 1_000).Where(item => item != 500), sink.Written.Order());
    }

    [Fact]
    public async Task S14_A_batch_writes_throw_fails_that_batchs_items()
    {
        var failed = new List<int>();
        var batches = 0;
        var sink = new AnsweringSink<int>(batch =>
        {
            if (++batches != 1)
            {
                return BatchResult.Written;
            }

            failed.AddRange(batch.Outputs.Span);
            throw new IOException("no connection");
        });
        await using var running = await Emitting(5_000, item => new[] { item }).To(sink).StartAsync().Soon();

        var settlement = await running.CompleteAsync().Soon();

        Assert.Equal((5_000 - failed.Count, failed.Count), (settlement.Acked, settlement.DeadLettered));
        var letters = await running.DeadLetters.AllAsync().Soon();
        Assert.Equal(failed.Order(), letters.Select(letter => letter.Item).Order());
        Assert.All(letters, letter => Assert.Equal("no connection", letter.Reason));
    }

    [Fact]
    public async Task S14_An_output_that_the_sink_leaves_unmentioned_counts_as_failed()
    {
        var sink = new AnsweringSink<int>(batch =>
        {
            var result = new BatchResult(batch.Count);
            for (var index = 0; index < batch.Count; index++)
            {
                if (batch.Outputs.Span[index] % 10 == 3)
                {
                    result.MarkFailed(index, new InvalidDataException("three"));
                }
                else if (batch.Outputs.Span[index] % 10 != 7)
                {
                    result.MarkWritten(index);
                }
            }

            return result;
        });
        await using var running = await Emitting(1_000, item => new[] { item }).To(sink).StartAsync().Soon();

        var settlement = await running.CompleteAsync().Soon();

        Assert.Equal((800, 200), (settlement.Acked, settlement.DeadLettered));
        var letters = await running.DeadLetters.AllAsync().Soon();
        Assert.All(letters, letter => Assert.Contains(letter.Item % 10, new[] { 3, 7 }));
        Assert.All(letters.Where(letter => letter.Item % 10 == 3), letter => Assert.Equal("three", letter.Reason));
        Assert.All(letters.Where(letter => letter.Item % 10 == 7), letter => Assert.IsType<UnmentionedOutputException>(letter.Exception));
    }

    [Fact]
    public async Task S14_An_item_fails_if_one_of_its_outputs_does_and_those_without_outputs_are_done()
    {
        var sink = new AnsweringSink<(int Item, int Output)>(batch =>
        {
            var result = new BatchResult(batch.Count);
            for (var index = 0; index < batch.Count; index++)
            {
                if (batch.Outputs.Span[index] is { Item: var item, Output: 1 } && item % 5 == 2)
                {
                    result.MarkFailed(index, new InvalidDataException("the second output"));
                }
            }

            result.MarkRestWritten();
            return result;
        });
        await using var running = await Emitting(
            1_000, item => Enumerable.Range(0, item % 5).Select(output => (item, output))).To(sink).StartAsync().Soon();

        var settlement = await running.CompleteAsync().Soon();

        Assert.Equal((800, 200), (settlement.Acked, settlement.DeadLettered));
        Assert.All(await running.DeadLetters.AllAsync().Soon(), letter => Assert.Equal(2, letter.Item % 5));
    }

    [Fact]
    public async Task S14_A_result_that_does_not_fit_its_batch_fails_the_batch()
    {
        var sink = new AnsweringSink<int>(batch => batch.Outputs.Span[0] switch
        {
            1 => new BatchResult(batch.Count + 1),
            2 => null!,
            _ => BatchResult.Written,
        });
        await using var running = await Emitting(0, item => new[] { item }).To(sink).StartAsync().Soon();
        foreach (var item in Enumerable.Range(0, 4))
        {
            await running.Queue.PutAsync(item).Soon();
            await running.Queue.JoinAsync().Soon();
        }

        var letters = await running.DeadLetters.AllAsync().Soon();

        Assert.Equal([1, 2], letters.Select(letter => letter.Item));
        Assert.Contains("a result for 2 outputs, and the batch has 1", letters[0].Reason);
        Assert.Contains("null instead of a BatchResult", letters[1].Reason);
    }

    [Fact]
    public async Task S15_A_failed_item_skips_the_sink()
    {
        var sink = new RecordingSink<int>();

        var settlement = await engine.Pipeline().From(Enumerable.Range(0, 1_000))
            .Consume<int>(2, (delivery, outputs, _) =>
            {
                outputs.Emit(delivery.Item);
                outputs.Emit(delivery.Item);
                return delivery.Item % 4 == 0
                    ? ValueTask.FromException(new InvalidDataException("bad"))
                    : ValueTask.CompletedTask;
            }).To(sink).RunToCompletionAsync().Soon();

        Assert.Equal((750, 250), (settlement.Acked, settlement.DeadLettered));
        Assert.DoesNotContain(sink.Written, item => item % 4 == 0);
        Assert.Equal(1_500, sink.Written.Count);
    }

    [Fact]
    public async Task S14_An_item_with_outputs_in_two_batches_fails_if_either_fails()
    {
        var sink = new AnsweringSink<(int Item, string Key)>(batch =>
            batch.Key == "bad" ? throw new IOException("no such table") : BatchResult.Written);
        await using var running = await Emitting(
                300, item => new (int Item, string Key)[] { (item, "good"), (item, item % 3 == 0 ? "bad" : "better") })
            .To(sink, new() { KeyOf = output => output.Key }).StartAsync().Soon();

        var settlement = await running.CompleteAsync().Soon();

        Assert.Equal((200, 100), (settlement.Acked, settlement.DeadLettered));
        Assert.All(await running.DeadLetters.AllAsync().Soon(), letter => Assert.Equal(0, letter.Item % 3));
    }

    [Fact]
    public async Task S15_A_throw_of_the_code_that_tells_keys_or_sizes_fails_that_item_only()
    {
        var sink = new RecordingSink<int>();

        var settlement = await Emitting(100, item => new[] { item })
            .To(sink, new()
            {
                KeyOf = output => output == 3 ? throw new InvalidDataException("no key") : output == 4 ? null! : "all",
                SizeOf = output => output == 5 ? throw new InvalidDataException("no size") : output == 6 ? -1 : 1,
            }).RunToCompletionAsync().Soon();

        Assert.Equal((96, 4), (settlement.Acked, settlement.DeadLettered));
        Assert.Equal(Enumerable.Range(0, 100).Except([3, 4, 5, 6]), sink.Written.Order());
    }

    [Fact]
    public async Task S16_Batches_close_by_their_size()
    {
        var sink = new RecordingSink<int>();

        var settlement = await Emitting(1_003, item => new[] { item, -item })
            .To(sink, new() { ItemsMax = 25 }).Clock(new FakeTimeProvider()).RunToCompletionAsync().Soon();

        Assert.Equal(1_003, settlement.Acked);
        Assert.Equal(2_006, sink.Written.Count);
        Assert.All(sink.Batches, batch => Assert.InRange(batch.Outputs.Length, 1, 25));
        Assert.All(
            sink.Batches.Where(batch => batch.ClosedBy == BatchClosedBy.Size), batch => Assert.Equal(25, batch.Outputs.Length));
        Assert.DoesNotContain(sink.Batches, batch => batch.ClosedBy is BatchClosedBy.Time or BatchClosedBy.Ready);
    }

    [Fact]
    public async Task S16_Batches_close_by_their_bytes()
    {
        var sink = new RecordingSink<string>();

        await Emitting(500, item => new[] { new string('x', item % 50) })
            .To(sink, new() { BytesMax = 200 }).Clock(new FakeTimeProvider()).RunToCompletionAsync().Soon();

        Assert.Equal(500, sink.Written.Count);
        Assert.All(sink.Batches, batch => Assert.Equal(2 * batch.Outputs.Sum(output => output.Length), batch.Bytes));
        Assert.All(sink.Batches, batch => Assert.InRange(batch.Bytes, 0, 200));
        Assert.Contains(sink.Batches, batch => batch.ClosedBy == BatchClosedBy.Bytes);
    }

    [Fact]
    public async Task S16_A_batch_closes_when_its_first_output_has_waited_its_time()
    {
        var time = new FakeTimeProvider();
        var sink = new RecordingSink<int>();
        await using var running = await Emitting(0, item => new[] { item })
            .To(sink, new() { ItemsMax = 100, TimeMax = TimeSpan.FromMinutes(1) }).Clock(time).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2, 3);
        var join = running.Queue.JoinAsync();

        // The outputs come to the sink at some time of their own; a join is served by time then.
        while (!join.IsCompleted)
        {
            await running.Queue.HasHeardAsync();
            Assert.All(sink.Batches, batch => Assert.Equal(BatchClosedBy.Time, batch.ClosedBy));
            time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(3, (await join.Soon()).Acked);
        Assert.Equal([1, 2, 3], sink.Written.Order());
    }

    [Fact]
    public async Task S16_Each_key_has_batches_of_its_own()
    {
        var sink = new RecordingSink<int>();

        await Emitting(5_000, item => new[] { item })
            .To(sink, new() { ItemsMax = 10, KeyOf = output => $"table {output % 7}" })
            .Clock(new FakeTimeProvider()).RunToCompletionAsync().Soon();

        Assert.Equal(Enumerable.Range(0, 5_000), sink.Written.Order());
        Assert.All(sink.Batches, batch => Assert.All(batch.Outputs, output => Assert.Equal($"table {output % 7}", batch.Key)));
        Assert.Contains(sink.Batches, batch => batch.Outputs.Length == 10);
    }

    [Fact]
    public async Task S16_Keys_and_sizes_stay_with_their_outputs_where_items_wait_and_fail()
    {
        var sink = new RecordingSink<string>();

        var settlement = await engine.Pipeline().From(Enumerable.Range(0, 3_000))
            .Consume<string>(3, async (delivery, outputs, _) =>
            {
                for (var output = 0; output < delivery.Item % 4; output++)
                {
                    outputs.Emit($"{(delivery.Item + output) % 5}:{new string('x', delivery.Item % 13)}");
                    if (delivery.Item % 7 == 0)
                    {
                        await Task.Yield();
                    }
                }

                if (delivery.Item % 10 == 9)
                {
                    throw new InvalidDataException("bad");
                }
            })
            .To(sink, new() { BytesMax = 500, KeyOf = output => output[..1], SizeOf = output => output.Length })
            .Clock(new FakeTimeProvider()).RunToCompletionAsync().Soon();

        Assert.Equal((2_700, 300), (settlement.Acked, settlement.DeadLettered));
        Assert.Equal(
            Enumerable.Range(0, 3_000).Where(item => item % 10 != 9).Sum(item => item % 4), sink.Written.Count);
        Assert.All(sink.Batches, batch => Assert.All(batch.Outputs, output => Assert.Equal(batch.Key, output[..1])));
        Assert.All(sink.Batches, batch => Assert.Equal(batch.Outputs.Sum(output => output.Length), batch.Bytes));
        Assert.All(sink.Batches, batch => Assert.InRange(batch.Bytes, 1, 500));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task S16_What_gathers_is_flushed_when_the_pipeline_ends(bool drains)
    {
        // The clock stands still: only a flush can close the batch.
        var sink = new RecordingSink<int>();
        await using var running = await Emitting(0, item => new[] { item })
            .To(sink, new() { ItemsMax = 100, KeyOf = output => $"{output % 2}" }).Clock(new FakeTimeProvider()).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2, 3);

        var settlement = await (drains ? running.DrainAsync(Timeout.InfiniteTimeSpan) : running.CompleteAsync()).Soon();

        Assert.Equal((3, 3), (settlement.Accepted, settlement.Acked));
        Assert.Equal([1, 2, 3], sink.Written.Order());
        Assert.All(sink.Batches, batch => Assert.Equal(BatchClosedBy.Flush, batch.ClosedBy));
    }

    private EmittingPipelineBuilder<int, TOut> Emitting<TOut>(int items, Func<int, IEnumerable<TOut>> outputsOf) =>
        engine.Pipeline().From(Enumerable.Range(0, items)).Consume<TOut>(2, (delivery, outputs, _) =>
        {
            foreach (var output in outputsOf(delivery.Item))
            {
                outputs.Emit(output);
            }

            return ValueTask.CompletedTask;
        });
}
