using System.Collections.Concurrent;
using System.Threading.Channels;
using Akka.Streams;
using Akka.Streams.Dsl;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

public sealed class SourcesTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    private const int Items = 20_000;

    private readonly ConcurrentBag<int> seen = [];

    [Fact]
    public async Task An_enumerable_is_read_to_its_end() =>
        await EveryItemComesOnceAsync(engine.Pipeline().From(Enumerable.Range(0, Items)));

    [Fact]
    public async Task An_asynchronous_enumerable_is_read_to_its_end() =>
        await EveryItemComesOnceAsync(engine.Pipeline().From(new CountedSource(Items).ReadAsync()));

    [Fact]
    public async Task A_channel_is_read_until_it_is_completed_and_empty()
    {
        var channel = Channel.CreateBounded<int>(100);
        var writing = Task.Run(async () =>
        {
            for (var item = 0; item < Items; item++)
            {
                await channel.Writer.WriteAsync(item);
            }

            channel.Writer.Complete();
        });

        await EveryItemComesOnceAsync(engine.Pipeline().From(channel.Reader));

        await writing.Soon();
    }

    [Fact]
    public async Task A_stream_is_read_to_its_end() =>
        await EveryItemComesOnceAsync(engine.Pipeline().From(Source.From(Enumerable.Range(0, Items))));

    [Fact]
    public async Task A_stream_is_pulled_no_further_than_the_capacity()
    {
        var gate = new Gate();
        var source = new CountedSource(5_000);
        await using var running = await engine.Pipeline()
            .From(Source.From(source.Read()))
            .Capacity(10)
            .Consume(1, async (_, cancellationToken) => await gate.WaitAsync(cancellationToken))
            .StartAsync().Soon();

        await running.Queue.UntilAsync(now => now.Queued == 10 && now.InFlight == 1);
        await running.Queue.HasHeardAsync();

        // The stream keeps a buffer of its own.
        Assert.InRange(source.Count, 11, 12 + 64);
        gate.Open();
        Assert.Equal(5_000, (await running.CompleteAsync().Soon()).Acked);
    }

    [Fact]
    public async Task Sources_of_all_kinds_and_direct_puts_feed_one_queue()
    {
        await using var running = await engine.Pipeline()
            .From(Enumerable.Range(0, 1_000))
            .From(Enumerable.Range(1_000, 1_000).ToAsyncEnumerable())
            .From(Source.From(Enumerable.Range(2_000, 1_000)))
            .Capacity(50)
            .Consume(3, (delivery, _) =>
            {
                seen.Add(delivery.Item);
                return ValueTask.CompletedTask;
            })
            .StartAsync().Soon();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(putter => Task.Run(
            () => running.Queue.PutAllAsync(Enumerable.Range(3_000 + 250 * putter, 250))))).Soon();

        var settlement = await running.CompleteAsync().Soon();

        Assert.Equal((4_000, 4_000), (settlement.Accepted, settlement.Acked));
        Assert.True(settlement.SourcesEnded);
        Assert.Equal(Enumerable.Range(0, 4_000), seen.Order());
    }

    [Fact]
    public async Task An_empty_source_completes_a_pipeline_of_nothing()
    {
        var settlement = await engine.Pipeline().From(Array.Empty<int>())
            .Consume(2, (_, _) => ValueTask.CompletedTask).RunToCompletionAsync().Soon();

        Assert.Equal((PipelineOutcome.Completed, 0L), (settlement.Outcome, settlement.Accepted));
    }

    [Fact]
    public async Task A_source_that_is_slow_does_not_hold_its_items_back()
    {
        var gate = new Gate();
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        async IAsyncEnumerable<int> Slow()
        {
            yield return 1;
            await gate.Opened;
            yield return 2;
        }

        var completing = engine.Pipeline().From(Slow()).Consume(1, (_, _) =>
        {
            arrived.TrySetResult();
            return ValueTask.CompletedTask;
        }).RunToCompletionAsync();

        await arrived.Task.Soon();
        gate.Open();
        Assert.Equal(2, (await completing.Soon()).Acked);
    }

    [Fact]
    public async Task A_source_that_blocks_its_reader_does_not_hold_its_items_back()
    {
        using var gate = new ManualResetEventSlim();
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        IEnumerable<int> Blocking()
        {
            for (var item = 0; item < 10_000; item++)
            {
                yield return item;
            }

            gate.Wait(TimeSpan.FromSeconds(30));
            yield return 10_000;
        }

        var consumed = 0;
        var completing = engine.Pipeline().From(Blocking()).Consume(1, (_, _) =>
        {
            if (Interlocked.Increment(ref consumed) == 10_000)
            {
                arrived.TrySetResult();
            }

            return ValueTask.CompletedTask;
        }).RunToCompletionAsync();

        await arrived.Task.Soon();
        gate.Set();
        Assert.Equal(10_001, (await completing.Soon()).Acked);
    }

    [Fact]
    public async Task A_stream_can_end_in_a_queue_and_is_held_back_while_it_is_full()
    {
        await using var running = await engine.QueueAsync(capacity: 3);
        var source = new CountedSource(100);
        var written = Source.From(source.Read()).RunWith(running.Queue.AsStreamSink(), engine.System.Materializer());
        await running.Queue.UntilAsync(now => now.Queued == 3);
        await running.Queue.HasHeardAsync();
        Assert.InRange(source.Count, 3, 4 + 16);
        Assert.False(written.IsCompleted);

        var taken = new List<int>();
        while (taken.Count < 100)
        {
            Assert.InRange((await running.Queue.CountsAsync().Soon()).Queued, 0, 3);
            taken.Add(await running.Queue.TakeAsync());
        }

        await written.Soon();
        Assert.Equal(Enumerable.Range(0, 100), taken);
    }

    [Fact]
    public async Task A_stream_into_a_queue_that_is_shut_down_fails()
    {
        await using var running = await engine.QueueAsync(capacity: 3);
        var written = Source.From(Enumerable.Range(0, 100)).RunWith(running.Queue.AsStreamSink(), engine.System.Materializer());
        await running.Queue.UntilAsync(now => now.Queued == 3);

        await running.Queue.ShutDownAsync().Soon();

        await Assert.ThrowsAnyAsync<Exception>(() => written.Soon());
        Assert.True(written.IsFaulted);
    }

    private async Task EveryItemComesOnceAsync(PipelineBuilder<int> pipeline)
    {
        var settlement = await pipeline.Capacity(500).Consume(3, (delivery, _) =>
        {
            seen.Add(delivery.Item);
            return ValueTask.CompletedTask;
        }).RunToCompletionAsync().Soon();

        Assert.Equal((Items, Items), (settlement.Accepted, settlement.Acked));
        Assert.Equal(PipelineOutcome.Completed, settlement.Outcome);
        Assert.True(settlement.SourcesEnded);
        Assert.Equal(Enumerable.Range(0, Items), seen.Order());
    }
}
