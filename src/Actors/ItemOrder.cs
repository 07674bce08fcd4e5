using AkkaPipeline.Queueing.Orders;

namespace AkkaPipeline;

/// <summary>The orders in which a queue can grant its items. Completion may differ: consumers work in parallel.</summary>
public static class ItemOrder
{
    /// <summary>The oldest first: the default.</summary>
    /// <typeparam name="T">The item.</typeparam>
    public static ItemOrder<T> FirstInFirstOut<T>() => new(() => new FirstInFirstOut(), null);

    /// <summary>The newest first.</summary>
    /// <typeparam name="T">The item.</typeparam>
    public static ItemOrder<T> LastInFirstOut<T>() => new(() => new LastInFirstOut(), null) { GoesWithKeys = false };

    /// <summary>The lowest priority first, ties by arrival.</summary>
    /// <typeparam name="T">The item.</typeparam>
    /// <param name="priority">The item's priority; read once, when the item is put.</param>
    public static ItemOrder<T> LowestFirst<T>(Func<T, long> priority)
    {
        ArgumentNullException.ThrowIfNull(priority);
        return new ItemOrder<T>(() => new LowestPriorityFirst(), priority);
    }
}

/// <summary>An order of granting; see <see cref="ItemOrder"/>.</summary>
/// <typeparam name="T">The item.</typeparam>
public sealed class ItemOrder<T>
{
    private readonly Func<IReadyOrder> create;

    internal ItemOrder(Func<IReadyOrder> create, Func<T, long>? priority)
    {
        this.create = create;
        PriorityOf = priority;
    }

    internal Func<T, long>? PriorityOf { get; }

    /// <summary>Whether keys can keep their order in it.</summary>
    internal bool GoesWithKeys { get; init; } = true;

    internal IReadyOrder Create() => create();
}
