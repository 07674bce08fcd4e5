using System.Threading.Tasks.Dataflow;
using AkkaPipeline.Bench.Measuring;

namespace AkkaPipeline.Bench.Peers;

/// <summary>An <see cref="ActionBlock{T}"/>; its completion is the join.</summary>
internal sealed class DataflowPeer<T>(int lapsPerRound) : ISubject<T>
{
    private const int Capacity = 65_536;

    public string Name => "dataflow";

    public SubjectKind Kind => SubjectKind.OtherItemWise;

    public int LapsPerRound { get; } = lapsPerRound;

    public async Task RunAsync(Workload<T> workload)
    {
        var block = new ActionBlock<T>(
            item =>
            {
                ValueTask done = workload.Consume(item, CancellationToken.None);
                return done.IsCompletedSuccessfully ? Task.CompletedTask : done.AsTask();
            },
            new ExecutionDataflowBlockOptions
            {
                MaxDegreeOfParallelism = MemoryScenario.Consumers,
                BoundedCapacity = Capacity,
                SingleProducerConstrained = true,
                EnsureOrdered = false,
            });

        foreach (T item in workload.Source)
        {
            if (!block.Post(item))
                await block.SendAsync(item);
        }

        block.Complete();
        await block.Completion;
    }
}
