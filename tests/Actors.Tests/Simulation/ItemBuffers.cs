using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>Items read and not yet cut into chunks, in the engine's own reusable buffers.</summary>
internal sealed class ItemBuffers(ItemBufferPool<WorkItem> pool)
{
    private static readonly Dictionary<string, string> Headers = new() { ["put"] = "for later" };

    private readonly Queue<(ItemBuffer<WorkItem> Buffer, int UpTo, bool Full)> published = new();
    private ItemBuffer<WorkItem>? open;

    public long Bytes { get; private set; }

    public void Add(WorkItem item, long dueAt = 0)
    {
        open ??= pool.Rent();
        if (dueAt == 0)
        {
            open.Add(item, pool.Measures.Of(item));
        }
        else
        {
            open.Add(item, pool.Measures.Of(item), dueAt, Headers);
        }

        Bytes += pool.Measures.SizeOf is null ? 0 : item.Size;
        var full = open.IsFull;
        published.Enqueue((open, open.Count, full));
        open = full ? null : open;
    }

    public Chunk Cut(int most)
    {
        // Several entries of one buffer are one to the cutter: the last of them tells how far it is filled.
        while (true)
        {
            var (buffer, upTo, full) = published.Dequeue();
            while (published.TryPeek(out var next) && next.Buffer == buffer && upTo - buffer.Cut < most)
            {
                (_, upTo, full) = published.Dequeue();
            }

            var chunk = buffer.CutChunk(Math.Min(upTo, buffer.Cut + most));
            if (full && buffer.Cut == upTo)
            {
                buffer.Release();
            }

            if (chunk is not null)
            {
                return chunk;
            }
        }
    }
}
