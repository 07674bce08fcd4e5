using AkkaPipeline.Consuming;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Fronting;

/// <summary>An item in the hands of a direct getter: settled once, by whoever comes first.</summary>
internal sealed class HeldItem<T>(FrontDoor<T> door, GrantedWork<T> work, int index, FailureHandling<T> failures)
{
    private const int Held = 0;
    private const int SettledByCaller = 1;
    private const int LeaseEnded = 2;

    private readonly long startedAt = failures.Time.GetTimestamp();
    private int state;

    public T Item { get; } = work.ItemAt(index);

    public string Id => work.IdAt(index);

    public long Sequence => work.SequenceAt(index);

    public int Attempt => work.AttemptAt(index);

    public GrantedWork<T> Work => work;

    public int Index => index;

    public string? Key => work.KeyAt(index);

    public IReadOnlyDictionary<string, string> Headers => work.HeadersAt(index);

    public Task AckAsync() => SettleAsync(Outcome.Acked, null, null);

    public Task FailAsync(Exception cause) => SettleAsync(Outcome.DeadLettered, cause, null);

    public Task DecideAsync(FailureOutcome decided) => SettleAsync(Outcome.DeadLettered, null, decided);

    public Task ReleaseAsync() => SettleAsync(Outcome.Released, null, null);

    public void Release()
    {
        if (Interlocked.CompareExchange(ref state, SettledByCaller, Held) == Held)
        {
            door.Tell(new FrontEndProtocol.SettleHeld<T>(this, Outcome.Released, null, null));
        }
    }

    /// <returns>Whether the item was still held.</returns>
    public bool EndLease() => Interlocked.CompareExchange(ref state, LeaseEnded, Held) == Held;

    private Task SettleAsync(Outcome outcome, Exception? cause, FailureOutcome? decided)
    {
        var before = Interlocked.CompareExchange(ref state, SettledByCaller, Held);
        if (before != Held)
        {
            return Task.FromException(new AlreadySettledException(before == LeaseEnded
                ? $"The lease of delivery {Id} has ended; the item was handed back."
                : $"Delivery {Id} is settled already: it was settled too many times."));
        }

        // The user's own rule for failures is asked here, on the caller's thread.
        var failed = outcome == Outcome.DeadLettered ? failures.Judge(work, index, cause, decided, startedAt) : null;
        return door.AskAsync<bool>(answer => new FrontEndProtocol.SettleHeld<T>(this, outcome, failed, answer));
    }
}
