using System.Diagnostics;
using AkkaPipeline.Fronting;
using AkkaPipeline.Telemetry;

namespace AkkaPipeline;

/// <summary>
/// An item got directly, the caller's to settle: acknowledge it, fail it, or dispose it to hand it back. One that is
/// collected unsettled is handed back too.
/// </summary>
/// <typeparam name="T">The item.</typeparam>
public sealed class LeasedDelivery<T> : IDisposable
{
    private readonly HeldItem<T> held;

    internal LeasedDelivery(HeldItem<T> held) => this.held = held;

    /// <summary>Hands an unsettled item back.</summary>
    ~LeasedDelivery() => held.Release();

    /// <summary>The item as it was put.</summary>
    public T Item => held.Item;

    /// <summary>Stable across attempts: the key for idempotent side effects.</summary>
    public string Id => held.Id;

    /// <summary>The number that the queue gave the item, from 1.</summary>
    public long Sequence => held.Sequence;

    /// <summary>Which attempt this is, from 1.</summary>
    public int Attempt => held.Attempt;

    /// <summary>The item's key, where the pipeline keeps an order by key; else null.</summary>
    public string? Key => held.Key;

    /// <summary>The headers it was put with; empty if there were none.</summary>
    public IReadOnlyDictionary<string, string> Headers => held.Headers;

    /// <summary>
    /// The trace of whoever put the item, from its headers (W3C Trace Context: <c>traceparent</c>, <c>tracestate</c>): the parent for an
    /// activity around the work on it, which is the caller's to begin. <c>default</c>, which makes no parent, where the headers are
    /// missing or cannot be read; it never throws.
    /// </summary>
    public ActivityContext TraceParent => TraceHeaders.ParentIn(held.Headers);

    /// <summary>The item is done (<c>task_done</c>). Completes when the queue has taken it.</summary>
    /// <exception cref="AlreadySettledException">It was settled before, or its lease has ended. Nothing has changed.</exception>
    public Task AckAsync() => Settled(held.AckAsync());

    /// <summary>
    /// The attempt has failed: the item is tried again or becomes a dead letter, as the pipeline's rule for failures and its
    /// retry policy say. Without a policy an item has one attempt.
    /// </summary>
    /// <param name="cause">Why.</param>
    /// <exception cref="AlreadySettledException">It was settled before, or its lease has ended. Nothing has changed.</exception>
    public Task FailAsync(Exception cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        return Settled(held.FailAsync(cause));
    }

    /// <summary>The item is to be tried again after a delay; this counts as an attempt, as <see cref="Delivery{T}.RetryAfter"/> says.</summary>
    /// <param name="delay">Zero or more.</param>
    /// <exception cref="AlreadySettledException">It was settled before, or its lease has ended. Nothing has changed.</exception>
    public Task RetryAfterAsync(TimeSpan delay) => Settled(held.DecideAsync(FailureOutcome.RetryAfter(delay)));

    /// <summary>The item is a dead letter; it is not tried again.</summary>
    /// <param name="reason">Why, in one line.</param>
    /// <exception cref="AlreadySettledException">It was settled before, or its lease has ended. Nothing has changed.</exception>
    public Task RejectAsync(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return Settled(held.DecideAsync(FailureOutcome.Reject(reason)));
    }

    /// <summary>Hands the item back; not counted as an attempt. Completes when the queue has taken it.</summary>
    /// <exception cref="AlreadySettledException">It was settled before, or its lease has ended. Nothing has changed.</exception>
    public Task ReleaseAsync() => Settled(held.ReleaseAsync());

    /// <summary>Hands the item back, if it is not settled; not counted as an attempt.</summary>
    public void Dispose()
    {
        held.Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>The finalizer must not hand back what is being settled.</summary>
    private Task Settled(Task settling)
    {
        GC.KeepAlive(this);
        return settling;
    }
}
