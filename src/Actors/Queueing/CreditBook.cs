namespace AkkaPipeline.Queueing;

/// <summary>
/// Who may offer how much. Credit is given in absolute numbers ("you may offer items below N"), so that a lost or
/// doubled message does no harm. What is queued plus what is allowed and not yet offered never exceeds the capacity.
/// </summary>
/// <param name="capacity">Items; 0 or less means unbounded.</param>
/// <param name="capacityBytes">Bytes, where the items' sizes are known.</param>
/// <param name="effects">Hears the credit.</param>
/// <param name="confirmsAtOnce">Whether what is accepted is as safe as it gets; else a commit confirms it.</param>
internal sealed class CreditBook(long capacity, long capacityBytes, IQueueEffects effects, bool confirmsAtOnce = true)
{
    private const long UnboundedWindow = 1L << 40;

    private readonly Dictionary<int, Account> accounts = [];
    private readonly Dictionary<int, Account> departed = [];
    private readonly Dictionary<int, int> incarnations = [];
    private readonly List<Account> wanting = [];
    private readonly List<Account> served = [];
    private long outstanding;

    public bool ShutDown { get; private set; }

    private long BytesWindow => Math.Max(2, capacityBytes / (2 * Math.Max(1, accounts.Count)));

    /// <summary>Credit given and not used yet.</summary>
    public long Outstanding => outstanding;

    public Account? Find(ProducerKey producer) =>
        accounts.TryGetValue(producer.Index, out var account) && account.Key == producer ? account : null;

    /// <summary>
    /// The account that hears what became of a producer's items: its own, or that of an incarnation which continues its
    /// numbers; where it has gone, that of whom may come after it.
    /// </summary>
    public Account? HearerOf(ProducerKey producer) =>
        (accounts.GetValueOrDefault(producer.Index) ?? departed.GetValueOrDefault(producer.Index)) is { } account
        && account.Key.Incarnation >= producer.Incarnation && account.ContinuesFrom <= producer.Incarnation
            ? account
            : null;

    /// <summary>
    /// Notes a demand; a new incarnation replaces the old one. An old one is ignored, and so is one that has gone: its
    /// numbers would start anew, and a late offer of it be taken twice.
    /// </summary>
    public Account? Demand(ProducerKey producer, CreditDemand wants)
    {
        if (incarnations.GetValueOrDefault(producer.Index) < producer.Incarnation)
        {
            Remove(accounts.GetValueOrDefault(producer.Index));
            incarnations[producer.Index] = producer.Incarnation;
            departed.Remove(producer.Index, out var before);
            Open(producer, wants.Continues ? before : null);
        }

        if (Find(producer) is not { } account)
        {
            return null;
        }

        Note(account, wants);
        account.Answer |= wants.Probe > account.Probed;
        account.Probed = Math.Max(account.Probed, wants.Probe);
        StandInLine(account);
        return account;
    }

    /// <summary>Opens an account; one that goes on where another left off hears what that has not heard.</summary>
    private void Open(ProducerKey producer, Account? before)
    {
        var account = before is null ? new Account(producer) { Answer = ShutDown } : before.Continued(producer);
        accounts[producer.Index] = account;
        foreach (var run in account.SettledRuns.Unanswered)
        {
            effects.SettledRun(producer, run.Number, run.First, run.Count);
        }
    }

    /// <summary>Demands may come late or twice: a larger one stands, until the producer ends and knows what is left.</summary>
    private void Note(Account account, CreditDemand wants)
    {
        var ending = wants.Ending || account.Wants.Ending;
        account.Wants = wants with
        {
            UpTo = wants.Ending ? wants.UpTo : ending ? account.Wants.UpTo : Math.Max(wants.UpTo, account.Wants.UpTo),
            Ending = ending,
            WantsSettled = wants.WantsSettled || account.Wants.WantsSettled,
        };
        if (ending)
        {
            TakeBackUnused(account, account.Wants.UpTo);
        }
    }

    public void Accepted(Account account, Chunk chunk)
    {
        var before = account.Unused;
        account.AcceptedUpTo += chunk.Count;
        account.AcceptedBytes += chunk.Bytes;
        account.AllowedUpTo = Math.Max(account.AllowedUpTo, account.AcceptedUpTo);
        account.Answer = true;
        account.ConfirmedUpTo = confirmsAtOnce ? account.AcceptedUpTo : account.ConfirmedUpTo;
        outstanding += account.Unused - before;
        StandInLine(account);
    }

    public void Yield(ProducerKey producer, long version, long upTo)
    {
        if (Find(producer) is not { } account || !account.Recalled || account.Version != version)
        {
            return;
        }

        account.Recalled = false;
        TakeBackUnused(account, upTo);
        StandInLine(account);
    }

    public void Remove(ProducerKey producer) => Remove(Find(producer));

    /// <summary>
    /// No more credit, but for what ending producers had emitted; what is unused is recalled. Once nothing is
    /// <see cref="Outstanding"/>, nothing more can come.
    /// </summary>
    public void Close()
    {
        ShutDown = true;
        foreach (var account in accounts.Values)
        {
            account.Answer = true;
            if (!account.Wants.Ending)
            {
                RecallUnused(account);
            }
        }
    }

    /// <summary>
    /// Gives free room to those that want it, first to those with an item in hand, else first come first served, and
    /// answers who is owed an answer.
    /// </summary>
    /// <param name="queued">Items that wait.</param>
    /// <param name="queuedBytes">Bytes that press.</param>
    /// <param name="isOpen">False: there is no room for now, whatever the capacity; but for what ending producers had emitted.</param>
    public void Distribute(long queued, long queuedBytes, bool isOpen = true)
    {
        if (wanting.Count > 0)
        {
            var free = !isOpen ? 0 : capacity <= 0 ? UnboundedWindow : Math.Max(0, capacity - queued - outstanding);
            var roomForBytes = isOpen && queuedBytes < capacityBytes / 2;
            if (AnyUrgent())
            {
                Give(urgent: true, ref free, roomForBytes);
            }

            Give(urgent: false, ref free, roomForBytes);
            StandInLineAgain();
        }

        foreach (var account in accounts.Values)
        {
            if (account.Answer)
            {
                Send(account);
            }
        }

        if (isOpen)
        {
            RecallForTheUrgent(queued);
        }
    }

    /// <summary>There is no room any more: credit that is not used yet is recalled.</summary>
    public void RecallAll()
    {
        foreach (var account in accounts.Values.Where(account => !account.Wants.Ending))
        {
            RecallUnused(account);
        }
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

    private void Give(bool urgent, ref long free, bool roomForBytes)
    {
        for (var index = 0; index < wanting.Count; index++)
        {
            var account = wanting[index];
            if (!account.Gone && !account.Served && (account.Wants.Urgent || !urgent))
            {
                Give(account, ref free, wanting.Count - index, roomForBytes);
            }
        }
    }

    /// <summary>Those that got nothing come before those that did; those that want nothing more leave.</summary>
    private void StandInLineAgain()
    {
        var kept = 0;
        for (var index = 0; index < wanting.Count; index++)
        {
            var account = wanting[index];
            account.InLine = !account.Gone && Misses(account);
            if (account.InLine && account.Served)
            {
                served.Add(account);
            }
            else if (account.InLine)
            {
                wanting[kept++] = account;
            }

            account.Served = false;
        }

        wanting.RemoveRange(kept, wanting.Count - kept);
        wanting.AddRange(served);
        served.Clear();
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
            account.Served = true;
            account.Answer = true;
        }

        var allowedBytes = account.AcceptedBytes + BytesWindow;
        if ((roomForBytes || account.Wants.Ending) && allowedBytes > account.AllowedBytes)
        {
            account.AllowedBytes = allowedBytes;
            account.Answer = true;
        }
    }

    private void TakeBackUnused(Account account, long upTo)
    {
        var before = account.Unused;
        account.AllowedUpTo = Math.Clamp(upTo, account.AcceptedUpTo, account.AllowedUpTo);
        outstanding += account.Unused - before;
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
                account.Version, account.AcceptedUpTo, account.AllowedUpTo, account.AllowedBytes, account.Probed, ShutDown)
            {
                ConfirmedUpTo = account.ConfirmedUpTo,
            });
    }

    private void RecallForTheUrgent(long queued)
    {
        if (ShutDown || capacity <= 0 || queued >= capacity || !AnyUrgent())
        {
            return;
        }

        foreach (var account in accounts.Values)
        {
            RecallUnused(account);
        }
    }

    private void RecallUnused(Account account)
    {
        if (account.Unused > 0 && !account.Recalled)
        {
            account.Recalled = true;
            effects.Recall(account.Key, ++account.Version);
        }
    }

    private bool AnyUrgent()
    {
        foreach (var account in wanting)
        {
            if (account.Wants.Urgent && account.Unused == 0 && !account.Gone)
            {
                return true;
            }
        }

        return false;
    }

    private void StandInLine(Account account)
    {
        if (!account.InLine && Misses(account))
        {
            account.InLine = true;
            wanting.Add(account);
        }
    }

    private bool Misses(Account account) =>
        account.Wants.UpTo > account.AllowedUpTo || account.AllowedBytes - account.AcceptedBytes < BytesWindow / 2;

    private void Remove(Account? account)
    {
        if (account is null)
        {
            return;
        }

        outstanding -= account.Unused;
        account.Gone = true;
        accounts.Remove(account.Key.Index);
        departed[account.Key.Index] = account;
    }

    /// <summary>One producer's standing.</summary>
    internal sealed class Account(ProducerKey key)
    {
        public ProducerKey Key { get; } = key;

        /// <summary>The first incarnation of those whose numbers it continues; its own where it began anew.</summary>
        public int ContinuesFrom { get; private init; } = key.Incarnation;

        public CreditDemand Wants { get; set; }

        public long AcceptedUpTo { get; set; }

        /// <summary>What is accepted, and as safe as the store promises.</summary>
        public long ConfirmedUpTo { get; set; }

        public long AllowedUpTo { get; set; }

        public long AcceptedBytes { get; set; }

        public long AllowedBytes { get; set; }

        public long Version { get; set; }

        /// <summary>The last probe heard.</summary>
        public long Probed { get; set; }

        public bool Recalled { get; set; }

        public bool Answer { get; set; }

        public bool InLine { get; set; }

        /// <summary>It has been given items in this round.</summary>
        public bool Served { get; set; }

        public bool Gone { get; set; }

        public Outbox<(long Number, long First, int Count)> SettledRuns { get; private init; } = new();

        public long Unused => AllowedUpTo - AcceptedUpTo;

        /// <summary>An account for whom goes on in the place of one that has gone, to be told how far that had come.</summary>
        public Account Continued(ProducerKey by) => new(by)
        {
            ContinuesFrom = ContinuesFrom,
            Wants = new CreditDemand(0, WantsSettled: Wants.WantsSettled),
            AcceptedUpTo = AcceptedUpTo,
            ConfirmedUpTo = ConfirmedUpTo,
            AllowedUpTo = AcceptedUpTo,
            AcceptedBytes = AcceptedBytes,
            AllowedBytes = AcceptedBytes,
            SettledRuns = SettledRuns,
            Answer = true,
        };
    }
}
