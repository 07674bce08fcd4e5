namespace AkkaPipeline.Queueing.Orders;

/// <summary>
/// The items that wait to be granted, in the order in which they will be. A new order is a new implementation beside
/// these and a case in <see cref="ItemOrder"/>.
/// </summary>
internal interface IReadyOrder
{
    /// <summary>How many wait here.</summary>
    long Count { get; }

    /// <summary>How many of them may be granted now.</summary>
    long Ready => Count;

    long Bytes { get; }

    /// <summary>
    /// Whether what has come last goes last, so that it may stay in a store until what is before it has gone; else all
    /// has to be here.
    /// </summary>
    bool IsByNumber => false;

    /// <summary>The lowest number of those that wait; null: none does.</summary>
    long? Oldest => Count == 0 ? null : All().Min(static run => run.FirstSequence);

    /// <summary>When one that may not be granted now will be, by itself; null: none will.</summary>
    long? WakeAt => null;

    /// <summary>Adds items that were not granted since they were accepted, became due, or were requeued.</summary>
    void Add(ItemRun run);

    /// <summary>Takes items back that were granted before.</summary>
    void Return(ItemRun run);

    /// <summary>An item that was granted before, in an earlier run, is going to come back, or to leave.</summary>
    void Expect(ItemRun item)
    {
    }

    /// <summary>Items that were granted before have left for good.</summary>
    /// <param name="run">The items.</param>
    /// <param name="deadLettered">Whether they are dead letters.</param>
    void Left(ItemRun run, bool deadLettered)
    {
    }

    /// <summary>Removes the next items, at least 1 and at most <paramref name="most"/>; only when some are ready.</summary>
    GrantItems Take(int most);

    /// <summary>Time has passed: what has become ready by it is.</summary>
    void Wake(long now)
    {
    }

    /// <summary>Everything that waits, in no order.</summary>
    IEnumerable<ItemRun> All();

    /// <summary>Removes everything that waits.</summary>
    IReadOnlyList<ItemRun> TakeAll();

    /// <summary>Removes one item wherever it waits.</summary>
    bool TryRemove(long sequence, out ItemRun removed);

    /// <summary>Whether one item will be granted before another, both waiting.</summary>
    bool IsBefore(ItemRun one, ItemRun other);

    /// <summary>How many of those that wait will be granted before an item.</summary>
    long CountBefore(ItemRun item) => All().Sum(run => Enumerable.Range(0, run.Count)
        .LongCount(index => IsBefore(run.From(index).First(1), item)));
}

/// <summary>What orders have in common.</summary>
internal static class ReadyOrders
{
    /// <summary>Removes one item from runs, by taking all of them and putting the others back.</summary>
    public static bool TryRemoveByRebuilding(IReadyOrder order, long sequence, out ItemRun removed)
    {
        removed = default;
        if (!order.All().Any(run => run.Holds(sequence)))
        {
            return false;
        }

        foreach (var run in order.TakeAll())
        {
            if (!run.Holds(sequence))
            {
                order.Return(run);
                continue;
            }

            removed = run.Item(sequence);
            foreach (var rest in Around(run, sequence))
            {
                order.Return(rest);
            }
        }

        return true;
    }

    /// <summary>A run without one of its items.</summary>
    public static IEnumerable<ItemRun> Around(ItemRun run, long sequence)
    {
        var before = (int)(sequence - run.FirstSequence);
        if (before > 0)
        {
            yield return run.First(before);
        }

        if (before + 1 < run.Count)
        {
            yield return run.From(before + 1);
        }
    }
}
