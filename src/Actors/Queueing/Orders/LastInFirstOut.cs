namespace AkkaPipeline.Queueing.Orders;

/// <summary>The newest first. Runs never overlap, so the run with the highest first number holds the newest item.</summary>
internal sealed class LastInFirstOut : IReadyOrder
{
    private readonly PriorityQueue<ItemRun, long> runs = new();

    public long Count { get; private set; }

    public long Bytes { get; private set; }

    public void Add(ItemRun run) => Return(run);

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

    public IEnumerable<ItemRun> All() => runs.UnorderedItems.Select(run => run.Element);

    public IReadOnlyList<ItemRun> TakeAll()
    {
        ItemRun[] all = [.. All()];
        runs.Clear();
        (Count, Bytes) = (0, 0);
        return all;
    }

    public bool TryRemove(long sequence, out ItemRun removed) =>
        ReadyOrders.TryRemoveByRebuilding(this, sequence, out removed);

    public bool IsBefore(ItemRun one, ItemRun other) => one.FirstSequence > other.FirstSequence;

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
