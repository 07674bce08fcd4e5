using AkkaPipeline.Queueing;

namespace AkkaPipeline.Tests.Simulation;

/// <content>What people, sinks and consumers tell the queue.</content>
internal sealed partial class Books
{
    private readonly PauseBook pauses = new(time);
    private RateBook? rate = plan.Rate is { } given ? new RateBook(given, time, RateLimiter.LateMax) : null;
    private Rate? ratePerKey = plan.RatePerKey;
    private long failures;
    private bool shutDown;
    private bool granting = true;
    private HaltRule? halted;

    public void Paused(string name, DateTimeOffset? until, bool endsByItself) => pauses.Set(name, until, endsByItself);

    public void Resumed(string? name) => pauses.End(name);

    public void Probed(string name, int items) => pauses.Allow(name, items);

    public void RateChanged(Rate? to)
    {
        if (to is null || rate is null)
        {
            rate = to is null ? null : new RateBook(to, time, RateLimiter.LateMax);
        }
        else
        {
            rate.Change(to);
        }
    }

    public void RatePerKeyChanged(Rate? to)
    {
        ratesKeys = true;
        ratePerKey = to;
        foreach (var key in keys.Values)
        {
            if (to is null || key.Rate is null)
            {
                key.Rate = to is null ? null : new RateBook(to, time, RateLimiter.LateMax);
            }
            else
            {
                key.Rate.Change(to);
            }
        }
    }

    public void ShutDown(bool immediate)
    {
        shutDown = true;
        dropping |= immediate;
        DropIfDropping();
    }

    public void StopsGranting() => granting = false;

    /// <returns>What the queue has to answer.</returns>
    public ItemCancellation Cancelled(long sequence)
    {
        if (sequence > entries.Count)
        {
            return ItemCancellation.NotFound;
        }

        var entry = entries[(int)sequence - 1];
        switch (entry.Standing)
        {
            case Standing.Ready or Standing.Scheduled:
                TakeFromWaiting(entry);
                Drop(entry);
                return ItemCancellation.Dropped;
            case Standing.InFlight:
                entry.CancelRequested = true;
                entry.Excuse = "cancelled";
                return ItemCancellation.Requested;
            default:
                return ItemCancellation.NotFound;
        }
    }

    /// <returns>Whether the queue has to take them.</returns>
    public bool Requeued(IReadOnlyList<Chunk> letters)
    {
        if (shutDown || Released || !granting)
        {
            return false;
        }

        foreach (var letter in letters)
        {
            var entry = entries[(int)letter.FirstSequence - 1];
            Rule(entry.Standing == Standing.DeadLettered, $"item {letter.FirstSequence} was requeued and is {entry.Standing}");
            entry.Attempts = 0;
            entry.Excuse = "requeued";
            entry.Late = true;
            entry.CancelRequested = false;
            KeptDeadLetters--;
            counts = counts with { DeadLettered = counts.DeadLettered - 1 };
            MakeReady(entry);
        }

        return true;
    }

    public void DeadLettersForgotten(long number)
    {
        KeptDeadLetters -= number;
        counts = counts with { DeadLettered = counts.DeadLettered - number, Dropped = counts.Dropped + number };
    }

    /// <summary>The store has let a dead letter go.</summary>
    public void LetterGone(long sequence) => entries[(int)sequence - 1].Standing = Standing.Dropped;

    public void Halted(HaltRule rule)
    {
        Rule(IsMet(rule), $"it halts {rule}, with {counts.Acked} done and {failures} failed");
        halted = rule;
        granting = false;
    }

    private void RuleThatGranting(int items, bool parked)
    {
        Rule(granting, "something was granted after that had ended");
        Rule(!plan.Halts.Any(IsMet), "something was granted after a rule for halting was met");
        Rule(pauses.Grants(items, counts: !parked), $"{items} items were granted during a pause");
        Rule(parked || rate?.Grants(items) != false, $"{items} items were granted, more than the rate allows");
    }

    private void RuleThatHalts() =>
        Rule(halted is not null || plan.Halts.Count == 0 || !plan.Halts.Any(IsMet), "a rule for halting is met, and it goes on");

    private bool IsMet(HaltRule rule)
    {
        var matched = rule.OnFailures ? failures : counts.Acked;
        return rule.Count is { } count
            ? matched >= count
            : counts.Acked + failures >= rule.After && matched * 100.0 >= rule.Percent * (counts.Acked + failures);
    }
}
