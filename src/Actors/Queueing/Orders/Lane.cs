namespace AkkaPipeline.Queueing.Orders;

/// <summary>The items of one key that wait, oldest first, and whether the key may run.</summary>
internal sealed class Lane(string key)
{
    private Node? first;
    private Node? last;

    public string Key => key;

    public long Count { get; private set; }

    /// <summary>
    /// What keeps the lane closed: items granted or waiting for another attempt, and timed-out code that still runs.
    /// </summary>
    public int Out { get; set; }

    public LaneState State { get; set; }

    /// <summary>The number of the dead letter that halted or parked it.</summary>
    public long FailedSequence { get; set; }

    /// <summary>Of its rate limiter.</summary>
    public long RateState { get; set; }

    /// <summary>When its rate lets it go on; 0: now.</summary>
    public long WaitsUntil { get; set; }

    /// <summary>
    /// Since when it has waited for nothing but to be granted, its rate allowing it: what came due since, while timers were late,
    /// is made up for. 0: it has not.
    /// </summary>
    public long RateDueAt { get; set; }

    /// <summary>Whether it is kept only because it has used up some of its rate.</summary>
    public bool Remembered { get; set; }

    /// <summary>How many of its items are counted as ready.</summary>
    public long CountedReady { get; set; }

    /// <summary>The number of the item it stands in the order of lanes with; 0: it does not stand there.</summary>
    public long StandsWith { get; set; }

    /// <summary>The first item.</summary>
    public ItemRun Head => first!.Run.First(1);

    /// <summary>Whether its next item may be granted.</summary>
    public bool IsReady => Count > 0 && Out == 0 && State != LaneState.Halted && WaitsUntil == 0;

    /// <summary>Adds items in their place, which is mostly at the end, or at the beginning.</summary>
    public void Insert(ItemRun run)
    {
        Count += run.Count;
        if (first is null)
        {
            first = last = new Node(run);
        }
        else if (run.FirstSequence > last!.Run.FirstSequence)
        {
            Append(run);
        }
        else if (run.IsFollowedBy(first.Run))
        {
            first.Run = run with { Count = run.Count + first.Run.Count };
        }
        else if (run.FirstSequence < first.Run.FirstSequence)
        {
            first = new Node(run) { Next = first };
        }
        else
        {
            InsertBetween(run);
        }
    }

    /// <summary>Takes the first item.</summary>
    public ItemRun Take()
    {
        var item = first!.Run.First(1);
        first.Run = first.Run.From(1);
        Count--;
        if (first.Run.Count == 0)
        {
            first = first.Next;
            last = first is null ? null : last;
        }

        return item;
    }

    public IEnumerable<ItemRun> All()
    {
        for (var node = first; node is not null; node = node.Next)
        {
            yield return node.Run;
        }
    }

    public ItemRun[] TakeAll()
    {
        ItemRun[] all = [.. All()];
        first = last = null;
        Count = 0;
        return all;
    }

    private void Append(ItemRun run)
    {
        if (last!.Run.IsFollowedBy(run))
        {
            last.Run = last.Run with { Count = last.Run.Count + run.Count };
        }
        else
        {
            last = last.Next = new Node(run);
        }
    }

    private void InsertBetween(ItemRun run)
    {
        var before = first!;
        while (before.Next!.Run.FirstSequence < run.FirstSequence)
        {
            before = before.Next;
        }

        before.Next = new Node(run) { Next = before.Next };
    }

    private sealed class Node(ItemRun run)
    {
        public ItemRun Run { get; set; } = run;

        public Node? Next { get; set; }
    }
}

/// <summary>Whether a key's items may be granted.</summary>
internal enum LaneState
{
    Open,

    /// <summary>They wait until the key is resumed.</summary>
    Halted,

    /// <summary>They become dead letters until the key is resumed.</summary>
    Parked,
}
