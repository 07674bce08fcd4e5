using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

/// <summary>A batch that gathers does not wait for outputs that could only come after it.</summary>
public sealed class StarvingSinkTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    private static readonly BatchOptions<int> Hundred = new() { ItemsMax = 100, TimeMax = TimeSpan.FromHours(1) };

    [Fact]
    public async Task One_key_with_all_the_items_flows_though_its_batch_is_never_full()
    {
        var sink = new RecordingSink<int>();
        await using var running = await engine.Pipeline().InOrderBy(_ => "all").Retry(2, RetryBackoff.None)
            .Consume<int>(2, Emit).To(sink, Hundred).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 99));
        await running.Queue.UntilAsync(now => now.Acked == 98);
        var waiting = running.Queue.JoinAsync();
        Assert.False(waiting.IsCompleted);

        await running.Queue.PutAsync(99).Soon();

        await running.Queue.UntilAsync(now => now.Acked >= 99);
        Assert.Equal(Enumerable.Range(0, 99), sink.Written.Take(99));
        Assert.Contains(sink.Batches, batch => batch.ClosedBy == BatchClosedBy.Ready);
    }

    [Fact]
    public async Task A_bound_of_dead_letters_below_the_batchs_size_holds_nobody_up()
    {
        await using var running = await engine.Pipeline().DeadLettersKept(5).Consume<int>(1, Emit)
            .To(new RecordingSink<int>(), Hundred).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 100));

        await running.Queue.UntilAsync(now => now.Acked >= 95);
    }

    [Fact]
    public async Task A_consumer_that_works_on_does_not_keep_the_others_from_flowing()
    {
        var gate = new Gate();
        await using var running = await engine.Pipeline().InOrderBy(item => item == 0 ? "slow" : "fast").Retry(2, RetryBackoff.None)
            .Consume<int>(2, async (delivery, outputs, _) =>
            {
                outputs.Emit(delivery.Item);
                await (delivery.Item == 0 ? gate.Opened : Task.CompletedTask);
            }).To(new RecordingSink<int>(), Hundred).StartAsync().Soon();

        await running.Queue.PutAllAsync(Enumerable.Range(0, 20));

        await running.Queue.UntilAsync(now => now.Acked >= 18);
        gate.Open();
    }

    [Fact]
    public async Task An_item_behind_such_a_batch_says_so()
    {
        var gate = new Gate();
        var writing = new Gate();
        await using var running = await engine.Pipeline().InOrderBy(_ => "all").Retry(2, RetryBackoff.None)
            .Consume<int>(2, Emit).To(
                new RecordingSink<int>(async _ =>
                {
                    writing.Open();
                    await gate.Opened;
                }),
                Hundred).StartAsync().Soon();
        await running.Queue.PutAllAsync(0, 1, 2);
        await writing.Opened;

        Assert.Contains("the sink has yet to write", (await running.ExplainAsync(3).Soon()).Text);
        gate.Open();
    }

    private static ValueTask Emit(Delivery<int> delivery, IOutputs<int> outputs, CancellationToken cancellationToken)
    {
        outputs.Emit(delivery.Item);
        return ValueTask.CompletedTask;
    }
}
