using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace AkkaPipeline.Bench.Measuring;

/// <summary>
/// Counts and sums what was handled, in a cell a thread: a shared counter would cost more than the programs that are
/// measured. To be read only after a join.
/// </summary>
internal static class Tally
{
    private static readonly ConcurrentBag<Cell> Cells = [];

    [ThreadStatic]
    private static Cell? ownCell;

    public static void Add(long number)
    {
        Cell cell = ownCell ?? AddCell();
        cell.Counts.Count++;
        cell.Counts.Sum += Mix(number);
    }

    /// <summary>A number of 32 bits that differs for each item, so that sums of two billion of them do not overflow.</summary>
    public static long Mix(long number) => (long)((ulong)number * 0x9E37_79B9_7F4A_7C15 >> 32);

    public static (long Count, long Sum) TakeAll()
    {
        long count = 0;
        long sum = 0;
        foreach (Cell cell in Cells)
        {
            count += cell.Counts.Count;
            sum += cell.Counts.Sum;
            cell.Counts = default;
        }

        return (count, sum);
    }

    private static Cell AddCell()
    {
        ownCell = new Cell();
        Cells.Add(ownCell);
        return ownCell;
    }

    private sealed class Cell
    {
        public PaddedCounts Counts;
    }

    /// <summary>Padded on both sides, so that no two threads write to one cache line.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct PaddedCounts
    {
        [FieldOffset(128)]
        public long Count;

        [FieldOffset(136)]
        public long Sum;
    }
}
