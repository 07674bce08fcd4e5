namespace AkkaPipeline.Queueing;

/// <summary>
/// Who may offer how much. Credit is given in absolute numbers ("you may offer items below N"), so that a lost or
/// doubled message does no harm. What is queued plus what is allowed and not yet offered never exceeds the capacity.
/// </summary>
/// <param name="capacity">Items; 0 or less means unbounded.</param>
/// <param name="capacityBytes">Bytes, where the items' sizes are known.</param>
/// <param name="effects">Hears the credit.</param>
internal sealed class CreditBook(long capacity, long capacityBytes, IQueueEffects effects)
{
    private const long UnboundedWindow = 1L << 40;

    private readonly Dictionary<int, Account> accounts = [];
    private readonly Queue<Account> wanting = new();
    private readonly List<Account> served = [];
    private long outstanding;

    public bool ShutDown { get; private set; }

    private long BytesWindow => Math.Max(2, capacityBytes / (2 * Math.Max(1, accounts.Count)));

    /// <summary>Credit given and not used yet.</summary>
    public long Outstanding => outstanding;

    public Account? Find(ProducerKey producer) =>
        accounts.TryGetValue(producer.Index, out var account) && account.Key == producer ? account : null;

    /// <summary>Notes a demand; a new incarnation replaces the old one, an old one is ignored.</summary>
    public Account? Demand(ProducerKey producer, CreditDemand wants)
    {
        if (!accounts.TryGetValue(producer.Index, out var account) || account.Key.Incarnation < producer.Incarnation)
        {
            Remove(account);
            account = new Account(producer);
            accounts[producer.Index] = account;
        }

        if (account.Key != producer)
        {
            return null;
        }

        account.Wants = wants with
        {
            UpTo = wants.Ending ? wants.UpTo
                : account.Wants.Ending ? account.Wants.UpTo
                : Math.Max(wants.UpTo, account.Wants.UpTo),
            Ending = wants.Ending || account.Wants.Ending,
            WantsSettled = wants.WantsSettled || account.Wants.WantsSettled,
        };
        if (account.Wants.Ending)
        {
            Trim(account);
        }

        account.Answer |= wants.Probe > account.Probed;
        account.Probed = Math.Max(account.Probed, wants.Probe);
        StandInLine(account);
        return account;
    }

    public void Accepted(Account account, Chunk chunk)
    {
        var before = account.Unused;
        account.AcceptedUpTo += chunk.Count;
        account.AcceptedBytes += chunk.Bytes;
        account.AllowedUpTo = Math.Max(account.AllowedUpTo, account.AcceptedUpTo);
        account.Answer = true;
        outstanding += account.Unused - before;
    }

    public void Yield(ProducerKey producer, long version, long upTo)
    {
        if (Find(producer) is not { } account || !account.Recalled || account.Version != version)
        {
            return;
        }

        var before = account.Unused;
        account.Recalled = false;
        account.AllowedUpTo = Math.Clamp(upTo, account.AcceptedUpTo, account.AllowedUpTo);
        outstanding += account.Unused - before;
        StandInLine(account);
    }

    public void Remove(ProducerKey producer) => Remove(Find(producer));

    public void Close()
    {
        ShutDown = true;
        foreach (var account in accounts.Values)
        {
            account.Answer = true;
        }
    }

    /// <summary>
    /// Gives free room to those that want it, first come first served, and answers who is owed an answer. While some have
    /// an item in hand and no credit, the others, which would only keep it ready, are given none.
    /// </summary>
    public void Distribute(long queued, long queuedBytes)
    {
        var free = capacity <= 0 ? UnboundedWindow : Math.Max(0, capacity - queued - outstanding);
        var roomForBytes = queuedBytes < capacityBytes / 2;
        var starving = Starving();
        var sharing = starving > 0 ? starving : wanting.Count;
        for (var turns = wanting.Count; turns > 0; turns--)
        {
            var account = wanting.Dequeue();
            account.InLine = false;
            if (!account.Gone)
            {
                Serve(account, starving, ref free, ref sharing, roomForBytes);
            }
        }

        // Who was given something stands behind who was not.
        foreach (var account in served)
        {
            StandInLine(account);
        }

        served.Clear();
        foreach (var account in accounts.Values)
        {
            if (account.Answer)
            {
                Send(account);
            }
        }

        RecallForTheUrgent(queued);
    }

    /// <summary>Says again what may have been lost.</summary>
    public void Repeat()
    {
        foreach (var account in accounts.Values)
        {
            if (account.Recalled)
            {
                effects.Recall(account.Key, account.Version);
            }

            foreach (var run in account.SettledRuns.Unanswered)
            {
                effects.SettledRun(account.Key, run.Number, run.First, run.Count);
            }
        }
    }

    private void Serve(Account account, int starving, ref long free, ref int sharing, bool roomForBytes)
    {
        var none = 0L;
        var before = account.AllowedUpTo;
        if (starving > 0 && !account.Starves)
        {
            Give(account, ref none, 1, roomForBytes);
        }
        else
        {
            Give(account, ref free, sharing--, roomForBytes);
        }

        if (account.AllowedUpTo > before)
        {
            served.Add(account);
        }
        else
        {
            StandInLine(account);
        }
    }

    private void Give(Account account, ref long free, int turns, bool roomForBytes)
    {
        if (account.Recalled)
        {
            return;
        }

        var missing = account.Wants.UpTo - account.AllowedUpTo;
        var given = account.Wants.Ending ? missing
            : ShutDown ? 0
            : Math.Min(missing, free == 0 ? 0 : Math.Max(1, free / turns));
        if (given > 0)
        {
            var before = account.Unused;
            account.AllowedUpTo += given;
            outstanding += account.Unused - before;
            free = Math.Max(0, free - given);
            account.Answer = true;
        }

        var allowedBytes = account.AcceptedBytes + BytesWindow;
        if ((roomForBytes || account.Wants.Ending) && allowedBytes > account.AllowedBytes)
        {
            account.AllowedBytes = allowedBytes;
            account.Answer = true;
        }
    }

    private void Send(Account account)
    {
        account.Answer = false;
        if (!account.Recalled)
        {
            account.Version++;
        }

        effects.Credit(
            account.Key,
            new CreditStanding(
                account.Version, account.AcceptedUpTo, account.AllowedUpTo, account.AllowedBytes, account.Probed, ShutDown));
    }

    private void RecallForTheUrgent(long queued)
    {
        if (ShutDown || capacity <= 0 || queued >= capacity || Starving() == 0)
        {
            return;
        }

        foreach (var account in accounts.Values)
        {
            if (account.Unused > 0 && !account.Recalled && !account.Wants.Urgent)
            {
                account.Recalled = true;
                effects.Recall(account.Key, ++account.Version);
            }
        }
    }

    private int Starving()
    {
        var starving = 0;
        foreach (var account in wanting)
        {
            starving += account.Starves ? 1 : 0;
        }

        return starving;
    }

    private void StandInLine(Account account)
    {
        var misses = account.Wants.UpTo > account.AllowedUpTo
            || account.AllowedBytes - account.AcceptedBytes < BytesWindow / 2;
        if (misses && !account.InLine)
        {
            account.InLine = true;
            wanting.Enqueue(account);
        }
    }

    /// <summary>One that has ended offers nothing beyond what it had emitted: the rest of its credit is free.</summary>
    private void Trim(Account account)
    {
        var before = account.Unused;
        account.AllowedUpTo = Math.Max(account.AcceptedUpTo, Math.Min(account.AllowedUpTo, account.Wants.UpTo));
        outstanding += account.Unused - before;
    }

    private void Remove(Account? account)
    {
        if (account is null)
        {
            return;
        }

        outstanding -= account.Unused;
        account.Gone = true;
        accounts.Remove(account.Key.Index);
    }

    /// <summary>One producer's standing.</summary>
    internal sealed class Account(ProducerKey key)
    {
        public ProducerKey Key { get; } = key;

        public CreditDemand Wants { get; set; }

        public long AcceptedUpTo { get; set; }

        public long AllowedUpTo { get; set; }

        public long AcceptedBytes { get; set; }

        public long AllowedBytes { get; set; }

        public long Version { get; set; }

        /// <summary>The last probe heard.</summary>
        public long Probed { get; set; }

        public bool Recalled { get; set; }

        public bool Answer { get; set; }

        public bool InLine { get; set; }

        public bool Gone { get; set; }

        public Outbox<(long Number, long First, int Count)> SettledRuns { get; } = new();

        public long Unused => AllowedUpTo - AcceptedUpTo;

        /// <summary>It has an item in hand, and no credit for it.</summary>
        public bool Starves => Wants.Urgent && Unused == 0 && !Gone;
    }
}
