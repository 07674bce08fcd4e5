namespace AkkaPipeline.Queueing.Orders;

/// <summary>
/// The items that wait to be granted, in the order in which they will be. A new order is a new implementation beside
/// these and a case in <see cref="ItemOrder"/>.
/// </summary>
internal interface IReadyOrder
{
    long Count { get; }

    long Bytes { get; }

    /// <summary>Adds a chunk just accepted; its numbers are above all earlier ones.</summary>
    void Add(Chunk chunk);

    /// <summary>Takes items back that were granted before.</summary>
    void Return(ItemRun run);

    /// <summary>Removes the next items, at least 1 and at most <paramref name="most"/>; not to be called when empty.</summary>
    GrantItems Take(int most);
}
