using AkkaPipeline.Storing;

namespace AkkaPipeline.Queueing;

/// <summary>A grant and which of its items are settled. The common case, one settlement for all, keeps no bits.</summary>
internal sealed class InFlightGrant(long id, ConsumerDesk.Place holder, long request, GrantItems items, long grantedAt)
{
    private ulong[]? settled;

    public long Id { get; } = id;

    public ConsumerDesk.Place Holder { get; } = holder;

    public long Request { get; } = request;

    public GrantItems Items { get; } = items;

    /// <summary>Timestamp of the time provider.</summary>
    public long GrantedAt { get; } = grantedAt;

    public int Unsettled { get; private set; } = items.Count;

    /// <summary>The bytes of all its items, settled or not: they are held until the grant is done.</summary>
    public long Bytes { get; } = items.Bytes;

    /// <summary>The rate that it has used some of; null: none.</summary>
    public RateLimiter? Limiter { get; init; }

    /// <summary>The rate of each key that it has used some of; null: none.</summary>
    public RateLimiter? KeyLimiter { get; init; }

    /// <summary>When its tail was last asked for, or kept; null before, and after it gave something.</summary>
    public long? TakeBackAskedAt { get; set; }

    /// <summary>Whether its holder had nothing to give when it was last asked.</summary>
    public bool TakeBackKept { get; set; }

    /// <summary>How much longer than usual to wait before it is asked again: it has kept all before.</summary>
    public int TakeBackPatience { get; set; } = 1;

    /// <summary>Its place among those whose tail may be taken back, those that kept theirs last.</summary>
    public LinkedListNode<InFlightGrant>? Divisible { get; set; }

    /// <summary>Whether a settlement names items that exist and that are not settled yet.</summary>
    public bool CanSettle(OutcomeRun run)
    {
        if (run.From < 0 || run.Count <= 0 || run.Count > Items.Count - run.From)
        {
            return false;
        }

        for (var index = run.From; settled is not null && index < run.From + run.Count; index++)
        {
            if (IsSettled(index))
            {
                return false;
            }
        }

        return true;
    }

    public void Settle(OutcomeRun run)
    {
        Unsettled -= run.Count;
        if (Unsettled == 0)
        {
            return;
        }

        settled ??= SettledBits.For(Items.Count);
        SettledBits.SetRange(settled, run.From, run.From + run.Count);
    }

    /// <summary>The items not settled, as runs of the grant's chunks.</summary>
    public IEnumerable<ItemRun> UnsettledRuns()
    {
        if (Unsettled == 0)
        {
            yield break;
        }

        var from = 0;
        while (from < Items.Count)
        {
            if (IsSettled(from))
            {
                from++;
                continue;
            }

            var to = from + 1;
            while (to < Items.Count && !IsSettled(to))
            {
                to++;
            }

            foreach (var run in Items.Slice(from, to - from))
            {
                yield return run;
            }

            from = to;
        }
    }

    public long FirstUnsettledSequence()
    {
        var index = 0;
        while (index < Items.Count - 1 && IsSettled(index))
        {
            index++;
        }

        return Items.SequenceAt(index);
    }

    /// <summary>Where an item that is not settled stands in the grant; null if it does not.</summary>
    public int? IndexOfUnsettled(long sequence)
    {
        if (Items.Run is { } run)
        {
            return run.Holds(sequence) && !IsSettled((int)(sequence - run.FirstSequence)) ? (int)(sequence - run.FirstSequence) : null;
        }

        for (var index = 0; index < Items.Count; index++)
        {
            if (Items.SequenceAt(index) == sequence && !IsSettled(index))
            {
                return index;
            }
        }

        return null;
    }

    /// <summary>For the invariant's check: settled bits and the count agree.</summary>
    public bool CountsAgree() => Unsettled == Items.Count - SettledBits.Count(settled);

    private bool IsSettled(int index) => settled is not null && SettledBits.IsSet(settled, index);
}
