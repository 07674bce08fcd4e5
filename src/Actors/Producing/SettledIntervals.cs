namespace AkkaPipeline.Producing;

/// <summary>The settled numbers of a producer: a watermark and the intervals above it.</summary>
internal sealed class SettledIntervals
{
    private readonly PriorityQueue<(long First, long Count), long> above = new();

    /// <summary>Every number below is settled.</summary>
    public long Watermark { get; private set; }

    /// <summary>Adds a run that overlaps no earlier one.</summary>
    public void Add(long first, int count)
    {
        above.Enqueue((first, count), first);
        while (above.TryPeek(out var lowest, out _) && lowest.First == Watermark)
        {
            above.Dequeue();
            Watermark += lowest.Count;
        }
    }
}
