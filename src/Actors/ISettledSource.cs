namespace AkkaPipeline;

/// <summary>
/// A source that wants to hear what became of its items, to move an offset or to acknowledge a broker. Implement it
/// beside <see cref="IEnumerable{T}"/> or <see cref="IAsyncEnumerable{T}"/>. With a durable queue it hears of items once they
/// are safe in the queue's store, which answers for them from then on.
/// </summary>
public interface ISettledSource
{
    /// <summary>
    /// Tells that a run of items is settled (acked, dead-lettered or dropped). Runs come in any order; each item is in
    /// exactly one of them. Calls come one at a time, never while a previous one is running.
    /// </summary>
    /// <param name="first">Number of the run's first item, counted from 0 in the order the source yielded them.</param>
    /// <param name="count">How many items, at least 1.</param>
    /// <param name="watermark">All items with a smaller number are settled.</param>
    void OnSettled(long first, int count, long watermark);
}
