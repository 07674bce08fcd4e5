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

    public long? Oldest => IsLateNext()
        ? late.Peek().FirstSequence
        : head.Count > 0 ? head.FirstSequence : fresh.TryPeek(out var next) ? next.FirstSequence : null;

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

    /// <summary>Cuts the run that holds the item where it stands: the others stay as they are.</summary>
    public bool TryRemove(long sequence, out ItemRun removed)
    {
        if (head.Count > 0 && head.Holds(sequence))
        {
            removed = head.Item(sequence);
            CutHead(sequence);
        }
        else if (!TryRemoveLate(sequence, out removed) && !TryRemoveFresh(sequence, out removed))
        {
            return false;
        }

        Count--;
        Bytes -= RunBytes.Of(removed);
        return true;
    }

    public long CountBefore(ItemRun item) => All().Sum(run => Math.Clamp(item.FirstSequence - run.FirstSequence, 0, run.Count));

    public bool IsBefore(ItemRun one, ItemRun other) => one.FirstSequence < other.FirstSequence;

    private void CutHead(long sequence)
    {
        var before = (int)(sequence - head.FirstSequence);
        if (before > 0)
        {
            late.Enqueue(head.First(before), head.FirstSequence);
        }

        head = head.From(before + 1);
    }

    private bool TryRemoveLate(long sequence, out ItemRun removed)
    {
        removed = default;
        if (late.UnorderedItems.FirstOrDefault(run => run.Element.Holds(sequence)).Element is not { Count: > 0 } run)
        {
            return false;
        }

        late.Remove(run, out _, out _);
        removed = run.Item(sequence);
        foreach (var rest in ReadyOrders.Around(run, sequence))
        {
            late.Enqueue(rest, rest.FirstSequence);
        }

        return true;
    }

    private bool TryRemoveFresh(long sequence, out ItemRun removed)
    {
        removed = default;
        if (!fresh.Any(run => run.Holds(sequence)))
        {
            return false;
        }

        for (var left = fresh.Count; left > 0; left--)
        {
            var run = fresh.Dequeue();
            removed = run.Holds(sequence) ? run.Item(sequence) : removed;
            foreach (var rest in run.Holds(sequence) ? ReadyOrders.Around(run, sequence) : [run])
            {
                fresh.Enqueue(rest);
            }
        }

        return true;
    }

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
