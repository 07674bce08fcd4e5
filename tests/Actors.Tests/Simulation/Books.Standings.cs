using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Tests.Simulation;

/// <content>How an item goes from one standing to another.</content>
internal sealed partial class Books
{
    /// <summary>How late the queue may find that something is due.</summary>
    private const long DueLate = 2 * VirtualTime.Millisecond;

    private long lastDue;

    /// <summary>Dead letters that the queue keeps.</summary>
    public long KeptDeadLetters { get; private set; }

    /// <summary>What has become due is ready.</summary>
    public void MoveWhatIsDue()
    {
        while (schedule.TryPeek(out var entry, out var place) && place.Due <= time.Now)
        {
            schedule.Dequeue();
            if (entry.Standing != Standing.Scheduled || entry.DueAt != place.Due)
            {
                continue;
            }

            lastDue = place.Due;
            counts = counts with { Scheduled = counts.Scheduled - 1 };
            if (entry.BacksOff)
            {
                entry.BacksOff = false;
                LeaveKey(entry);
            }
            else
            {
                entry.Late = true;
            }

            MakeReady(entry);
        }
    }

    private void Accept(Chunk<WorkItem> chunk, int index, ProducerKey producer, long number)
    {
        var item = chunk.Items[chunk.Offset + index];
        Rule(item.Key == chunk.KeyAt(index), $"{item} has the key {chunk.KeyAt(index) ?? "none"}");
        Rule(item.Delay == 0 || chunk.HeadersAt(index).Count == 1, $"{item} has lost its headers");
        var entry = new Entry(entries.Count, item, producer, number, BookOf(item));
        entries.Add(entry);
        freshQueued++;
        counts = counts with { Accepted = counts.Accepted + 1 };
        var dueAt = chunk.DueAt(index);
        if (dueAt > time.Now)
        {
            Schedule(entry, dueAt);
        }
        else
        {
            MakeReady(entry);
        }
    }

    private void Apply(ConsumerKey consumer, long grantId, GrantRecord grant, OutcomeRun run)
    {
        for (var index = run.From; index < run.From + run.Count; index++)
        {
            var entry = entries[grant.Items[index]];
            counts = counts with { InFlight = counts.InFlight - 1 };
            grant.Unsettled--;
            CloseKeyWhileCodeRuns(entry, consumer, grantId, index, run.CodeRuns);
            if (run.NotStarted)
            {
                GiveBack(grant.Rate);
                GiveBack(grant.KeyRates?[index] ?? default);
            }

            Settle(entry, grant, run);
        }

        if (grant.Unsettled == 0)
        {
            HeldBy(consumer).Remove(grantId);
        }

        KeptDeadLetters += run.DeadLetter is null ? 0 : run.Count;
        Rule(plan.DropsOldestDeadLetter || KeptDeadLetters <= plan.DeadLettersMax, $"{KeptDeadLetters} dead letters are kept");
        Progress();
    }

    private static UsedRate UsedOf(RateBook? book) => new(book, book?.Version ?? 0);

    /// <summary>What comes back as it was granted has used up no rate, unless that was changed meanwhile.</summary>
    private static void GiveBack(UsedRate used)
    {
        if (used.Book is { } book && book.Version == used.Version)
        {
            book.GiveBack(1);
        }
    }

    private void Settle(Entry entry, GrantRecord grant, OutcomeRun run)
    {
        switch (run.Outcome)
        {
            case Outcome.Released:
                LeaveKey(entry);
                ComeBack(entry);
                break;
            case Outcome.Retried:
                TryAgain(entry, run);
                break;
            default:
                Rule(entry.Ran || grant.Parked, $"item {entry.Index + 1} is {run.Outcome} and never ran to its end");
                Rule(!grant.Parked || run.Outcome == Outcome.DeadLettered, $"item {entry.Index + 1} of a parked key is {run.Outcome}");
                End(entry, grant, run);
                break;
        }
    }

    private void End(Entry entry, GrantRecord grant, OutcomeRun run)
    {
        LeaveKey(entry);
        entry.SettledAt = time.Now;
        if (run.Outcome == Outcome.Acked)
        {
            Rule(entry.Succeeded, $"item {entry.Index + 1} failed and is done");
            entry.Standing = Standing.Acked;
            counts = counts with { Acked = counts.Acked + 1 };
            return;
        }

        entry.Standing = Standing.DeadLettered;
        counts = counts with { DeadLettered = counts.DeadLettered + 1 };
        failures++;
        if (!grant.Parked)
        {
            StopKey(entry);
        }

        if (run.DeadLetter is DeadLetteredItem<WorkItem> letter)
        {
            RuleThatLetterIsWhole(entry, letter, grant.Parked ? 0 : 1);
        }

        entry.History += grant.Parked ? 0 : 1;
    }

    private void RuleThatLetterIsWhole(Entry entry, DeadLetteredItem<WorkItem> letter, int more)
    {
        Rule(
            letter.Sequence == entry.Index + 1 && letter.Item == entry.Item && letter.Key == entry.Item.Key
                && letter.Headers.Count == (entry.Item.Delay == 0 ? 0 : 1),
            $"the dead letter of item {entry.Index + 1} is another's");
        Rule(
            letter.Attempts.Count == Math.Min(100, entry.History + more),
            $"the dead letter of item {entry.Index + 1} tells {letter.Attempts.Count} attempts, there were {entry.History + more}");
        Rule(
            letter.Cause != DeadLetterCause.AttemptsUsedUp || entry.Succeeded || entry.Attempts + 1 >= (plan.Retry?.MaxAttempts ?? 1),
            $"item {entry.Index + 1} is said to have used up its attempts, after {entry.Attempts + 1}");
        Rule(more > 0 || letter.Cause == DeadLetterCause.KeyParked, $"item {entry.Index + 1} of a parked key is a dead letter for {letter.Cause}");
    }

    private void TryAgain(Entry entry, OutcomeRun run)
    {
        var sequence = entry.Index + 1;
        Rule(run is { Count: 1, Retry: not null }, $"item {sequence} is retried with others");
        Rule(entry.Ran, $"item {sequence} is retried and never ran to its end");
        Rule(run.Retry!.Failed.Number == entry.Attempts + 1, $"attempt {run.Retry.Failed.Number} of item {sequence} failed, it was {entry.Attempts + 1}");
        entry.Attempts++;
        entry.History++;
        Rule(plan.Retry is null || entry.Attempts < plan.Retry.MaxAttempts, $"item {sequence} has had all its attempts and gets another");
        counts = counts with { Retried = counts.Retried + 1 };
        if (entry.CancelRequested)
        {
            LeaveKey(entry);
            Drop(entry);
            return;
        }

        entry.Excuse = "retried";
        entry.Late |= entry.Succeeded;
        entry.BacksOff = true;
        Schedule(entry, Timestamps.After(time, run.Retry.Delay));
    }

    private void Return(GrantRecord grant, long grantId, string why)
    {
        foreach (var entry in InFlight(grant, grantId))
        {
            counts = counts with { InFlight = counts.InFlight - 1 };
            entry.Excuse = why;
            entry.Late = true;
            LeaveKey(entry);
            ComeBack(entry);
        }

        grant.GivenUp = true;
    }

    private void ComeBack(Entry entry)
    {
        if (entry.CancelRequested)
        {
            Drop(entry);
        }
        else
        {
            MakeReady(entry);
        }
    }

    private void Drop(Entry entry)
    {
        entry.Standing = Standing.Dropped;
        entry.CancelRequested = false;
        counts = counts with { Dropped = counts.Dropped + 1 };
        Progress();
    }

    private void Schedule(Entry entry, long dueAt)
    {
        entry.Standing = Standing.Scheduled;
        entry.DueAt = dueAt;
        schedule.Enqueue(entry, (dueAt, entry.Index));
        counts = counts with { Scheduled = counts.Scheduled + 1 };
        Progress();
    }

    private void MakeReady(Entry entry)
    {
        entry.Standing = Standing.Ready;
        counts = counts with { Queued = counts.Queued + 1 };
        if (entry.Key is { } key)
        {
            key.Ready.Add(entry.Index);
            Look(key);
        }
        else
        {
            ready.Add(Place(entry));
        }

        Progress();
    }

    private void DropIfDropping()
    {
        if ((!dropping && !Released) || counts.Queued + counts.Scheduled == 0)
        {
            return;
        }

        IEnumerable<int> waiting = ready.Select(place => place.Index).Concat(keys.Values.SelectMany(key => key.Ready))
            .Concat(schedule.UnorderedItems.Where(IsScheduled).Select(scheduled => scheduled.Element.Index));
        foreach (var index in waiting.ToArray())
        {
            LetGo(entries[index]);
        }

        ready.Clear();
        schedule.Clear();
    }

    private static bool IsScheduled((Entry Entry, (long Due, int Index) Place) scheduled) =>
        scheduled.Entry.Standing == Standing.Scheduled && scheduled.Entry.DueAt == scheduled.Place.Due;

    /// <summary>An item that waits is dropped, or released at the end.</summary>
    private void LetGo(Entry entry)
    {
        TakeFromWaiting(entry);
        entry.Standing = Released ? Standing.Released : Standing.Dropped;
        counts = Released ? counts with { Released = counts.Released + 1 } : counts with { Dropped = counts.Dropped + 1 };
    }

    private void TakeFromWaiting(Entry entry)
    {
        freshQueued -= entry.Fresh ? 1 : 0;
        if (entry.Standing == Standing.Scheduled)
        {
            counts = counts with { Scheduled = counts.Scheduled - 1 };
            if (entry.BacksOff)
            {
                entry.BacksOff = false;
                LeaveKey(entry);
            }

            return;
        }

        counts = counts with { Queued = counts.Queued - 1 };
        if (entry.Key is { } key)
        {
            key.Ready.Remove(entry.Index);
            Look(key);
        }
        else
        {
            ready.Remove(Place(entry));
        }
    }

    private (long First, long Second, int Index) Place(Entry entry) => plan.Order switch
    {
        GrantOrder.FirstInFirstOut => (entry.Index, 0, entry.Index),
        GrantOrder.LastInFirstOut => (-entry.Index, 0, entry.Index),
        _ => (entry.Item.Priority, entry.Index, entry.Index),
    };
}
