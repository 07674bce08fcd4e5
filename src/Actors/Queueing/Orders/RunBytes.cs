namespace AkkaPipeline.Queueing.Orders;

/// <summary>The bytes of a run, by its share of the chunk: sums over a chunk's runs give the chunk's bytes.</summary>
internal static class RunBytes
{
    public static long Of(ItemRun run)
    {
        var chunk = run.Chunk;
        return chunk.Bytes == 0
            ? 0
            : (chunk.Bytes * (run.Start + run.Count) / chunk.Count) - (chunk.Bytes * run.Start / chunk.Count);
    }
}
