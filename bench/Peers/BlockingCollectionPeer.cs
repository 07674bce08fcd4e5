using System.Collections.Concurrent;
using AkkaPipeline.Bench.Measuring;

namespace AkkaPipeline.Bench.Peers;

/// <summary>A <see cref="BlockingCollection{T}"/> with a thread a consumer.</summary>
internal sealed class BlockingCollectionPeer<T>(int lapsPerRound) : ISubject<T>
{
    private const int Capacity = 65_536;

    public string Name => "blocking-collection";

    public SubjectKind Kind => SubjectKind.OtherItemWise;

    public int LapsPerRound { get; } = lapsPerRound;

    public async Task RunAsync(Workload<T> workload)
    {
        using var queue = new BlockingCollection<T>(Capacity);
        var pending = new PendingCounter();
        Task[] readers =
        [
            .. Enumerable.Range(0, MemoryScenario.Consumers).Select(_ => Task.Factory.StartNew(
                () => Read(queue, workload.Consume, pending),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)),
        ];

        foreach (T item in workload.Source)
        {
            pending.Put();
            queue.Add(item);
        }

        await pending.JoinAsync();
        queue.CompleteAdding();
        await Task.WhenAll(readers);
    }

    private static void Read(
        BlockingCollection<T> queue,
        Func<T, CancellationToken, ValueTask> consume,
        PendingCounter pending)
    {
        foreach (T item in queue.GetConsumingEnumerable())
        {
            ValueTask done = consume(item, CancellationToken.None);
            if (!done.IsCompletedSuccessfully)
                Finish(done);
            pending.Done();
        }
    }

    /// <summary>The consumer has a thread of its own, and blocking it is what this kind of queue is about.</summary>
#pragma warning disable RS0030
    private static void Finish(ValueTask done) => done.AsTask().Wait();
#pragma warning restore RS0030
}
