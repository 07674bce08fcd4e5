using AkkaPipeline.Crash.Working;

namespace AkkaPipeline.Crash.Checking;

/// <summary>
/// Holds a store to its promise: takes the log of each run and what the disk has after it. One checker a store.
/// </summary>
internal sealed class Checker(Tally tally, bool inOrder, Action<string> tell)
{
    private readonly Dictionary<long, ItemHistory> items = [];
    private readonly Dictionary<ulong, long> ids = [];
    private readonly List<ItemHistory> open = [];
    private readonly List<ItemHistory> unjoined = [];
    private readonly Dictionary<int, long> runningOfKey = [];
    private readonly Dictionary<int, long> lastOfKey = [];
    private int joinsUpTo;
    private int run;
    private bool isAfterCut;
    private bool bad;

    /// <summary>Where the numbers of the next run begin.</summary>
    public long NextCount { get; private set; } = 1;

    /// <summary>Puts to be said again: those with ids whose outcome is open, and some that were confirmed.</summary>
    public IReadOnlyList<long> Again(int confirmed)
    {
        var withIds = items.Values.Where(item => item.HasId).ToList();
        return [
            .. withIds.Where(item => !item.Confirmed).Select(item => item.Number),
            .. withIds.Where(item => item.Confirmed).TakeLast(confirmed).Select(item => item.Number)];
    }

    /// <summary>Takes the log of a run.</summary>
    /// <param name="records">All of it.</param>
    /// <param name="confirmedUpTo">How many records count as told before the power was cut; what was said to be durable after that does not count.</param>
    public void TakeLog(IReadOnlyList<LogRecord> records, int confirmedUpTo)
    {
        run++;
        runningOfKey.Clear();
        lastOfKey.Clear();
        unjoined.Clear();
        unjoined.AddRange(open.Where(item => item.Confirmed));
        for (var at = 0; at < records.Count; at++)
        {
            isAfterCut = at >= confirmedUpTo;
            Take(records[at], counts: at < confirmedUpTo);
        }
    }

    /// <summary>Compares with what the disk holds, once the run is over. What is not there now can never come back.</summary>
    public void TakeStore(StoreContents contents)
    {
        var lostBefore = tally.Lost;
        isAfterCut = false;
        foreach (var damage in contents.Damage)
        {
            Wrong("damage found by verify", $"{damage.Table} {damage.Place}: {damage.Why}");
        }

        var held = Held(contents);
        foreach (var item in open)
        {
            Place(item, held.TryGetValue(item.Number, out var there) ? there : null);
        }

        open.RemoveAll(item => item.End != ItemEnd.Open);
        Balance(contents, held);
        tally.LossyCycles += tally.Lost > lostBefore ? 1 : 0;
    }

    /// <summary>A cycle is over.</summary>
    public void EndCycle()
    {
        tally.Cycles++;
        tally.BadCycles += bad ? 1 : 0;
        bad = false;
    }

    /// <summary>After the drain nothing may be left.</summary>
    public void EndDrain()
    {
        tally.Drains++;
        if (open.Count > 0)
        {
            Wrong("not empty after the drain", $"{open.Count} items, the first {open[0].Number:x}");
        }

        foreach (var key in inOrder ? items.Values.Where(item => item is { Sequence: > 0, Confirmed: true, PutAgain: false })
            .GroupBy(item => Payload.KeyOf(item.Number)) : [])
        {
            var numbers = key.OrderBy(item => item.Sequence).Select(item => item.Number).ToList();
            if (!numbers.SequenceEqual(numbers.Order()))
            {
                Wrong("accepted in another order than put", $"key {key.Key}");
            }
        }

        tally.BadDrains += bad ? 1 : 0;
        bad = false;
    }

    /// <summary>Something that only the loop can see.</summary>
    public void Wrong(string kind, string detail)
    {
        bad = true;
        tally.Violation(kind);
        if (tally.Violations[kind] <= 5)
        {
            tell($"VIOLATION in run {run}{(isAfterCut ? ", after the cut" : "")}: {kind}: {detail}");
        }
    }

    private void Take(LogRecord record, bool counts)
    {
        switch (record.What)
        {
            case Happening.Putting:
                Putting(record);
                break;
            case Happening.Confirmed when counts:
                Confirmed(record);
                break;
            case Happening.Delivered:
                Delivered(record);
                break;
            case Happening.Ended:
                Ended(record);
                break;
            case Happening.Settled when counts:
                tally.Acks += record.How == Ending.Ack ? 1 : 0;
                items[record.Item].Durable = record.How is Ending.Ack or Ending.Reject ? record.How : items[record.Item].Durable;
                break;
            case Happening.Refused:
                items[record.Item].End = ItemEnd.Never;
                break;
            case Happening.Joining:
                joinsUpTo = unjoined.Count;
                break;
            case Happening.Joined when counts:
                Joined();
                break;
            case Happening.Counted:
                Counted(record);
                break;
        }
    }

    private void Putting(LogRecord put)
    {
        tally.Puts++;
        NextCount = Math.Max(NextCount, Payload.CountOf(put.Item) + 1);
        if (items.TryGetValue(put.Item, out var again))
        {
            again.PutAgain = true;
            if (again.End == ItemEnd.Never || (again.End == ItemEnd.Acked && !again.Confirmed))
            {
                again.MayBeAcked |= again.End == ItemEnd.Acked;
                (again.End, again.Sequence, again.Last, again.Deliveries) = (ItemEnd.Open, 0, Ending.None, 0);
                open.Add(again);
            }

            return;
        }

        var item = new ItemHistory(put.Item)
        {
            HasId = put.Id == 1,
            Hash = put.Id == 2 ? Payload.HashOf(Payload.Of(put.Item), null) : Payload.HashOf(put.Item),
        };
        items.Add(put.Item, item);
        open.Add(item);
    }

    private void Confirmed(LogRecord put)
    {
        var item = items[put.Item];
        tally.Confirmed++;
        if (item.Confirmed && put.Attempt == 1)
        {
            Wrong("a confirmed id was accepted again", Describe(item));
        }

        if (!item.Confirmed)
        {
            item.MayBeAcked &= put.Attempt == 2;
            item.Confirmed = true;
            unjoined.Add(item);
        }
    }

    private void Delivered(LogRecord got)
    {
        tally.Deliveries++;
        if (!items.TryGetValue(got.Item, out var item))
        {
            Wrong("delivered and never put", $"number {got.Item:x}, sequence {got.Sequence}");
            return;
        }

        if (item.Hash != got.Hash)
        {
            Wrong("another payload", Describe(item));
        }

        if (item.End != ItemEnd.Open || item.Durable != Ending.None)
        {
            Wrong("came back though settled", $"{Describe(item)}, now as {got.Sequence}");
        }

        if (!ids.TryAdd(got.Id, item.Number) && ids[got.Id] != item.Number)
        {
            Wrong("a delivery id of two items", $"{Describe(item)} and {Describe(items[ids[got.Id]])}, sequence {got.Sequence}");
            ids[got.Id] = item.Number;
        }

        Again(item, got);
        CheckOrder(item, got);
        (item.Sequence, item.Run, item.Attempt, item.Last) = (got.Sequence, run, got.Attempt, Ending.None);
        item.Deliveries++;
    }

    private void Again(ItemHistory item, LogRecord got)
    {
        if (got.Attempt < 1 || got.Attempt > 1 + item.Fails)
        {
            Wrong("more attempts than failures", $"{Describe(item)}, attempt {got.Attempt}");
        }

        if (item.Deliveries == 0)
        {
            return;
        }

        if (got.Sequence != item.Sequence)
        {
            Wrong("accepted twice", $"{Describe(item)}, now as {got.Sequence}");
        }

        if (item.Run == run)
        {
            if (item.Last is not (Ending.Fail or Ending.Release) || (item.Last == Ending.Fail) != (got.Attempt == item.Attempt + 1))
            {
                Wrong("delivered again without a cause", $"{Describe(item)}, attempt {got.Attempt}");
            }

            tally.Duplicate(item.Last == Ending.Fail ? "tried again" : "released");
            return;
        }

        tally.Duplicate((item.Last == Ending.None ? "running at the crash" : $"{item.Last.ToString().ToLowerInvariant()} not yet durable at the crash")
            + (item.Confirmed ? "" : ", put never confirmed"));
    }

    private void CheckOrder(ItemHistory item, LogRecord got)
    {
        if (!inOrder)
        {
            return;
        }

        var key = Payload.KeyOf(item.Number);
        if (lastOfKey.TryGetValue(key, out var last) && got.Sequence < last)
        {
            Wrong("out of order within its key", $"{Describe(item)} came as {got.Sequence} after {last}");
        }

        if (runningOfKey.TryGetValue(key, out var other))
        {
            Wrong("two of a key at a time", $"{Describe(item)} with {Describe(items[other])}");
        }

        lastOfKey[key] = got.Sequence;
        runningOfKey[key] = item.Number;
    }

    private void Ended(LogRecord end)
    {
        var item = items[end.Item];
        item.Last = end.How;
        item.Fails += end.How == Ending.Fail ? 1 : 0;
        runningOfKey.Remove(Payload.KeyOf(item.Number));
    }

    private void Joined()
    {
        tally.Joins++;
        foreach (var item in unjoined.Take(joinsUpTo).Where(item => item.Durable == Ending.None && !WasAckedBefore(item)))
        {
            item.Durable = item.Last is Ending.Ack or Ending.Reject ? item.Last : Ending.Reject;
            if (item.Last is Ending.None or Ending.Release)
            {
                Wrong("joined with an item unsettled", Describe(item));
            }
        }

        unjoined.RemoveRange(0, joinsUpTo);
        joinsUpTo = 0;
    }

    private void Counted(LogRecord counts)
    {
        var accepted = counts.Item;
        var known = items.Values.LongCount(item => item.End != ItemEnd.Never && (item.Confirmed || item.Deliveries > 0));
        if (counts.Id != 0 || accepted != counts.Sequence + (long)counts.Hash)
        {
            Wrong("the ledger does not balance", $"accepted {accepted}, acked {counts.Sequence}, dead-lettered {counts.Hash}, unfinished {counts.Id}");
        }

        if (accepted < items.Values.LongCount(item => item.Confirmed) || accepted > known)
        {
            Wrong("the ledger counts other items", $"accepted {accepted}, known {known}");
        }
    }

    private Dictionary<long, HeldItem> Held(StoreContents contents)
    {
        var held = new Dictionary<long, HeldItem>();
        foreach (var one in contents.Items)
        {
            if (!items.TryGetValue(one.Number, out var item))
            {
                Wrong("stored and never put", $"number {one.Number:x}, sequence {one.Sequence}");
                continue;
            }

            if (!held.TryAdd(one.Number, one))
            {
                Wrong("stored twice", $"{Describe(item)}, as {one.Sequence} and {held[one.Number].Sequence}");
            }

            if (item.Hash != one.Hash)
            {
                Wrong("another payload in the store", Describe(item));
            }

            if (item.End is ItemEnd.Acked or ItemEnd.Never || (item.End == ItemEnd.DeadLettered && !one.IsLetter))
            {
                Wrong("came back into the store", Describe(item));
            }
        }

        return held;
    }

    private void Place(ItemHistory item, HeldItem? there)
    {
        switch (there)
        {
            case { IsLetter: true }:
                tally.DeadLetters++;
                item.End = ItemEnd.DeadLettered;
                if (item.Durable == Ending.Ack || (item.Last != Ending.Reject && item.Fails < 3))
                {
                    Wrong("dead-lettered without a cause", Describe(item));
                }

                break;
            case { } queued:
                if (item.Durable != Ending.None)
                {
                    tally.Lost++;
                    Wrong("settled durably and still queued", Describe(item));
                    item.Durable = Ending.None;
                }

                if (queued.Attempts > item.Fails)
                {
                    Wrong("more attempts stored than failures", $"{Describe(item)}: {queued.Attempts}");
                }

                break;
            case null when item.Last == Ending.Ack || WasAckedBefore(item):
                item.End = ItemEnd.Acked;
                break;
            case null:
                item.End = ItemEnd.Never;
                if (item.Confirmed)
                {
                    tally.Lost++;
                    Wrong("confirmed and lost", Describe(item));
                }

                break;
        }
    }

    private void Balance(StoreContents contents, Dictionary<long, HeldItem> held)
    {
        if (contents.Queue is not { } queue)
        {
            return;
        }

        var letters = held.Values.LongCount(one => one.IsLetter);
        if (queue.InRows + queue.Alone != held.Count - letters || queue.Counts.DeadLettered != letters || queue.QuarantinedRows != 0)
        {
            Wrong("the store's ledger is not what it holds", $"{queue} and {held.Count} items, {letters} letters");
        }

        var acked = items.Values.LongCount(item => item.End == ItemEnd.Acked && item.Confirmed);
        if (queue.Counts.Acked < acked)
        {
            Wrong("the store's ledger counts too few", $"acked {queue.Counts.Acked}, confirmed and gone {acked}");
        }
    }

    /// <summary>Its last put was a duplicate of one that was acked, and that ack durable.</summary>
    private static bool WasAckedBefore(ItemHistory item) => item is { MayBeAcked: true, Confirmed: true, Deliveries: 0 };

    private static string Describe(ItemHistory item) =>
        $"item {item.Number:x} (sequence {item.Sequence}, {(item.Confirmed ? "confirmed" : "unconfirmed")}{(item.HasId ? ", with id" : "")}, "
        + $"{item.Deliveries} deliveries, last in run {item.Run} attempt {item.Attempt} ended {item.Last}, durable {item.Durable}, {item.End})";
}
