namespace AkkaPipeline.Storing;

/// <summary>
/// Where a queue keeps what must outlive its process. One caller at a time: the store's actor. A store that blocks does
/// so on a thread of its own, never on its caller's. Every implementation passes the same suite of tests.
/// </summary>
internal interface IQueueStore
{
    /// <summary>Opens the store, waits for its lock, and issues the epoch of this run.</summary>
    /// <exception cref="StoreException">It cannot be opened; the message says why, where, and what to do.</exception>
    ValueTask<StoreOpened> OpenAsync(string queue, CancellationToken cancellationToken);

    /// <summary>
    /// Makes a batch durable, all of it or nothing; returns once it is as safe as the store promises. The bytes of accepted items
    /// are the store's only until then.
    /// </summary>
    /// <exception cref="StoreFullException">There is no room: nothing of the batch is kept, and the store goes on.</exception>
    /// <exception cref="StoreException">Nothing of the batch is confirmed, and the store can no longer be used.</exception>
    ValueTask CommitAsync(StoreBatch batch, CancellationToken cancellationToken);

    /// <summary>
    /// The next rows of items, in the order of their numbers, with what is settled in them. A damaged row is moved aside,
    /// out of the count of what is left, and told as such.
    /// </summary>
    /// <param name="after">Rows whose first number is higher; 0: from the start.</param>
    /// <param name="items">Stops once this many unsettled items are read; a row is never cut.</param>
    /// <param name="bytes">Stops once this many bytes are read.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>Empty: there are no more.</returns>
    ValueTask<IReadOnlyList<StoredRow>> ReadRowsAsync(long after, int items, long bytes, CancellationToken cancellationToken);

    /// <summary>The items that stand alone (delayed, tried again, requeued), in the order of their numbers.</summary>
    /// <param name="after">Those of a higher number.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    ValueTask<IReadOnlyList<StoredItem>> ReadAloneAsync(long after, int limit, CancellationToken cancellationToken);

    /// <summary>The put ids that are remembered, oldest first.</summary>
    ValueTask<IReadOnlyList<StoredPutId>> ReadPutIdsAsync(CancellationToken cancellationToken);

    /// <summary>The first outputs of a handover that nobody has taken, in order. A damaged one is moved aside.</summary>
    ValueTask<IReadOnlyList<StoredHandover>> ReadHandoverAsync(string handover, int limit, CancellationToken cancellationToken);

    /// <summary>The first dead letters above a number that fit, oldest first.</summary>
    /// <param name="filter">Null: all.</param>
    /// <param name="after">0: from the start.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    ValueTask<IReadOnlyList<StoredDeadLetter>> ReadDeadLettersAsync(
        DeadLetterFilter? filter, long after, int limit, CancellationToken cancellationToken);

    /// <summary>How many dead letters fit; null: all.</summary>
    ValueTask<long> CountDeadLettersAsync(DeadLetterFilter? filter, CancellationToken cancellationToken);

    /// <summary>Lets everything go; what is committed stays, and its dead letters can still be read.</summary>
    ValueTask CloseAsync(CancellationToken cancellationToken);
}
