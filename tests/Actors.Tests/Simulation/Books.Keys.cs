using AkkaPipeline.Queueing;

namespace AkkaPipeline.Tests.Simulation;

/// <content>The order of keys: of each one grant at a time, in order, also across retries.</content>
internal sealed partial class Books
{
    private readonly Dictionary<string, KeyBook> keys = [];
    private readonly SortedSet<(long Priority, int Index)> line = [];
    private readonly Dictionary<(ConsumerKey Consumer, long GrantId, int Index), KeyBook> closed = [];
    private bool ratesKeys = plan.RatePerKey is not null;

    public IEnumerable<KeyBook> StoppedKeys => keys.Values.Where(key => key.Stands != KeyStands.Open);

    /// <summary>A living consumer's code is at an item, or no longer.</summary>
    public void AtHand(long sequence, int more)
    {
        if (entries[(int)sequence - 1].Key is { } key)
        {
            key.Running += more;
        }
    }

    public string? KeyAt(long grantId, int index) => entries[grants[grantId].Items[index]].Key?.Name;

    /// <returns>Whether the key was halted or parked.</returns>
    public bool KeyResumed(string name)
    {
        if (!keys.TryGetValue(name, out var key) || key.Stands == KeyStands.Open)
        {
            return false;
        }

        key.Stands = KeyStands.Open;
        Look(key);
        return true;
    }

    /// <summary>Code that was given up has returned: it says so by a settlement that comes too late.</summary>
    private void CodeReturned(ConsumerKey consumer, long grantId, int index)
    {
        if (closed.Remove((consumer, grantId, index), out var key))
        {
            key.Held--;
            Look(key);
        }
    }

    private KeyBook? BookOf(WorkItem item)
    {
        if (item.Key is null)
        {
            return null;
        }

        if (!keys.TryGetValue(item.Key, out var key))
        {
            keys.Add(item.Key, key = new KeyBook(item.Key) { Rate = ratePerKey is { } rate ? new RateBook(rate, time, RateLimiter.LateMax) : null });
        }

        return key;
    }

    /// <summary>An item is granted: it has to be the one that is next.</summary>
    private void TakeNext(Entry entry, KeyBook? before, bool parked)
    {
        if (entry.Key is not { } key)
        {
            Rule(ready.Count > 0 && ready.Min.Index == entry.Index,
                $"item {entry.Index + 1} was granted ({entry.Standing}), though {(ready.Count > 0 ? ready.Min.Index + 1 : 0)} is next");
            ready.Remove(ready.Min);
            return;
        }

        if (key != before)
        {
            RuleThatKeyIsNext(key, parked);
        }

        Rule(key.Ready.Count > 0 && key.Ready.Min == entry.Index,
            $"item {entry.Index + 1} was granted ({entry.Standing}), though {(key.Ready.Count > 0 ? key.Ready.Min + 1 : 0)} is the next of {key.Name}");
        key.Ready.Remove(entry.Index);
        key.Held++;
        Look(key);
    }

    private void RuleThatKeyIsNext(KeyBook key, bool parked)
    {
        Rule(key.Held == 0, $"an item of {key.Name} was granted while {key.Held} others of it are out");
        Rule(key.Stands != KeyStands.Halted, $"an item of {key.Name} was granted, which is halted");
        Rule(key.Stands == KeyStands.Parked == parked, $"{key.Name} is {key.Stands}, and its items were granted as {(parked ? "parked" : "open")}");
        Rule(ratesKeys || entries[line.Min.Index].Key == key, $"{key.Name} was granted, though {entries[line.Min.Index].Key?.Name} is next");
    }

    private void RuleThatKeysMayRun(int[] taken, bool parked)
    {
        if (parked || ratePerKey is null)
        {
            return;
        }

        foreach (var items in taken.GroupBy(index => entries[index].Key!))
        {
            Rule(items.Key.Rate!.Grants(items.Count()), $"more items of {items.Key.Name} were granted than its rate allows");
        }
    }

    /// <summary>Nothing of a key starts while an earlier item of it runs, has failed, or waits; but for those that came late.</summary>
    private void RuleThatKeyIsInOrder(Entry entry, GrantRecord grant, int index)
    {
        Rule(!grant.Parked, $"item {entry.Index + 1} was started, its key is parked");
        if (entry.Key is not { } key)
        {
            return;
        }

        var sequence = entry.Index + 1;
        var before = index > 0 ? entries[grant.Items[index - 1]] : null;
        Rule(key.Running == 0, $"item {sequence} was started while another of {key.Name} runs");
        Rule(before?.Key != key || before.Succeeded, $"item {sequence} was started behind {before?.Index + 1}, which is {before?.Standing}");
        Rule(key.Stands == KeyStands.Open, $"item {sequence} was started, {key.Name} is {key.Stands}");
        Rule(entry.Late || entry.Index >= (entry.Executions == 0 ? key.MostStarted : key.LastStarted),
            $"item {sequence} was started (execution {entry.Executions + 1}, {entry.Excuse}) behind item {key.LastStarted + 1} of {key.Name}");
        key.LastStarted = entry.Index;
        key.MostStarted = Math.Max(key.MostStarted, entry.Index);
    }

    private void LeaveKey(Entry entry)
    {
        if (entry.Key is { } key)
        {
            key.Held--;
            Look(key);
        }
    }

    private void StopKey(Entry entry)
    {
        if (entry.Key is { Stands: KeyStands.Open } key && plan.OnKeyFailure != KeyFailure.Skip)
        {
            key.Stands = plan.OnKeyFailure == KeyFailure.Halt ? KeyStands.Halted : KeyStands.Parked;
            Look(key);
        }
    }

    private void CloseKeyWhileCodeRuns(Entry entry, ConsumerKey consumer, long grantId, int index, bool codeRuns)
    {
        if (codeRuns && entry.Key is { } key)
        {
            closed.Add((consumer, grantId, index), key);
            key.Held++;
        }
    }

    private void ReopenKeysOf(ConsumerKey consumer)
    {
        foreach (var (running, _) in closed.Where(running => running.Key.Consumer == consumer).ToArray())
        {
            CodeReturned(running.Consumer, running.GrantId, running.Index);
        }
    }

    /// <summary>After every change: gives a key its place among those that may be granted.</summary>
    private void Look(KeyBook key)
    {
        (long, int)? place = key.MayBeGranted
            ? (plan.Order == GrantOrder.LowestPriorityFirst ? entries[key.Ready.Min].Item.Priority : 0, key.Ready.Min)
            : null;
        if (place == key.Place)
        {
            return;
        }

        if (key.Place is { } before)
        {
            line.Remove(before);
        }

        if (place is { } now)
        {
            line.Add(now);
        }

        key.Place = place;
    }
}
