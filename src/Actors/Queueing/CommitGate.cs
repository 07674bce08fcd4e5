namespace AkkaPipeline.Queueing;

/// <summary>
/// What may be said only once the store has committed what it was told. Accepts and all the rest are committed apart: a
/// full disk keeps the first waiting, while outcomes still find room.
/// </summary>
/// <param name="tellSafe">Hears of a producer's items that are safe now: the first by its own number, and how many.</param>
internal sealed class CommitGate(Action<CreditBook.Account, long, int> tellSafe)
{
    // What an item costs in memory, beside its bytes, until it is written.
    private const int BytesOfAnItem = 16;

    private readonly Queue<(long Number, CreditBook.Account Account, long UpTo, int Count, long Bytes)> accepts = new();
    private readonly Queue<(long Number, Action Then)> rest = new();
    private long acceptsCommitted;
    private long restCommitted;

    /// <summary>The last number that was given to a write.</summary>
    public long Written { get; private set; }

    /// <summary>Bytes of accepted items that are not written yet.</summary>
    public long UncommittedBytes { get; private set; }

    private long Committed => Math.Min(acceptsCommitted, restCommitted);

    public long Next() => ++Written;

    /// <summary>A producer's items were accepted by the writes up to now.</summary>
    public void Confirm(CreditBook.Account account, Chunk chunk)
    {
        var bytes = chunk.Bytes + ((long)BytesOfAnItem * chunk.Count);
        UncommittedBytes += bytes;
        accepts.Enqueue((Written, account, account.AcceptedUpTo, chunk.Count, bytes));
        ConfirmAccepts();
    }

    /// <summary>Says something once everything that was written up to now is committed.</summary>
    public void Then(Action say)
    {
        if (Committed >= Written)
        {
            say();
        }
        else
        {
            rest.Enqueue((Written, say));
        }
    }

    /// <summary>The store has committed.</summary>
    /// <param name="acceptsUpTo">Accepts up to this number.</param>
    /// <param name="restUpTo">All else up to this number.</param>
    public void IsCommitted(long acceptsUpTo, long restUpTo)
    {
        acceptsCommitted = Math.Max(acceptsCommitted, acceptsUpTo);
        restCommitted = Math.Max(restCommitted, restUpTo);
        ConfirmAccepts();
        while (rest.TryPeek(out var one) && one.Number <= restCommitted)
        {
            rest.Dequeue();
            one.Then();
        }
    }

    private void ConfirmAccepts()
    {
        while (accepts.TryPeek(out var accept) && accept.Number <= acceptsCommitted)
        {
            accepts.Dequeue();
            UncommittedBytes -= accept.Bytes;
            accept.Account.ConfirmedUpTo = accept.UpTo;
            accept.Account.Answer = true;
            tellSafe(accept.Account, accept.UpTo - accept.Count, accept.Count);
        }
    }
}
