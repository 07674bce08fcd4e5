using AkkaPipeline.Queueing;
using AkkaPipeline.Queueing.Orders;

namespace AkkaPipeline.Tests.Queueing;

/// <summary>A queue's core whose effects are noted.</summary>
internal sealed class RecordedQueue : IQueueEffects
{
    public RecordedQueue(QueueLimits limits, TimeProvider? time = null, IReadyOrder? order = null) =>
        State = new QueueState(limits, order ?? new FirstInFirstOut(), 1, this, time ?? TimeProvider.System);

    public QueueState State { get; }

    public Dictionary<ProducerKey, CreditStanding> Credits { get; } = [];

    public List<(ProducerKey Producer, long Version)> Recalls { get; } = [];

    public List<(ConsumerKey Consumer, long Id, long Request, GrantItems Items)> Grants { get; } = [];

    public List<(ConsumerKey Consumer, long Request, bool ShutDown)> Nothing { get; } = [];

    public List<long> Joins { get; } = [];

    public List<(ProducerKey Producer, long First, int Count)> SettledRuns { get; } = [];

    /// <summary>The dead letters, oldest first.</summary>
    public Queue<object> Kept { get; } = new();

    /// <summary>How many reasons were told, one entry a telling.</summary>
    public List<int> Stalls { get; } = [];

    public List<(ConsumerKey Consumer, long UpTo, Refusal[] Refused)> Taken { get; } = [];

    public void Credit(ProducerKey producer, CreditStanding standing) => Credits[producer] = standing;

    public void Recall(ProducerKey producer, long version) => Recalls.Add((producer, version));

    public void SettledRun(ProducerKey producer, long number, long first, int count) =>
        SettledRuns.Add((producer, first, count));

    public void Grant(ConsumerKey consumer, long id, long request, GrantItems items) => Grants.Add((consumer, id, request, items));

    public void Settled(ConsumerKey consumer, long upTo, IReadOnlyList<Refusal> refused) => Taken.Add((consumer, upTo, [.. refused]));

    public void TakeBack(ConsumerKey consumer, long grantId)
    {
    }

    public int HandBacks { get; private set; }

    public int Nudges { get; private set; }

    public void HandBack() => HandBacks++;

    public void NudgeSink() => Nudges++;

    public void NothingReady(ConsumerKey consumer, long request, bool shutDown) => Nothing.Add((consumer, request, shutDown));

    public List<(long Sequence, SuspectStanding Standing)> Suspected { get; } = [];

    public void Suspect(long sequence, SuspectStanding standing) => Suspected.Add((sequence, standing));

    /// <summary>What the store was told, where it keeps items.</summary>
    public List<QueueWrite> Writes { get; } = [];

    /// <summary>What the store was asked to read: alone, or rows.</summary>
    public List<(bool Alone, long After)> Reads { get; } = [];

    public List<long> DuplicateNumbers { get; } = [];

    public void Duplicates(ProducerKey producer, IReadOnlyList<long> numbers) => DuplicateNumbers.AddRange(numbers);

    public void Write(QueueWrite write)
    {
        Writes.Add(write);
        if (write is QueueWrite.DeadLettered { Letter: { } letter })
        {
            Kept.Enqueue(letter);
        }
        else if (write is QueueWrite.OldestDropped)
        {
            Kept.Dequeue();
        }
    }

    public List<(long Number, bool AtEnd)> Commits { get; } = [];

    public void CommitNow(long number, bool atEnd, bool last) => Commits.Add((number, atEnd));

    public void ReadAlone(long after) => Reads.Add((true, after));

    public void ReadRows(long after, int items, long bytes) => Reads.Add((false, after));

    public void Joined(long joinId) => Joins.Add(joinId);

    public void Quiet()
    {
    }

    public List<HaltRule> Halts { get; } = [];

    public List<(ConsumerKey Consumer, long GrantId, int Index)> Cancelled { get; } = [];

    public void Stalled(Stall stall) => Stalls.Add(stall.Reasons.Count);

    public void Halted(HaltRule rule) => Halts.Add(rule);

    public void CancelItem(ConsumerKey consumer, long grantId, int index) => Cancelled.Add((consumer, grantId, index));
}
