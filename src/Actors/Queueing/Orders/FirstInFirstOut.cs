namespace AkkaPipeline.Queueing.Orders;

/// <summary>
/// The oldest first. What comes late stands apart: most of it (returned, requeued) is older than all that came in its turn,
/// but what was put for later and is due need not be.
/// </summary>
internal sealed class FirstInFirstOut : IReadyOrder
{
    private readonly Queue<ItemRun> fresh = new();
    private readonly PriorityQueue<ItemRun, long> late = new();
    private readonly List<ItemRun> picked = [];
    private ItemRun head;
    private long added;

    public long Count { get; private set; }

    public long Bytes { get; private set; }

    public bool IsByNumber => true;

    public void Add(ItemRun run)
    {
        if (run.FirstSequence <= added)
        {
            Return(run);
            return;
        }

        added = run.FirstSequence + run.Count - 1;
        fresh.Enqueue(run);
        Count += run.Count;
        Bytes += RunBytes.Of(run);
    }

    public void Return(ItemRun run)
    {
        late.Enqueue(run, run.FirstSequence);
        Count += run.Count;
        Bytes += RunBytes.Of(run);
    }

    public GrantItems Take(int most)
    {
        var items = IsLateNext() ? TakeLate(most) : new GrantItems(TakeFresh(most));
        Count -= items.Count;
        Bytes -= items.Bytes;
        return items;
    }

    public IEnumerable<ItemRun> All() =>
        late.UnorderedItems.Select(run => run.Element).Concat(head.Count > 0 ? [head] : []).Concat(fresh);

    public IReadOnlyList<ItemRun> TakeAll()
    {
        ItemRun[] all = [.. All()];
        late.Clear();
        late.TrimExcess();
        fresh.Clear();
        fresh.TrimExcess();
        head = default;
        (Count, Bytes) = (0, 0);
        return all;
    }

    public bool TryRemove(long sequence, out ItemRun removed) =>
        ReadyOrders.TryRemoveByRebuilding(this, sequence, out removed);

    public bool IsBefore(ItemRun one, ItemRun other) => one.FirstSequence < other.FirstSequence;

    private bool IsLateNext() => late.TryPeek(out _, out var first)
        && (head.Count > 0 ? first < head.FirstSequence : !fresh.TryPeek(out var next) || first < next.FirstSequence);

    /// <summary>One run; or items that came back one by one, as many as are wanted.</summary>
    private GrantItems TakeLate(int most)
    {
        var run = TakeLateRun(most);
        if (run.Count > 1 || most == 1 || !IsLateNext())
        {
            return new GrantItems(run);
        }

        picked.Clear();
        picked.Add(run);
        while (picked.Count < most && IsLateNext() && late.Peek().Count == 1)
        {
            picked.Add(late.Dequeue());
        }

        return GrantItems.Of(picked);
    }

    private ItemRun TakeLateRun(int most)
    {
        var run = late.Dequeue();
        if (run.Count <= most)
        {
            return run;
        }

        var rest = run.From(most);
        late.Enqueue(rest, rest.FirstSequence);
        return run.First(most);
    }

    private ItemRun TakeFresh(int most)
    {
        if (head.Count == 0)
        {
            head = fresh.Dequeue();
        }

        var run = head.Count <= most ? head : head.First(most);
        head = head.From(run.Count);
        return run;
    }
}
