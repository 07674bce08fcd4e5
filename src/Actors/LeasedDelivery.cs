using AkkaPipeline.Fronting;

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

    /// <summary>The item is done (<c>task_done</c>). Completes when the queue has taken it.</summary>
    /// <exception cref="AlreadySettledException">It was settled before, or its lease has ended. Nothing has changed.</exception>
    public Task AckAsync()
    {
        var acked = held.AckAsync();

        // The finalizer must not hand back what is being acknowledged.
        GC.KeepAlive(this);
        return acked;
    }

    /// <summary>The item has failed for good: it becomes a dead letter.</summary>
    /// <param name="cause">Why.</param>
    /// <exception cref="AlreadySettledException">It was settled before, or its lease has ended. Nothing has changed.</exception>
    public Task FailAsync(Exception cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        var failed = held.FailAsync(cause);
        GC.KeepAlive(this);
        return failed;
    }

    /// <summary>Hands the item back, if it is not settled; not counted as an attempt.</summary>
    public void Dispose()
    {
        held.Release();
        GC.SuppressFinalize(this);
    }
}
