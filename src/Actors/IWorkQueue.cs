namespace AkkaPipeline;

/// <summary>
/// A work queue: put, get, acknowledge, join, as in <c>asyncio.Queue</c>. Thread-safe. It can feed a pool of consumers,
/// be used with direct gets, or both.
/// </summary>
/// <typeparam name="T">The item; null is refused.</typeparam>
public interface IWorkQueue<T>
{
    /// <summary>The queue's name.</summary>
    string Name { get; }

    /// <summary>Puts an item; waits while the queue is full.</summary>
    /// <param name="item">Not null.</param>
    /// <param name="cancellationToken">
    /// Cancels the wait for room: the item is then not in the queue. With a durable store it also cancels the wait for
    /// the put's confirmation; the outcome is then open: the item may be in the queue or not, and putting it again may
    /// double it.
    /// </param>
    /// <exception cref="QueueShutDownException">The queue has been shut down, or was while the put waited.</exception>
    ValueTask PutAsync(T item, CancellationToken cancellationToken = default);

    /// <summary>Puts an item with what is said of it; waits while the queue is full.</summary>
    /// <param name="item">Not null.</param>
    /// <param name="options">When it may be granted, its headers. Not null.</param>
    /// <param name="cancellationToken">As of the other put.</param>
    /// <exception cref="QueueShutDownException">The queue has been shut down, or was while the put waited.</exception>
    ValueTask PutAsync(T item, PutOptions options, CancellationToken cancellationToken = default);

    /// <summary>
    /// Puts an item once: while its id is remembered, a put with the same id changes nothing. Waits while the queue is full,
    /// and until the item is in it, as safe as its store promises. How many ids are remembered, and for how long, is set by
    /// <see cref="DurableOptions"/>; with a durable store also across restarts.
    /// </summary>
    /// <param name="item">Not null.</param>
    /// <param name="id">Compared letter by letter; at most 512 characters.</param>
    /// <param name="options">When it may be granted, its headers; null: nothing is said.</param>
    /// <param name="cancellationToken">As of the other puts; the put can be said again under the same id.</param>
    /// <returns>Whether this put was accepted, or an earlier one.</returns>
    /// <exception cref="QueueShutDownException">The queue has been shut down, or was while the put waited.</exception>
    ValueTask<PutOutcome> PutAsync(
        T item, string id, PutOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Puts an item if there is room now; with a durable store it waits until the item is as safe as the store promises.</summary>
    /// <returns>False if the queue is full.</returns>
    /// <exception cref="QueueShutDownException">The queue has been shut down, be it full or not.</exception>
    ValueTask<bool> TryPutAsync(T item, CancellationToken cancellationToken = default);

    /// <summary>Gets the next item; waits while there is none. Getters are served first come, first served.</summary>
    /// <param name="cancellationToken">Cancels the wait; an item on its way goes to the next getter.</param>
    /// <returns>The delivery: acknowledge it, or dispose it to hand the item back.</returns>
    /// <exception cref="QueueShutDownException">The queue has been shut down and is empty.</exception>
    ValueTask<LeasedDelivery<T>> GetAsync(CancellationToken cancellationToken = default);

    /// <summary>Gets the next item, on a lease: when it ends and the delivery is unsettled, the item is handed back.</summary>
    /// <param name="lease">How long the item may be held, more than zero.</param>
    /// <param name="cancellationToken">Cancels the wait; an item on its way goes to the next getter.</param>
    /// <exception cref="QueueShutDownException">The queue has been shut down and is empty.</exception>
    ValueTask<LeasedDelivery<T>> GetAsync(TimeSpan lease, CancellationToken cancellationToken = default);

    /// <summary>Gets the next item if there is one now.</summary>
    /// <returns>Null if the queue is empty, or others wait before.</returns>
    /// <exception cref="QueueShutDownException">The queue has been shut down and is empty.</exception>
    ValueTask<LeasedDelivery<T>?> TryGetAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Waits until every item that was accepted is settled. Completes at once on a fresh queue. While it waits, the log
    /// says every ten seconds who holds what; <see cref="HoldingsAsync"/> says it at any time.
    /// </summary>
    /// <exception cref="InvalidOperationException">A consumer of this pipeline asks: its item would wait for itself.</exception>
    Task<Settlement> JoinAsync(CancellationToken cancellationToken = default);

    /// <summary>Ends puts, waiting ones too; gets take what is left, then fail. Joins still wait for acknowledgements.</summary>
    /// <param name="immediate">Also drops what is queued (counted as dropped). A graceful shutdown can be raised to an
    /// immediate one, never back.</param>
    /// <param name="cancellationToken">Cancels the wait for the answer, not the shutdown.</param>
    Task ShutDownAsync(bool immediate = false, CancellationToken cancellationToken = default);

    /// <summary>The ledger at this moment.</summary>
    Task<QueueCounts> CountsAsync(CancellationToken cancellationToken = default);

    /// <summary>Who holds what: what a join waits for.</summary>
    Task<IReadOnlyList<Holding>> HoldingsAsync(CancellationToken cancellationToken = default);
}
