using Xunit;

namespace AkkaPipeline.Tests.Semantics;

public sealed class ResizeSemanticsTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task S17_More_consumers_take_effect_on_a_running_pipeline()
    {
        var crowd = new Crowd();
        await using var running = await engine.Pipeline().Consume(1, crowd.WorkAsync).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 20));
        await crowd.HasAsync(1);

        await running.ResizeAsync(5).Soon();

        await crowd.HasAsync(5);
        Assert.Equal(5, (await running.Queue.HoldingsAsync().Soon()).Count);
        crowd.Leave.Open();
        Assert.Equal(20, (await running.CompleteAsync().Soon()).Acked);
    }

    [Fact]
    public async Task S17_Fewer_consumers_finish_what_they_have_and_nothing_is_run_twice()
    {
        var crowd = new Crowd();
        await using var running = await engine.Pipeline().Consume(8, crowd.WorkAsync).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 100));
        await crowd.HasAsync(8);

        var resized = running.ResizeAsync(2);

        await running.Queue.HasHeardAsync();
        Assert.False(resized.IsCompleted);
        crowd.Leave.Open();
        await resized.Soon();
        var settlement = await running.CompleteAsync().Soon();
        Assert.Equal((100, 100), (settlement.Accepted, settlement.Acked));
        Assert.Equal(Enumerable.Range(0, 100), crowd.Seen.Order());
    }

    [Fact]
    public async Task S17_After_a_resize_no_more_than_that_many_work()
    {
        var crowd = new Crowd();
        await using var running = await engine.Pipeline().Consume(6, crowd.WorkAsync).StartAsync().Soon();

        await running.ResizeAsync(2).Soon();

        await running.Queue.PutAllAsync(Enumerable.Range(0, 50));
        await crowd.HasAsync(2);
        Assert.Equal(
            ["consumer-0.1", "consumer-1.1"], (await running.Queue.HoldingsAsync().Soon()).Select(held => held.Holder).Order());
        crowd.Leave.Open();
        await running.Queue.JoinAsync().Soon();
        Assert.Equal(2, crowd.Most);
    }

    [Fact]
    public async Task S17_A_pool_that_shrinks_and_grows_under_load_runs_every_item_once()
    {
        var seen = new int[50_000];
        await using var running = await engine.Pipeline().From(Enumerable.Range(0, seen.Length)).Capacity(2_000)
            .Consume<string>(4, async (delivery, outputs, _) =>
            {
                Interlocked.Increment(ref seen[delivery.Item]);
                outputs.Emit("done");
                if (delivery.Item % 64 == 0)
                {
                    await Task.Yield();
                }
            }).Discarding().StartAsync().Soon();
        for (var resize = 0; resize < 20; resize++)
        {
            await running.ResizeAsync(1 + (resize * 7 % 12)).Soon();
        }

        var settlement = await running.CompleteAsync().Soon();

        Assert.Equal((seen.Length, seen.Length), (settlement.Accepted, settlement.Acked));
        Assert.All(seen, times => Assert.Equal(1, times));
    }

    [Fact]
    public async Task S17_A_resize_that_waits_ends_with_the_pipeline()
    {
        var crowd = new Crowd();
        await using var running = await engine.Pipeline().Consume(3, crowd.WorkAsync).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2, 3);
        await crowd.HasAsync(3);
        var resized = running.ResizeAsync(1);

        await running.DrainAsync(TimeSpan.Zero).Soon();

        await resized.Soon();
        await Assert.ThrowsAsync<InvalidOperationException>(() => running.ResizeAsync(7));
        crowd.Leave.Open();
    }

    [Fact]
    public async Task S17_A_consumer_may_resize_its_own_pool()
    {
        RunningPipeline<int>? running = null;
        running = await engine.Pipeline().Consume(3, async (_, _) => await running!.ResizeAsync(1)).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2, 3);

        Assert.Equal(3, (await running.CompleteAsync().Soon()).Acked);
    }

    [Fact]
    public async Task S17_A_pool_of_none_and_a_pipeline_without_a_pool_are_refused()
    {
        await using var running = await engine.Pipeline().Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => running.ResizeAsync(0));

        await using var queue = await engine.QueueAsync();
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => queue.ResizeAsync(2));
        Assert.Contains(queue.Name, thrown.Message);
    }

    /// <summary>Items that are worked on until they may leave.</summary>
    private sealed class Crowd
    {
        private readonly Lock gate = new();
        private readonly List<(int Wanted, TaskCompletionSource Has)> waiting = [];
        private int here;

        public Gate Leave { get; } = new();

        public List<int> Seen { get; } = [];

        public int Most { get; private set; }

        public Task HasAsync(int count)
        {
            var has = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (gate)
            {
                waiting.Add((count, has));
                TellWhoWaits();
            }

            return has.Task.Soon();
        }

        public async ValueTask WorkAsync(Delivery<int> delivery, CancellationToken cancellationToken)
        {
            lock (gate)
            {
                Seen.Add(delivery.Item);
                here++;
                Most = Math.Max(Most, here);
                TellWhoWaits();
            }

            await Leave.WaitAsync(cancellationToken);
            lock (gate)
            {
                here--;
            }
        }

        private void TellWhoWaits()
        {
            foreach (var (wanted, has) in waiting)
            {
                if (here >= wanted)
                {
                    has.TrySetResult();
                }
            }
        }
    }
}
