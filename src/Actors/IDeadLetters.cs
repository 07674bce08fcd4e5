namespace AkkaPipeline;

/// <summary>
/// The dead letters that a pipeline keeps: list, requeue, drop. Thread-safe. After the end of the pipeline they can still
/// be listed; those of a durable one as they are in its store then. A pipeline that sends its dead letters to a sink keeps none: then nothing is listed, and nothing is found to
/// be requeued or dropped.
/// </summary>
/// <remarks>
/// A cancellation token cancels the wait for the answer, not what was asked for. With a durable queue the answer comes once what
/// was asked for is on disk: on a full one, when there is room.
/// <para>
/// A requeued item goes back to the queue under its id and sequence number, so that it is granted before what came after
/// it. Its attempts start anew at 1; the failed ones from before stay in its <see cref="DeadLetteredItem{T}.Attempts"/>,
/// should it fail again. It counts as queued, not as dead-lettered, and may exceed the queue's capacity. Its source,
/// which has heard that it was settled, hears nothing more of it.
/// </para>
/// <para>
/// While something is requeued or dropped by a filter, what becomes a dead letter meanwhile is not touched by it.
/// </para>
/// </remarks>
/// <typeparam name="T">The item.</typeparam>
public interface IDeadLetters<T>
{
    /// <summary>Lists dead letters, oldest first.</summary>
    /// <param name="filter">Which; null: all.</param>
    /// <param name="limit">How many at most, 1 or more.</param>
    /// <param name="after">The <see cref="DeadLetterPage{T}.Next"/> of the page before; null: from the start.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="ArgumentException"><paramref name="after"/> is not from a page.</exception>
    Task<DeadLetterPage<T>> ListAsync(
        DeadLetterFilter? filter = null, int limit = 100, string? after = null, CancellationToken cancellationToken = default);

    /// <summary>Finds one dead letter.</summary>
    /// <param name="id">The delivery's id.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>Null if none of this id is kept.</returns>
    Task<DeadLetteredItem<T>?> FindAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Counts dead letters.</summary>
    /// <param name="filter">Which; null: all.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    Task<long> CountAsync(DeadLetterFilter? filter = null, CancellationToken cancellationToken = default);

    /// <summary>Requeues one dead letter.</summary>
    /// <param name="id">The delivery's id.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>1, or 0 if none of this id is kept.</returns>
    /// <exception cref="QueueShutDownException">The queue takes no puts any more; the dead letter stays.</exception>
    Task<long> RequeueAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Requeues the dead letters that fit, oldest first, in groups of 1,024.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>How many.</returns>
    /// <exception cref="QueueShutDownException">The queue takes no puts any more; those that are not requeued stay.</exception>
    Task<long> RequeueAsync(DeadLetterFilter filter, CancellationToken cancellationToken = default);

    /// <summary>Requeues all dead letters, oldest first, in groups of 1,024.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>How many.</returns>
    /// <exception cref="QueueShutDownException">The queue takes no puts any more; those that are not requeued stay.</exception>
    Task<long> RequeueAllAsync(CancellationToken cancellationToken = default);

    /// <summary>Drops one dead letter: it counts as dropped, and is gone. Works until the pipeline has ended.</summary>
    /// <param name="id">The delivery's id.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>1, or 0 if none of this id is kept.</returns>
    /// <exception cref="QueueShutDownException">The pipeline has ended: its account is told.</exception>
    Task<long> DropAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Drops the dead letters that fit: they count as dropped, and are gone. Works until the pipeline has ended.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>How many.</returns>
    /// <exception cref="QueueShutDownException">The pipeline has ended: its account is told.</exception>
    Task<long> DropAsync(DeadLetterFilter filter, CancellationToken cancellationToken = default);

    /// <summary>Drops all dead letters: they count as dropped, and are gone. Works until the pipeline has ended.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>How many.</returns>
    /// <exception cref="QueueShutDownException">The pipeline has ended: its account is told.</exception>
    Task<long> DropAllAsync(CancellationToken cancellationToken = default);
}
