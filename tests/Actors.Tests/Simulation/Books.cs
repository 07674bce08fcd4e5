using System.Runtime.CompilerServices;
using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>
/// What must be true, kept apart from the engine: each accepted item with where it stands, who holds it, how often and
/// why it ran. Told of every event before the engine acts on it, it throws when the engine does something else.
/// </summary>
internal sealed partial class Books(Plan plan, VirtualTime time)
{
    private readonly List<Entry> entries = [];
    private readonly SortedSet<(long First, long Second, int Index)> ready = [];
    private readonly PriorityQueue<Entry, (long Due, int Index)> schedule = new();
    private readonly Dictionary<long, GrantRecord> grants = [];
    private readonly Dictionary<ConsumerKey, HashSet<long>> held = [];
    private readonly Dictionary<ConsumerKey, long> settledUpTo = [];
    private readonly Dictionary<int, (int Incarnation, long AcceptedUpTo)> producers = [];
    private readonly HashSet<Chunk> chunks = new(ReferenceEqualityComparer.Instance);
    private QueueCounts counts;
    private bool dropping;
    private long freshQueued;

    public bool Released { get; private set; }

    public int Epoch { get; private set; } = 1;

    public IReadOnlyList<Entry> Entries => entries;

    /// <summary>When anything last became of an item.</summary>
    public long LastProgress { get; private set; }

    public long RulesChecked { get; private set; }

    public void Offered(ProducerKey producer, long number, Chunk chunk)
    {
        var known = producers.GetValueOrDefault(producer.Index, (Incarnation: 0, AcceptedUpTo: 0));
        if (known.Incarnation < producer.Incarnation)
        {
            known = (producer.Incarnation, 0);
        }

        if (Released || known.Incarnation != producer.Incarnation || known.AcceptedUpTo != number)
        {
            return;
        }

        Rule(chunks.Add(chunk), "a chunk was accepted twice");
        producers[producer.Index] = (known.Incarnation, number + chunk.Count);
        var typed = (Chunk<WorkItem>)chunk;
        for (var index = 0; index < chunk.Count; index++)
        {
            Accept(typed, index, producer, number + index);
        }

        Progress();
        DropIfDropping();
    }

    /// <summary>A producer is known by its highest incarnation, whoever of an older one still speaks.</summary>
    public void Heard(ProducerKey producer)
    {
        if (producers.GetValueOrDefault(producer.Index).Incarnation < producer.Incarnation)
        {
            producers[producer.Index] = (producer.Incarnation, 0);
        }
    }

    public void Granted(ConsumerKey consumer, long id, long request, GrantItems items, int asked)
    {
        if (grants.TryGetValue(id, out var known))
        {
            Rule(known.Consumer == consumer && known.Request == request && known.Count == items.Count,
                $"grant {id} was said again as another");
            return;
        }

        Rule(!dropping && !Released, $"grant {id} was made after the queue was emptied");
        Rule(items.Count > 0 && items.Count <= asked, $"grant {id} has {items.Count} items, {asked} were asked for");
        RuleThatGranting(items.Count, items.Parked);
        var taken = new int[items.Count];
        for (var index = 0; index < taken.Length; index++)
        {
            var entry = entries[(int)items.SequenceAt(index) - 1];
            TakeNext(entry, index == 0 ? null : entries[taken[index - 1]].Key, items.Parked);
            freshQueued -= entry.Fresh ? 1 : 0;
            entry.Granted(consumer, id);
            taken[index] = entry.Index;
        }

        RuleThatKeysMayRun(taken, items.Parked);
        grants.Add(id, new GrantRecord(consumer, request, taken, items.Parked)
        {
            Rate = UsedOf(rate),
            KeyRates = ratePerKey is null || items.Parked ? null : [.. taken.Select(index => UsedOf(entries[index].Key!.Rate))],
        });
        HeldBy(consumer).Add(id);
        counts = counts with { Queued = counts.Queued - taken.Length, InFlight = counts.InFlight + taken.Length };
        Progress();
    }

    /// <summary>User code starts on an item. Only a holder that the queue has given up may run what is not its own.</summary>
    public void Started(ConsumerKey consumer, long grantId, int index, long sequence, WorkItem item, bool givenUp)
    {
        var entry = entries[(int)sequence - 1];
        Rule(item == entry.Item, $"item {sequence} is {entry.Item} and ran as {item?.ToString() ?? "nothing"}: its chunk was reused");
        if (!givenUp && !Released)
        {
            Rule(entry.Standing == Standing.InFlight && entry.Holder == consumer && entry.GrantId == grantId,
                $"item {sequence} was started by {consumer} and is {entry.Standing} of {entry.Holder}");
            Rule(entry.Executions == 0 || entry.Excuse is not null, $"item {sequence} ran twice without a cause");
            RuleThatKeyIsInOrder(entry, grants[grantId], index);
        }

        entry.Started();
        Progress();
    }

    /// <summary>The user's code has come to its end.</summary>
    public void Ran(long sequence, bool succeeded)
    {
        var entry = entries[(int)sequence - 1];
        entry.Ran = true;
        entry.Succeeded = succeeded;
        Progress();
    }

    /// <summary>An item that was started may run again, and why.</summary>
    public void Excuse(long sequence, string cause) => entries[(int)sequence - 1].Excuse = cause;

    /// <returns>Whether the settlement has to be applied; null where it has to be ignored.</returns>
    public bool? Settled(ConsumerKey consumer, bool known, long number, int epoch, long grantId, OutcomeRun run)
    {
        if (known && number != settledUpTo.GetValueOrDefault(consumer) + 1)
        {
            return null;
        }

        var applies = known && epoch == Epoch && Released == false
            && grants.TryGetValue(grantId, out var grant) && grant.Consumer == consumer && !grant.GivenUp
            && AllInFlight(grant, grantId, run);
        if (known)
        {
            settledUpTo[consumer] = number;
        }

        if (!applies)
        {
            counts = counts with { Refused = counts.Refused + 1 };
            Rule(!plan.Calm, $"a settlement of {consumer} was refused though nothing is wrong");
            CodeReturned(consumer, grantId, run.From);
            return false;
        }

        Apply(consumer, grantId, grants[grantId], run);
        MoveWhatIsDue();
        DropIfDropping();
        return true;
    }

    public void ConsumerGone(ConsumerKey consumer)
    {
        settledUpTo.Remove(consumer);
        ReopenKeysOf(consumer);
        if (held.Remove(consumer, out var ids))
        {
            foreach (var id in ids)
            {
                Return(grants[id], id, $"{consumer} died");
            }
        }

        DropIfDropping();
    }

    /// <summary>Whether all that a consumer was granted is settled.</summary>
    public bool HoldsNothing(ConsumerKey consumer) => HeldBy(consumer).Count == 0;

    public void ReleaseAll()
    {
        Released = true;
        Epoch++;
        foreach (var entry in held.Values.SelectMany(ids => ids).SelectMany(id => InFlight(grants[id], id)))
        {
            entry.Standing = Standing.Released;
            counts = counts with { InFlight = counts.InFlight - 1, Released = counts.Released + 1 };
        }

        held.Clear();
        DropIfDropping();
        Progress();
    }

    public void Joined() => Rule(counts.Unfinished == 0, $"a join was answered with {counts.Unfinished} items unfinished");

    /// <summary>After every step: the queue counts what we count, its own books hold, and its bound does.</summary>
    public void Check(QueueState queue, long overdraft)
    {
        queue.VerifyInvariants();
        var now = queue.Counts;
        if (now != counts)
        {
            // What has just become due may be moved a moment later.
            var late = now.Scheduled - counts.Scheduled;
            Rule(now with { Scheduled = now.Scheduled - late, Queued = now.Queued + late } == counts, $"the queue counts {now}, it should be {counts}");
            Rule(late >= 0 && time.Now - lastDue <= DueLate, $"{late} items have been due since {lastDue} and wait still");
        }

        Rule(queue.Epoch == Epoch, "the epoch is another");
        Rule(plan.Capacity <= 0 || freshQueued + queue.CreditOutstanding <= plan.Capacity + overdraft,
            $"{freshQueued} queued and {queue.CreditOutstanding} allowed exceed the capacity of {plan.Capacity} (+{overdraft})");
        RuleThatHalts();
    }

    public void Rule(bool holds, string otherwise)
    {
        RulesChecked++;
        if (!holds)
        {
            throw new SimulationFailedException(otherwise);
        }
    }

    public void Rule(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] ref RuleText otherwise)
    {
        RulesChecked++;
        if (!holds)
        {
            throw new SimulationFailedException(otherwise.Written());
        }
    }

    public void Progress() => LastProgress = time.Now;

    private HashSet<long> HeldBy(ConsumerKey consumer)
    {
        if (!held.TryGetValue(consumer, out var ids))
        {
            held.Add(consumer, ids = []);
        }

        return ids;
    }

    private bool AllInFlight(GrantRecord grant, long grantId, OutcomeRun run)
    {
        for (var index = run.From; index < run.From + run.Count; index++)
        {
            if (index >= grant.Count || entries[grant.Items[index]] is not { Standing: Standing.InFlight } entry
                || entry.GrantId != grantId)
            {
                return false;
            }
        }

        return run.From >= 0 && run.Count > 0;
    }

    private IEnumerable<Entry> InFlight(GrantRecord grant, long grantId) => grant.Items.Select(index => entries[index])
        .Where(entry => entry.Standing == Standing.InFlight && entry.GrantId == grantId);
}
