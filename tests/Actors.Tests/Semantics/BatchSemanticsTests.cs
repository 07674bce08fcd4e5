using AkkaPipeline.Tests.Scenarios;
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
