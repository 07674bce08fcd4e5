namespace AkkaPipeline.Storing.Sqlite;

/// <summary>
/// The rows that were read or written lately, by their first number. They are on disk as they are here, so that all can be
/// let go at any time: which is what happens when they become many.
/// </summary>
internal sealed class HeldRows
{
    private const int Max = 4096;

    private readonly List<HeldRow> rows = [];

    public HeldRow? Containing(long number)
    {
        var at = IndexAtOrBefore(number);
        return at >= 0 && number < rows[at].End ? rows[at] : null;
    }

    public void Add(HeldRow row)
    {
        var at = IndexAtOrBefore(row.First);
        if (at >= 0 && rows[at].First == row.First)
        {
            rows[at] = row;
        }
        else
        {
            rows.Insert(at + 1, row);
        }
    }

    public void Remove(HeldRow row)
    {
        var at = IndexAtOrBefore(row.First);
        if (at >= 0 && rows[at].First == row.First)
        {
            rows.RemoveAt(at);
        }
    }

    public void RemoveAbove(long number)
    {
        var from = IndexAtOrBefore(number) + 1;
        rows.RemoveRange(from, rows.Count - from);
    }

    /// <summary>Called between batches only: what is settled and not written yet stands here alone.</summary>
    public void Trim()
    {
        if (rows.Count > Max)
        {
            rows.Clear();
        }
    }

    public void Clear() => rows.Clear();

    private int IndexAtOrBefore(long number)
    {
        var low = 0;
        var high = rows.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (rows[middle].First <= number)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }
}
