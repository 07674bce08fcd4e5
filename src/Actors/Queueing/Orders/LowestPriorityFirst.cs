namespace AkkaPipeline.Queueing.Orders;

/// <summary>The lowest priority first, ties by arrival.</summary>
internal sealed class LowestPriorityFirst : IReadyOrder
{
    private readonly PriorityQueue<ItemRun, (long Priority, long Sequence)> items = new();

    public long Count => items.Count;

    public long Bytes { get; private set; }

    public void Add(ItemRun run) => Return(run);

    public void Return(ItemRun run)
    {
        for (var index = run.Start; index < run.Start + run.Count; index++)
        {
            var item = new ItemRun(run.Chunk, index, 1);
            items.Enqueue(item, PlaceOf(item));
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

    public IEnumerable<ItemRun> All() => items.UnorderedItems.Select(run => run.Element);

    public IReadOnlyList<ItemRun> TakeAll()
    {
        ItemRun[] all = [.. All()];
        items.Clear();
        Bytes = 0;
        return all;
    }

    public bool TryRemove(long sequence, out ItemRun removed) =>
        ReadyOrders.TryRemoveByRebuilding(this, sequence, out removed);

    public bool IsBefore(ItemRun one, ItemRun other) => PlaceOf(one).CompareTo(PlaceOf(other)) < 0;

    private static (long Priority, long Sequence) PlaceOf(ItemRun item) =>
        (item.Chunk.Columns?.Priorities?[item.Start] ?? 0, item.FirstSequence);
}
