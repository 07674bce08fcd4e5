using AkkaPipeline.Queueing;

namespace AkkaPipeline.Tests.Queueing;

/// <summary>A chunk without items: the queue's core sees no more of one.</summary>
internal sealed class PlainChunk(int count, long bytes = 0, ItemColumns? columns = null) : Chunk(count, bytes, columns)
{
    public bool Forgotten { get; private set; }

    public static PlainChunk Accepted(int count, long firstSequence, long bytes = 0, long[]? priorities = null, string[]? keys = null)
    {
        var chunk = new PlainChunk(count, bytes, new ItemColumns { Priorities = priorities, Keys = keys });
        chunk.Accept(new ProducerKey(0, 1), 0, firstSequence);
        return chunk;
    }

    protected override Chunk CopyOf(int index) => new PlainChunk(1, Count == 0 ? 0 : Bytes / Count, Columns?.Slice(index, index + 1));

    protected override void Forget() => Forgotten = true;
}
