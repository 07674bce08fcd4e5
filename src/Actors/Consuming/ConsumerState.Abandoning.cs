using AkkaPipeline.Queueing;

namespace AkkaPipeline.Consuming;

/// <content>Code that does not return: its item is settled without it.</content>
internal sealed partial class ConsumerState
{
    private GivenUpItem? givenUp;

    /// <summary>
    /// An item's code was given up, and its runner may never come back: takes no more work, and hands back what still comes.
    /// The item's outcome will follow, as for any other.
    /// </summary>
    public void Abandon(long grantId, int index)
    {
        if (held.TryGetValue(grantId, out var grant))
        {
            givenUp = new GivenUpItem(grant.Epoch, grantId, index);
        }

        stopped = true;
        Retire();
    }

    /// <summary>
    /// The code has returned after all. Its outcome is sent behind the one that was given in its place: the queue refuses it,
    /// counts it, and opens the key that it had kept closed.
    /// </summary>
    public void ReturnedLate(Outcome outcome)
    {
        if (givenUp is { } item)
        {
            item.Late = outcome;
            SettleLate(item);
        }
    }

    private OutcomeRun MarkIfCodeRuns(long grantId, OutcomeRun run) =>
        givenUp is { IsSettled: false, Late: null } item && item.Is(grantId, run) ? run with { CodeRuns = true } : run;

    private void SettledGivenUp(long grantId, OutcomeRun run)
    {
        if (givenUp is { IsSettled: false } item && item.Is(grantId, run))
        {
            item.IsSettled = true;
            SettleLate(item);
        }
    }

    private void SettleLate(GivenUpItem item)
    {
        if (!item.IsSettled || item.Late is not { } outcome)
        {
            return;
        }

        link.Settle(item.Epoch, item.GrantId, new OutcomeRun(item.Index, 1, outcome));
        givenUp = null;
    }

    private sealed class GivenUpItem(int epoch, long grantId, int index)
    {
        public int Epoch => epoch;

        public long GrantId => grantId;

        public int Index => index;

        /// <summary>Whether it has been settled without its code.</summary>
        public bool IsSettled { get; set; }

        /// <summary>What its code has said at last.</summary>
        public Outcome? Late { get; set; }

        public bool Is(long grant, OutcomeRun run) => grant == grantId && run.From == index && run.Count == 1;
    }
}
