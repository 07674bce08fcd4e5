namespace AkkaPipeline.Consuming;

/// <summary>
/// The cancellation of a runner's code: of everything, when the pipeline ends, or of the item at hand. One source serves
/// all items until it has been used.
/// </summary>
internal sealed class RunCancellation
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource all = new();
    private CancellationTokenSource item = new();
    private object? work;
    private int index;
    private bool itemCancelled;

    /// <summary>Cancelled when nothing is to be run any more.</summary>
    public CancellationToken All => all.Token;

    /// <summary>For the item at hand.</summary>
    public CancellationToken Token => item.Token;

    public bool IsCancelled => all.IsCancellationRequested;

    /// <summary>An item begins, or goes on, and perhaps others after it before the next call.</summary>
    /// <returns>
    /// True if a cancellation was meant for an item before it, and may have been heard by this one, which had the same token.
    /// </returns>
    public bool Begin(object workAtHand, int itemAtHand)
    {
        lock (gate)
        {
            var goesOn = ReferenceEquals(work, workAtHand) && index == itemAtHand;
            (work, index) = (workAtHand, itemAtHand);
            var strayed = itemCancelled && !goesOn;
            if (strayed)
            {
                // It came too late for its item.
                Renew();
            }

            return strayed;
        }
    }

    /// <summary>Whether the item was cancelled; the next one gets a token of its own.</summary>
    public bool EndCancelled(object workAtHand, int itemAtHand)
    {
        lock (gate)
        {
            var cancelled = itemCancelled && ReferenceEquals(work, workAtHand) && index == itemAtHand;
            if (itemCancelled)
            {
                Renew();
            }

            return cancelled;
        }
    }

    public void CancelAll()
    {
        _ = all.CancelAsync();
        lock (gate)
        {
            // What the user's code has registered runs on the pool, not here.
            _ = item.CancelAsync();
        }
    }

    public void CancelItem(object workAtHand, int itemAtHand)
    {
        lock (gate)
        {
            if (ReferenceEquals(work, workAtHand) && index == itemAtHand && !itemCancelled)
            {
                itemCancelled = true;
                _ = item.CancelAsync();
            }
        }
    }

    private void Renew()
    {
        itemCancelled = false;
        item = new CancellationTokenSource();
        if (all.IsCancellationRequested)
        {
            item.Cancel();
        }
    }
}
