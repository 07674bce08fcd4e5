namespace AkkaPipeline;

/// <summary>An item as a consumer gets it.</summary>
/// <typeparam name="T">The item.</typeparam>
public readonly struct Delivery<T>
{
    private readonly Consuming.IDeliveryOrigin origin;
    private readonly int index;

    internal Delivery(T item, Consuming.IDeliveryOrigin origin, int index)
    {
        Item = item;
        this.origin = origin;
        this.index = index;
    }

    /// <summary>The item as it was put.</summary>
    public T Item { get; }

    /// <summary>
    /// Stable across attempts and unique across queues: the key for idempotent side effects. At-least-once delivery
    /// means that the same id can be seen twice.
    /// </summary>
    public string Id => origin.IdAt(index);

    /// <summary>The number that the queue gave the item, from 1, in the order of acceptance.</summary>
    public long Sequence => origin.SequenceAt(index);

    /// <summary>Which attempt this is, from 1.</summary>
    public int Attempt => origin.AttemptAt(index);
}
