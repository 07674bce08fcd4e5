using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>
/// What must be true, kept apart from the engine: each accepted item with where it stands, who holds it, how often and
/// why it ran. Told of every event before the engine acts on it, it throws when the engine does something else.
/// </summary>
internal sealed class Books(Plan plan, VirtualTime time)
{
    private readonly List<Entry> entries = [];
    private readonly SortedSet<(long First, long Second, int Index)> ready = [];
    private readonly Dictionary<long, GrantRecord> grants = [];
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

    /// <summary>Queued items that were never granted: what the capacity bounds.</summary>
    public long FreshQueued => freshQueued;

    public long RulesChecked { get; private set; }

    public long KeptDeadLetters { get; private set; }

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
            var entry = new Entry(entries.Count, typed.Items[typed.Offset + index], producer, number + index);
            entries.Add(entry);
            ready.Add(Place(entry));
        }

        freshQueued += chunk.Count;
        counts = counts with { Accepted = counts.Accepted + chunk.Count, Queued = counts.Queued + chunk.Count };
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
        var held = new int[items.Count];
        for (var index = 0; index < held.Length; index++)
        {
            var sequence = items.SequenceAt(index);
            var entry = entries[(int)sequence - 1];
            Rule(ready.Count > 0 && ready.Min.Index == entry.Index,
                $"item {sequence} was granted ({entry.Standing}), though {(ready.Count > 0 ? ready.Min.Index + 1 : 0)} is next");
            ready.Remove(ready.Min);
            freshQueued -= entry.Fresh ? 1 : 0;
            entry.Granted(consumer, id);
            held[index] = entry.Index;
        }

        grants.Add(id, new GrantRecord(consumer, request, held));
        counts = counts with { Queued = counts.Queued - held.Length, InFlight = counts.InFlight + held.Length };
        Progress();
    }

    /// <summary>User code starts on an item. Only a holder that the queue has given up may run what is not its own.</summary>
    public void Started(ConsumerKey consumer, long grantId, long sequence, WorkItem item, bool givenUp)
    {
        var entry = entries[(int)sequence - 1];
        Rule(item == entry.Item, $"item {sequence} is {entry.Item} and ran as {item?.ToString() ?? "nothing"}: its chunk was reused");
        if (!givenUp && !Released)
        {
            Rule(entry.Standing == Standing.InFlight && entry.Holder == consumer && entry.GrantId == grantId,
                $"item {sequence} was started by {consumer} and is {entry.Standing} of {entry.Holder}");
            Rule(entry.Executions == 0 || entry.Excuse is not null, $"item {sequence} ran twice without a cause");
        }

        entry.Started();
        Progress();
    }

    public void Ran(long sequence)
    {
        entries[(int)sequence - 1].Ran = true;
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
            return false;
        }

        for (var index = run.From; index < run.From + run.Count; index++)
        {
            Settle(entries[grants[grantId].Items[index]], run.Outcome);
        }

        KeptDeadLetters += run.DeadLetter is null ? 0 : run.Count;
        Rule(KeptDeadLetters <= plan.DeadLettersMax, $"{KeptDeadLetters} dead letters are kept");
        DropIfDropping();
        return true;
    }

    public void ConsumerGone(ConsumerKey consumer)
    {
        settledUpTo.Remove(consumer);
        foreach (var entry in entries)
        {
            if (entry.Standing == Standing.InFlight && entry.Holder == consumer)
            {
                entry.Excuse = $"{consumer} died";
                Return(entry);
            }
        }

        foreach (var grant in grants.Values)
        {
            grant.GivenUp |= grant.Consumer == consumer;
        }

        DropIfDropping();
    }

    /// <summary>Whether all that a consumer was granted is settled.</summary>
    public bool HoldsNothing(ConsumerKey consumer) =>
        entries.All(entry => entry.Standing != Standing.InFlight || entry.Holder != consumer);

    public void ShutDown(bool immediate)
    {
        dropping |= immediate;
        DropIfDropping();
    }

    public void ReleaseAll()
    {
        Released = true;
        Epoch++;
        foreach (var entry in entries)
        {
            if (entry.Standing == Standing.InFlight)
            {
                entry.Standing = Standing.Released;
                counts = counts with { InFlight = counts.InFlight - 1, Released = counts.Released + 1 };
            }
        }

        DropIfDropping();
        Progress();
    }

    public void Joined() => Rule(counts.Unfinished == 0, $"a join was answered with {counts.Unfinished} items unfinished");

    /// <summary>After every step: the queue counts what we count, its own books hold, and its bound does.</summary>
    public void Check(QueueState queue, long overdraft)
    {
        queue.VerifyInvariants();
        Rule(queue.Counts == counts, $"the queue counts {queue.Counts}, it should be {counts}");
        Rule(queue.Epoch == Epoch, "the epoch is another");
        Rule(plan.Capacity <= 0 || freshQueued + queue.CreditOutstanding <= plan.Capacity + overdraft,
            $"{freshQueued} queued and {queue.CreditOutstanding} allowed exceed the capacity of {plan.Capacity} (+{overdraft})");
    }

    public void Rule(bool holds, string otherwise)
    {
        RulesChecked++;
        if (!holds)
        {
            throw new SimulationFailedException(otherwise);
        }
    }

    public void Progress() => LastProgress = time.Now;

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

    private void Settle(Entry entry, Outcome outcome)
    {
        if (outcome == Outcome.Released)
        {
            Return(entry);
            return;
        }

        Rule(entry.Ran, $"item {entry.Index + 1} is {outcome} and never ran to its end");
        entry.Standing = outcome == Outcome.Acked ? Standing.Acked : Standing.DeadLettered;
        counts = outcome == Outcome.Acked
            ? counts with { InFlight = counts.InFlight - 1, Acked = counts.Acked + 1 }
            : counts with { InFlight = counts.InFlight - 1, DeadLettered = counts.DeadLettered + 1 };
        Progress();
    }

    private void Return(Entry entry)
    {
        entry.Standing = Standing.Ready;
        ready.Add(Place(entry));
        counts = counts with { InFlight = counts.InFlight - 1, Queued = counts.Queued + 1 };
        Progress();
    }

    private void DropIfDropping()
    {
        if (!dropping && !Released)
        {
            return;
        }

        foreach (var place in ready)
        {
            var entry = entries[place.Index];
            freshQueued -= entry.Fresh ? 1 : 0;
            entry.Standing = Released ? Standing.Released : Standing.Dropped;
        }

        counts = Released
            ? counts with { Queued = 0, Released = counts.Released + ready.Count }
            : counts with { Queued = 0, Dropped = counts.Dropped + ready.Count };
        ready.Clear();
    }

    private (long First, long Second, int Index) Place(Entry entry) => plan.Order switch
    {
        GrantOrder.FirstInFirstOut => (entry.Index, 0, entry.Index),
        GrantOrder.LastInFirstOut => (-entry.Index, 0, entry.Index),
        _ => (entry.Item.Priority, entry.Index, entry.Index),
    };

    private sealed class GrantRecord(ConsumerKey consumer, long request, int[] items)
    {
        public ConsumerKey Consumer { get; } = consumer;

        public long Request { get; } = request;

        public int[] Items { get; } = items;

        public int Count => Items.Length;

        public bool GivenUp { get; set; }
    }
}
