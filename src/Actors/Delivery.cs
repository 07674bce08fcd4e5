namespace AkkaPipeline;

/// <summary>
/// An item as a consumer gets it. Returning from the consumer means done, throwing means failed; <see cref="RetryAfter"/>,
/// <see cref="Reject"/> and <see cref="Release"/> say something else: call one and return. Of several calls the last holds.
/// </summary>
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

    /// <summary>The item's key, where the pipeline keeps an order by key; else null.</summary>
    public string? Key => origin.KeyAt(index);

    /// <summary>The headers it was put with; empty if there were none.</summary>
    public IReadOnlyDictionary<string, string> Headers => origin.HeadersAt(index);

    /// <summary>
    /// The item is to be tried again after a delay. This counts as an attempt: where there is a retry policy, the item is a
    /// dead letter once its attempts are used up; without one it is tried again as often as this is called.
    /// </summary>
    /// <param name="delay">Zero or more.</param>
    /// <exception cref="InvalidOperationException">The consumer has returned already, or works on another item.</exception>
    public void RetryAfter(TimeSpan delay) => origin.Decide(index, FailureOutcome.RetryAfter(delay));

    /// <summary>The item is a dead letter; it is not tried again.</summary>
    /// <param name="reason">Why, in one line.</param>
    /// <exception cref="InvalidOperationException">The consumer has returned already, or works on another item.</exception>
    public void Reject(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        origin.Decide(index, FailureOutcome.Reject(reason));
    }

    /// <summary>Hands the item back to the queue; not counted as an attempt. It is granted again in its turn, which may be at once.</summary>
    /// <exception cref="InvalidOperationException">The consumer has returned already, or works on another item.</exception>
    public void Release() => origin.Decide(index, FailureOutcome.Release);

    /// <summary>
    /// Pauses the whole pipeline for a while: what a consumer does that has learnt of a limit elsewhere, say from HTTP status
    /// 429 with Retry-After. What runs goes on; nothing more is started until then, and what consumers have not started they
    /// hand back. The item itself is settled as ever: call
    /// <see cref="RetryAfter"/> too.
    /// </summary>
    /// <param name="duration">More than zero. A later call replaces an earlier one.</param>
    /// <param name="reason">Why, in one line, of which 1,024 characters are kept.</param>
    public void PausePipeline(TimeSpan duration, string reason)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        origin.Pause(duration, reason);
    }
}
