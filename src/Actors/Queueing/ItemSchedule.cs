namespace AkkaPipeline.Queueing;

/// <summary>
/// The items that wait until they are due: a heap's room (32 bytes an item) and nothing allocated an
/// item. Those due longest come out first, ties by sequence number.
/// </summary>
internal sealed class ItemSchedule
{
    // The room of fewer items than this is kept when they have gone.
    private const int CapacityKept = 1_024;

    private readonly PriorityQueue<ItemRun, (long Due, long Sequence)> waiting = new();

    public int Count => waiting.Count;

    public long Bytes { get; private set; }

    /// <summary>The timestamp at which the next item is due; null if none waits.</summary>
    public long? NextDue => waiting.TryPeek(out _, out var priority) ? priority.Due : null;

    /// <param name="run">One item.</param>
    /// <param name="dueAt">The timestamp from which it may be taken.</param>
    public void Add(ItemRun run, long dueAt)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(run.Count, 1);
        waiting.Enqueue(run, (dueAt, run.FirstSequence));
        Bytes += Orders.RunBytes.Of(run);
    }

    /// <summary>Takes the item that has been due longest, if one is due.</summary>
    public bool TryTake(long now, out ItemRun run)
    {
        if (waiting.TryPeek(out run, out var priority) && priority.Due <= now)
        {
            waiting.Dequeue();
            Taken(run);
            return true;
        }

        run = default;
        return false;
    }

    /// <summary>Takes an item whether it is due or not. Looks at all that wait.</summary>
    public bool Remove(long sequence, out ItemRun run)
    {
        foreach (var (item, priority) in waiting.UnorderedItems)
        {
            if (priority.Sequence == sequence)
            {
                waiting.Remove(item, out run, out _);
                Taken(run);
                return true;
            }
        }

        run = default;
        return false;
    }

    /// <summary>When an item is due; null if it does not wait here. Looks at all that wait.</summary>
    public long? DueOf(long sequence)
    {
        foreach (var (_, priority) in waiting.UnorderedItems)
        {
            if (priority.Sequence == sequence)
            {
                return priority.Due;
            }
        }

        return null;
    }

    /// <summary>How many items are due before a timestamp. Looks at all that wait.</summary>
    public int CountDueBefore(long timestamp)
    {
        var count = 0;
        foreach (var (_, priority) in waiting.UnorderedItems)
        {
            count += priority.Due < timestamp ? 1 : 0;
        }

        return count;
    }

    /// <summary>All that wait, in no order.</summary>
    public IEnumerable<ItemRun> All() => waiting.UnorderedItems.Select(one => one.Element);

    public void Clear()
    {
        waiting.Clear();
        waiting.TrimExcess();
        Bytes = 0;
    }

    // A burst that has gone does not leave its room behind.
    private void Taken(ItemRun run)
    {
        Bytes -= Orders.RunBytes.Of(run);
        if (waiting.Capacity > CapacityKept && waiting.Count < waiting.Capacity / 4)
        {
            waiting.TrimExcess();
        }
    }
}
