namespace AkkaPipeline.Queueing.Orders;

/// <summary>The newest first. Runs never overlap, so the run with the highest first number holds the newest item.</summary>
internal sealed class LastInFirstOut : IReadyOrder
{
    private readonly PriorityQueue<ItemRun, long> runs = new();

    public long Count { get; private set; }

    public long Bytes { get; private set; }

    public void Add(Chunk chunk) => Return(new ItemRun(chunk, 0, chunk.Count));

    public void Return(ItemRun run)
    {
        runs.Enqueue(run, -run.FirstSequence);
        Count += run.Count;
        Bytes += RunBytes.Of(run);
    }

    public GrantItems Take(int most)
    {
        var picked = new ItemRun[Math.Min(most, Count)];
        for (var index = 0; index < picked.Length; index++)
        {
            picked[index] = TakeNewest();
            Bytes -= RunBytes.Of(picked[index]);
        }

        Count -= picked.Length;
        return new GrantItems(picked);
    }

    private ItemRun TakeNewest()
    {
        var run = runs.Dequeue();
        if (run.Count > 1)
        {
            runs.Enqueue(run.First(run.Count - 1), -run.FirstSequence);
        }

        return run.From(run.Count - 1);
    }
}
