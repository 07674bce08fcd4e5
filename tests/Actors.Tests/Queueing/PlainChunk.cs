using AkkaPipeline.Queueing;

namespace AkkaPipeline.Tests.Queueing;

/// <summary>A chunk without items: the queue's core sees no more of one.</summary>
internal sealed class PlainChunk(int count, long bytes = 0, long[]? priorities = null) : Chunk(count, bytes, priorities)
{
    public bool Forgotten { get; private set; }

    public static PlainChunk Accepted(int count, long firstSequence, long bytes = 0, long[]? priorities = null)
    {
        var chunk = new PlainChunk(count, bytes, priorities);
        chunk.Accept(new ProducerKey(0, 1), 0, firstSequence);
        return chunk;
    }

    protected override void Forget() => Forgotten = true;
}
