using Akka.Actor;
using AkkaPipeline.Host.Tests.Program;
using Xunit;

namespace AkkaPipeline.Host.Tests.Running;

/// <summary>Runs alone: it measures the memory of the process, in which other tests would have theirs.</summary>
[CollectionDefinition(nameof(StalledOutputTests), DisableParallelization = true)]
[Collection(nameof(StalledOutputTests))]
public sealed class StalledOutputTests : IDisposable
{
    private const int Lines = 1_000_000;
    private const int LineBytes = 300;
    private const int Capacity = 65_536;

    // Beside what is queued: outputs on their way to the sink, what consumers hold, what is read ahead of the queue.
    private const int AheadMax = 2 * Capacity;

    // All lines and their outputs would take 600 MB.
    private const long MemoryMax = 96L * 1024 * 1024;

    private readonly ActorSystem system = ActorSystem.Create("stalled-output");

    public void Dispose() => system.Dispose();

    [Fact]
    public async Task A_source_is_read_no_further_ahead_of_a_stalled_output_than_the_bounds_allow()
    {
        // What other tests have left alive is not this one's.
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var source = new CountedLines();
        var sink = new HeldSink();
        var running = await Pipeline.Create<byte[]>(system, "stalled")
            .From(source.Read())
            .Capacity(Capacity)
            .Consume<byte[]>(consumers: 4, (delivery, outputs, _) =>
            {
                outputs.Emit([.. delivery.Item]);
                return ValueTask.CompletedTask;
            })
            .To(sink)
            .StartAsync();

        for (int batches = 0; batches < 20; batches++)
        {
            await Patience.UntilAsync(() => source.Count >= sink.Written + Capacity, "the queue is full");
            long grown = GC.GetTotalMemory(forceFullCollection: true) - before;
            Assert.True(grown <= MemoryMax, $"After {batches} batches {grown:N0} bytes more are in use; allowed: {MemoryMax:N0}.");
            Assert.InRange(source.Count - sink.Written, 0, AheadMax);
            sink.Release(batches: 1);
        }

        sink.Release(batches: Lines);
        Settlement settlement = await running.CompleteAsync().AsTask().WaitAsync(Patience.Limit);

        Assert.Equal((Lines, Lines), (settlement.Accepted, settlement.Acked));
        Assert.Equal(Lines, sink.Written);
    }

    private sealed class CountedLines
    {
        private int count;

        public int Count => Volatile.Read(ref count);

        public IEnumerable<byte[]> Read()
        {
            while (count < Lines)
            {
                Interlocked.Increment(ref count);
                yield return new byte[LineBytes];
            }
        }
    }

    /// <summary>Writes a batch for each that has been released.</summary>
    private sealed class HeldSink : IBatchSink<byte[]>
    {
        private readonly SemaphoreSlim released = new(0);
        private int written;

        public int Written => Volatile.Read(ref written);

        public void Release(int batches) => released.Release(batches);

        public async ValueTask<BatchResult> WriteAsync(Batch<byte[]> batch, CancellationToken cancellationToken)
        {
            await released.WaitAsync(cancellationToken);
            Interlocked.Add(ref written, batch.Count);
            return BatchResult.Written;
        }
    }
}
