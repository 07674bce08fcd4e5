namespace AkkaPipeline.Queueing;

/// <summary>Consecutive items of one chunk.</summary>
internal readonly record struct ItemRun(Chunk Chunk, int Start, int Count)
{
    public long FirstSequence => Chunk.FirstSequence + Start;

    public ItemRun First(int count) => this with { Count = count };

    public ItemRun From(int skipped) => new(Chunk, Start + skipped, Count - skipped);

    public bool Holds(long sequence) => sequence >= FirstSequence && sequence < FirstSequence + Count;

    /// <summary>One of its items, as a run.</summary>
    public ItemRun Item(long sequence) => new(Chunk, Start + (int)(sequence - FirstSequence), 1);

    /// <summary>Whether another run begins where this one ends.</summary>
    public bool IsFollowedBy(ItemRun next) => Chunk == next.Chunk && Start + Count == next.Start;
}

/// <summary>What a grant carries: one run (the common case), or items picked from several chunks.</summary>
internal readonly struct GrantItems
{
    private readonly ItemRun run;
    private readonly ItemRun[]? picked;

    public GrantItems(ItemRun run, bool parked = false)
    {
        this.run = run;
        Count = run.Count;
        Parked = parked;
    }

    /// <param name="picked">Runs of one item each, in the order of granting.</param>
    /// <param name="parked">See <see cref="Parked"/>.</param>
    public GrantItems(ItemRun[] picked, bool parked = false)
    {
        this.picked = picked;
        Count = picked.Length;
        Parked = parked;
    }

    public int Count { get; }

    /// <summary>Their keys are parked: they are to become dead letters without being run.</summary>
    public bool Parked { get; }

    /// <summary>It is one item, and the process died while it ran alone: that was an attempt, to be judged without being run.</summary>
    public bool HasKilled { get; init; }

    public long Bytes => picked is null ? Orders.RunBytes.Of(run) : picked.Sum(Orders.RunBytes.Of);

    /// <summary>The single run, unless the items were picked.</summary>
    public ItemRun? Run => picked is null ? run : null;

    /// <summary>Items one by one, as one run where they are one.</summary>
    public static GrantItems Of(List<ItemRun> picked, bool parked = false)
    {
        for (var index = 1; index < picked.Count; index++)
        {
            if (!picked[index - 1].IsFollowedBy(picked[index]))
            {
                return new GrantItems([.. picked], parked);
            }
        }

        return new GrantItems(picked[0] with { Count = picked.Count }, parked);
    }

    public ItemRun At(int index) => picked is null ? new ItemRun(run.Chunk, run.Start + index, 1) : picked[index];

    public long SequenceAt(int index) => picked is null ? run.FirstSequence + index : picked[index].FirstSequence;

    /// <summary>The part [from, from + count) as runs.</summary>
    public IEnumerable<ItemRun> Slice(int from, int count)
    {
        if (picked is null)
        {
            yield return new ItemRun(run.Chunk, run.Start + from, count);
            yield break;
        }

        for (var index = from; index < from + count; index++)
        {
            yield return picked[index];
        }
    }
}
