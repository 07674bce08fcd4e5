namespace AkkaPipeline.Queueing;

/// <summary>What the queue tells its store, in order: at most one a chunk, an outcome or a dead letter.</summary>
/// <param name="Number">From 1, one after the other, where the store keeps items: what is committed is said by it.</param>
internal abstract record QueueWrite(long Number)
{
    /// <summary>Items have been accepted.</summary>
    /// <param name="Number">See <see cref="QueueWrite"/>.</param>
    /// <param name="Run">The items; their chunk's payload.</param>
    /// <param name="BeginsRow">Whether they are the first that stay in the store alone, to be read back from here on.</param>
    public sealed record Accepted(long Number, ItemRun Run, bool BeginsRow = false) : QueueWrite(Number);

    /// <summary>Items have left the queue for good.</summary>
    /// <param name="Number">See <see cref="QueueWrite"/>.</param>
    /// <param name="Run">The items.</param>
    /// <param name="Dropped">Whether they were dropped; else they are acked.</param>
    public sealed record Settled(long Number, ItemRun Run, bool Dropped) : QueueWrite(Number);

    /// <summary>Items have failed for good.</summary>
    /// <param name="Number">See <see cref="QueueWrite"/>.</param>
    /// <param name="Run">The items.</param>
    /// <param name="Letter">What the store keeps, of one item; null where a dead-letter sink has written it.</param>
    public sealed record DeadLettered(long Number, ItemRun Run, object? Letter) : QueueWrite(Number);

    /// <summary>An item stands alone from now on: it waits for its time, or comes back from the dead letters.</summary>
    /// <param name="Number">See <see cref="QueueWrite"/>.</param>
    /// <param name="Item">The item, in a chunk of its own.</param>
    /// <param name="From">What it was before.</param>
    /// <param name="Due">When it is due, by the wall clock; null: at once.</param>
    /// <param name="Delay">How long it is to wait.</param>
    /// <param name="Attempts">Failed attempts since it was put or requeued.</param>
    /// <param name="History">All failed attempts.</param>
    public sealed record StandsAlone(
        long Number,
        ItemRun Item,
        Standing From,
        DateTimeOffset? Due,
        TimeSpan Delay,
        int Attempts,
        IReadOnlyList<FailedAttempt> History) : QueueWrite(Number);

    /// <summary>Everything in rows above a number is dropped.</summary>
    /// <param name="Number">See <see cref="QueueWrite"/>.</param>
    /// <param name="Above">The number.</param>
    /// <param name="Count">How many items that are.</param>
    public sealed record RowsDropped(long Number, long Above, long Count) : QueueWrite(Number);

    /// <summary>The oldest dead letter goes: it counts as dropped.</summary>
    /// <param name="Number">See <see cref="QueueWrite"/>.</param>
    public sealed record OldestDropped(long Number) : QueueWrite(Number);

    /// <summary>Items come back as they were granted: what they have put out for another queue is void.</summary>
    /// <param name="Number">See <see cref="QueueWrite"/>.</param>
    /// <param name="Run">The items.</param>
    public sealed record Returned(long Number, ItemRun Run) : QueueWrite(Number);

    /// <summary>What an item was before it stood alone.</summary>
    internal enum Standing
    {
        /// <summary>It is put, and has to wait from the start.</summary>
        Put,

        /// <summary>One of many in a row; its attempt has failed.</summary>
        InRow,

        /// <summary>It stood alone already; its attempt has failed.</summary>
        Alone,

        /// <summary>A dead letter.</summary>
        DeadLetter,
    }
}
