namespace AkkaPipeline.Storing;

/// <summary>The rows of a store in memory: each as it was accepted, with what is settled in it, in the order of their numbers.</summary>
internal sealed class MemoryRows
{
    private readonly List<Row> rows = [];

    public void Add(AcceptedItems accepted)
    {
        var items = accepted.Items with { Bytes = accepted.Items.Bytes.ToArray(), Block = null };
        rows.Add(new Row(accepted.First, items, accepted.Settled?.ToArray() ?? SettledBits.For(items.Count)));
    }

    public void Settle(NumberRange range)
    {
        for (var at = IndexOfFirstEndingAbove(range.First); at < rows.Count && rows[at].First < range.End;)
        {
            var row = rows[at];
            row.Settle(Math.Max(range.First, row.First), Math.Min(range.End, row.End));
            if (row.Unsettled == 0)
            {
                rows.RemoveAt(at);
            }
            else
            {
                at++;
            }
        }
    }

    public void SettleAbove(long number)
    {
        if (rows.Count > 0 && rows[^1].End > number + 1)
        {
            Settle(new NumberRange(number + 1, rows[^1].End - number - 1));
        }
    }

    public IReadOnlyList<StoredRow> Read(long after, int items, long bytes)
    {
        var read = new List<StoredRow>();
        for (var at = IndexOfFirstEndingAbove(after); at < rows.Count && items > 0 && bytes > 0; at++)
        {
            var row = rows[at];
            if (row.First > after)
            {
                read.Add(row.Stored());
                items -= row.Unsettled;
                bytes -= row.Bytes;
            }
        }

        return read;
    }

    private int IndexOfFirstEndingAbove(long number)
    {
        var low = 0;
        var high = rows.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (rows[middle].End <= number)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private sealed class Row(long first, EncodedItems items, ulong[] settled)
    {
        public long First => first;

        public long End => first + items.Count;

        public long Bytes => items.Bytes.Length;

        public int Unsettled { get; private set; } = items.Count - SettledBits.Count(settled);

        public void Settle(long from, long to) => Unsettled -= SettledBits.SetRange(settled, (int)(from - first), (int)(to - first));

        public StoredRow Stored() =>
            new(first, items.Count, Unsettled, items, Unsettled == items.Count ? null : [.. settled]);
    }
}
