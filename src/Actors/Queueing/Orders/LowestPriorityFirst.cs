namespace AkkaPipeline.Queueing.Orders;

/// <summary>The lowest priority first, ties by arrival.</summary>
internal sealed class LowestPriorityFirst : IReadyOrder
{
    private readonly PriorityQueue<ItemRun, (long Priority, long Sequence)> items = new();

    public long Count => items.Count;

    public long Bytes { get; private set; }

    public void Add(Chunk chunk) => Return(new ItemRun(chunk, 0, chunk.Count));

    public void Return(ItemRun run)
    {
        for (var index = run.Start; index < run.Start + run.Count; index++)
        {
            var priority = run.Chunk.Priorities?[index] ?? 0;
            items.Enqueue(new ItemRun(run.Chunk, index, 1), (priority, run.Chunk.FirstSequence + index));
        }

        Bytes += RunBytes.Of(run);
    }

    public GrantItems Take(int most)
    {
        var picked = new ItemRun[Math.Min(most, items.Count)];
        for (var index = 0; index < picked.Length; index++)
        {
            picked[index] = items.Dequeue();
            Bytes -= RunBytes.Of(picked[index]);
        }

        return new GrantItems(picked);
    }
}
