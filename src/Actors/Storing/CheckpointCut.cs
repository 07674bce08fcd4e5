namespace AkkaPipeline.Storing;

/// <summary>
/// Cuts each file's writes in two, as far behind as can be: what is before the cut belongs to settled items alone, and none
/// of these items has outputs behind it.
/// </summary>
/// <param name="files">All files.</param>
/// <param name="rows">The items that stand alone.</param>
/// <param name="taken">What earlier checkpoints hold.</param>
/// <param name="candidates">What is settled since.</param>
internal sealed class CheckpointCut(
    IReadOnlyCollection<OutputWrites> files, IReadOnlyDictionary<long, LedgerRow> rows, NumberSet taken, NumberSet candidates)
{
    private readonly int[] ends = new int[files.Count];
    private readonly HashSet<long> rowsBehind = [];

    /// <summary>Items that cannot be in this checkpoint, since some of their outputs lie behind the cut.</summary>
    public NumberSet ItemsBehind { get; private set; } = NumberSet.Empty;

    /// <summary>Whether the end of an item that stands alone cannot be in this checkpoint.</summary>
    public bool IsBehind(long number) => rowsBehind.Contains(number) || ItemsBehind.Contains(number);

    /// <summary>The largest cut: what must go is found again and again until nothing else has to.</summary>
    public void Find()
    {
        var index = 0;
        foreach (var file in files)
        {
            ends[index++] = EndOf(file, file.Count, IsSettled);
        }

        do
        {
            FindItemsBehind();
        }
        while (Shorten());
    }

    /// <summary>The writes before the cut belong to the checkpoint.</summary>
    public void TakeWrites()
    {
        var index = 0;
        foreach (var file in files)
        {
            file.Take(ends[index++]);
        }
    }

    private static int EndOf(OutputWrites file, int before, Func<OutputWrite, bool> fits)
    {
        for (var index = 0; index < before; index++)
        {
            if (!fits(file[index]))
            {
                return index;
            }
        }

        return before;
    }

    private bool Shorten()
    {
        var shorter = false;
        var index = 0;
        foreach (var file in files)
        {
            var end = EndOf(file, ends[index], LiesBefore);
            shorter |= end < ends[index];
            ends[index++] = end;
        }

        return shorter;
    }

    private bool IsSettled(OutputWrite write)
    {
        foreach (var range in write.Items.Ranges)
        {
            if (!candidates.Covers(range) && !taken.Covers(range) && taken.PartsOutside(range).Any(part => !candidates.Covers(part)))
            {
                return false;
            }
        }

        return write.Rows.All(entry =>
            !rows.TryGetValue(entry.Number, out var row) || row.Moves > entry.Moves || row.Final is not null);
    }

    private bool LiesBefore(OutputWrite write)
    {
        foreach (var range in write.Items.Ranges)
        {
            if (ItemsBehind.Meets(range))
            {
                return false;
            }
        }

        return write.Rows.All(entry =>
            !rows.TryGetValue(entry.Number, out var row)
            || ((row.IsRestored || IsInSource(entry.Number)) && (row.Moves > entry.Moves || !IsBehind(entry.Number))));
    }

    private bool IsInSource(long number) =>
        taken.Contains(number) || (candidates.Contains(number) && !ItemsBehind.Contains(number));

    private void FindItemsBehind()
    {
        var items = new List<NumberRange>();
        var index = 0;
        foreach (var file in files)
        {
            for (var at = ends[index++]; at < file.Count; at++)
            {
                items.AddRange(file[at].Items.Ranges);
                rowsBehind.UnionWith(file[at].Rows.Select(entry => entry.Number));
            }
        }

        // Of an item that has ended nobody has the payload any more: it gets no row now.
        items.AddRange(rowsBehind
            .Where(number => rows.TryGetValue(number, out var row) && row is { Final: not null, IsKept: false })
            .Select(number => new NumberRange(number, 1)));
        ItemsBehind = NumberSet.Of(items).Except(taken);
    }
}
