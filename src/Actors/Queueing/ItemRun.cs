namespace AkkaPipeline.Queueing;

/// <summary>Consecutive items of one chunk.</summary>
internal readonly record struct ItemRun(Chunk Chunk, int Start, int Count)
{
    public long FirstSequence => Chunk.FirstSequence + Start;

    public ItemRun First(int count) => this with { Count = count };

    public ItemRun From(int skipped) => new(Chunk, Start + skipped, Count - skipped);
}

/// <summary>What a grant carries: one run (the common case), or items picked from several chunks.</summary>
internal readonly struct GrantItems
{
    private readonly ItemRun run;
    private readonly ItemRun[]? picked;

    public GrantItems(ItemRun run)
    {
        this.run = run;
        Count = run.Count;
    }

    /// <param name="picked">Runs of one item each, in the order of granting.</param>
    public GrantItems(ItemRun[] picked)
    {
        this.picked = picked;
        Count = picked.Length;
    }

    public int Count { get; }

    public long Bytes => picked is null ? Orders.RunBytes.Of(run) : picked.Sum(Orders.RunBytes.Of);

    /// <summary>The single run, unless the items were picked.</summary>
    public ItemRun? Run => picked is null ? run : null;

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
