namespace AkkaPipeline.Consuming;

/// <summary>
/// Which items of a grant its runner may still start. The runner claims blocks from the front, take-back lowers the end;
/// both by one compare-and-swap on the same word, so that an item is started or given back, never both.
/// </summary>
internal struct ClaimedRange(int count)
{
    private long word = (uint)count;

    /// <summary>How many items are unclaimed.</summary>
    public readonly int Unclaimed => End(Volatile.Read(in word)) - Next(Volatile.Read(in word));

    /// <summary>The first item that is not claimed.</summary>
    public readonly int NextUnclaimed => Next(Volatile.Read(in word));

    /// <summary>Whether any item has been claimed.</summary>
    public readonly bool Started => Next(Volatile.Read(in word)) > 0;

    /// <summary>Claims up to <paramref name="most"/> items from the front.</summary>
    /// <returns>The claimed items [From, To), empty when none is left.</returns>
    public (int From, int To) Claim(int most)
    {
        while (true)
        {
            var seen = Volatile.Read(ref word);
            var (next, end) = (Next(seen), End(seen));
            var to = Math.Min(end, next + most);
            if (to <= next)
            {
                return (next, next);
            }

            if (Interlocked.CompareExchange(ref word, Word(to, end), seen) == seen)
            {
                return (next, to);
            }
        }
    }

    /// <summary>Lets go of claimed items that have not been started, from one on. The claimer's own.</summary>
    public void Unclaim(int from)
    {
        while (true)
        {
            var seen = Volatile.Read(ref word);
            if (Interlocked.CompareExchange(ref word, Word(from, End(seen)), seen) == seen)
            {
                return;
            }
        }
    }

    /// <summary>Takes unclaimed items back from the tail.</summary>
    /// <param name="share">Given how many are unclaimed: how many to take.</param>
    /// <param name="align">Given the first unclaimed item, where the tail would begin, and the end: where it begins.</param>
    /// <returns>The items [From, To), empty when none was taken.</returns>
    public (int From, int To) TakeBack(Func<int, int> share, Func<int, int, int, int>? align = null)
    {
        while (true)
        {
            var seen = Volatile.Read(ref word);
            var (next, end) = (Next(seen), End(seen));
            var from = end - Math.Clamp(share(Math.Max(0, end - next)), 0, Math.Max(0, end - next));
            from = Math.Min(end, align?.Invoke(next, from, end) ?? from);
            if (from == end || Interlocked.CompareExchange(ref word, Word(next, from), seen) == seen)
            {
                return (from, end);
            }
        }
    }

    private static int Next(long word) => (int)(word >> 32);

    private static int End(long word) => (int)(uint)word;

    private static long Word(int next, int end) => ((long)next << 32) | (uint)end;
}
