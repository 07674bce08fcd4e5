namespace AkkaPipeline.Storing;

/// <summary>
/// Finds what of a replayable source may be made durable at once: a prefix of each file's writes, and exactly the settled
/// items whose outputs lie in them. It hears of writes and settlements in any order, but of a write before the settlement
/// of the items it came from.
/// </summary>
/// <remarks>
/// An item that is tried again stands in a row of its own from then on: in the source it counts as settled, so that it
/// holds back neither the watermark nor the writes behind it, and its outputs belong to the commit that removes the row.
/// </remarks>
internal sealed class CheckpointLedger
{
    private readonly Dictionary<string, OutputWrites> files = [];
    private readonly Dictionary<long, LedgerRow> rows = [];
    private readonly Dictionary<SettledAs, long> counts = new() { [SettledAs.Acked] = 0, [SettledAs.DeadLettered] = 0, [SettledAs.Dropped] = 0 };
    private List<(NumberRange Items, SettledAs As)> settled = [];
    private NumberSet taken = NumberSet.Empty;

    /// <param name="from">What an earlier run has left; null at the start of a job.</param>
    public CheckpointLedger(StoredCheckpoint? from = null)
    {
        if (from is not null)
        {
            taken = NumberSet.Of(from.Settled.Prepend(new NumberRange(0, from.Watermark)));
            foreach (var (file, length) in from.Outputs)
            {
                files[file] = new OutputWrites(length);
            }
        }
    }

    /// <summary>What the last checkpoint holds.</summary>
    public NumberSet Taken => taken;

    /// <summary>Whether there is something that no checkpoint holds yet.</summary>
    public bool HasNews { get; private set; }

    /// <summary>Whether an item stands in a row of its own, or will with the next checkpoint.</summary>
    public bool StandsAlone(long number) => rows.ContainsKey(number);

    /// <summary>The length of a file in the last checkpoint.</summary>
    public long LengthOf(string file) => files.TryGetValue(file, out var writes) ? writes.Length : 0;

    /// <summary>Items are settled; each once.</summary>
    public void Settled(long first, long count, SettledAs how)
    {
        HasNews = true;
        if (rows.Count == 0)
        {
            AddSettled(new NumberRange(first, count), how);
            return;
        }

        var alone = RowsIn(new NumberRange(first, count));
        foreach (var (number, _) in alone)
        {
            rows[number].Final = how;
        }

        foreach (var range in NumberSet.Of(alone.Select(row => new NumberRange(row.Number, 1))).PartsOutside(new NumberRange(first, count)))
        {
            AddSettled(range, how);
        }
    }

    /// <summary>An item has failed and is tried again: it stands in a row of its own, or does so once more.</summary>
    public void Moved(long number)
    {
        HasNews = true;
        if (!rows.TryGetValue(number, out var row))
        {
            rows.Add(number, row = new LedgerRow());
        }

        row.Moves++;
    }

    /// <summary>An item stands in a row of an earlier run; told before anything else of it.</summary>
    /// <param name="number">Its number, or where that is not known any more one below 0 that no other item has: it is then
    /// called so.</param>
    public void Restored(long number) => rows.Add(number, new LedgerRow { Moves = 1, MovesKept = 1, IsRestored = true });

    /// <summary>Outputs have been written.</summary>
    /// <param name="file">Where.</param>
    /// <param name="length">The file's length behind them.</param>
    /// <param name="items">The items they came from.</param>
    public void Written(string file, long length, IReadOnlyList<NumberRange> items)
    {
        HasNews = true;
        var numbers = NumberSet.Of(items);
        List<(long Number, int Moves)> alone = rows.Count == 0 ? [] : [.. numbers.Ranges.SelectMany(RowsIn)];
        if (alone.Count > 0)
        {
            numbers = numbers.Except(NumberSet.Of(alone.Select(row => new NumberRange(row.Number, 1))));
        }

        // What is left below 0 came late: that item has ended.
        FileOf(file).Add(new OutputWrite(length, NumberSet.Of(numbers.PartsWithin(new NumberRange(0, long.MaxValue))), alone));
    }

    /// <summary>
    /// The largest checkpoint there is now. It has to be made durable before the next is taken; of one that could not be, the
    /// rows belong to the next.
    /// </summary>
    /// <param name="firmBelow">Items of this number and higher are left out: the source may give them otherwise another time.</param>
    public TakenCheckpoint Take(long firmBelow = long.MaxValue)
    {
        HasNews = false;
        var firm = new NumberRange(0, firmBelow);
        var moved = rows.Where(row => !row.Value.IsKept).Select(row => new NumberRange(row.Key, 1));
        var candidates = NumberSet.Of(NumberSet.Of(settled.Select(run => run.Items).Concat(moved)).PartsWithin(firm));
        var cut = new CheckpointCut(files.Values, rows, taken, candidates);
        cut.Find();
        taken = taken.Union(candidates.Except(cut.ItemsBehind));
        cut.TakeWrites();
        CountTaken();
        var (written, removed) = SettleRows(cut);
        HasNews = settled.Count > 0 || files.Values.Any(file => file.Count > 0);
        return new TakenCheckpoint(
            taken,
            files.ToDictionary(file => file.Key, file => file.Value.Length),
            counts[SettledAs.Acked],
            counts[SettledAs.DeadLettered],
            counts[SettledAs.Dropped],
            written,
            removed);
    }

    private OutputWrites FileOf(string name)
    {
        if (!files.TryGetValue(name, out var writes))
        {
            files.Add(name, writes = new OutputWrites(0));
        }

        return writes;
    }

    private void AddSettled(NumberRange items, SettledAs how)
    {
        if (settled.Count > 0 && settled[^1] is var last && last.As == how && last.Items.End == items.First)
        {
            settled[^1] = (last.Items with { Count = last.Items.Count + items.Count }, how);
        }
        else
        {
            settled.Add((items, how));
        }
    }

    private List<(long Number, int Moves)> RowsIn(NumberRange range)
    {
        var found = new List<(long, int)>();
        if (rows.Count < range.Count)
        {
            found.AddRange(rows.Where(row => row.Key >= range.First && row.Key < range.End).Select(row => (row.Key, row.Value.Moves)));
            return found;
        }

        for (var number = range.First; number < range.End; number++)
        {
            if (rows.TryGetValue(number, out var row))
            {
                found.Add((number, row.Moves));
            }
        }

        return found;
    }

    private void CountTaken()
    {
        var left = new List<(NumberRange, SettledAs)>();
        foreach (var (items, how) in settled)
        {
            counts[how] += taken.PartsWithin(items).Sum(range => range.Count);
            left.AddRange(taken.PartsOutside(items).Select(range => (range, how)));
        }

        settled = left;
    }

    private (List<long> Written, List<long> Removed) SettleRows(CheckpointCut cut)
    {
        var (written, removed) = (new List<long>(), new List<long>());
        foreach (var (number, row) in rows.Where(row => row.Value.IsRestored || taken.Contains(row.Key)).ToList())
        {
            if (row.Final is { } how && !cut.IsBehind(number))
            {
                counts[how]++;
                rows.Remove(number);
                if (row.IsKept)
                {
                    removed.Add(number);
                }
            }
            else if (row.Final is null && row.MovesKept < row.Moves)
            {
                row.MovesKept = row.Moves;
                written.Add(number);
            }
        }

        return (written, removed);
    }
}

/// <summary>What a ledger knows of an item that stands alone.</summary>
internal sealed class LedgerRow
{
    /// <summary>How often it has been moved.</summary>
    public int Moves { get; set; }

    /// <summary>How often it had been when its row was last written; 0: it has none in the store.</summary>
    public int MovesKept { get; set; }

    /// <summary>Whether the store has its row.</summary>
    public bool IsKept => MovesKept > 0;

    /// <summary>Whether an earlier run has moved it.</summary>
    public bool IsRestored { get; init; }

    /// <summary>What became of it in the end.</summary>
    public SettledAs? Final { get; set; }
}
