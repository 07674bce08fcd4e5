using AkkaPipeline.Queueing;

namespace AkkaPipeline.Producing;

/// <summary>A chunk with its items: a slice of a buffer.</summary>
internal sealed class Chunk<T>(ItemBuffer<T> buffer, int offset, int count, long bytes, long[]? priorities)
    : Chunk(count, bytes, priorities)
{
    public T[] Items => buffer.Items;

    public int Offset { get; } = offset;

    protected override void Forget()
    {
        buffer.Clear(Offset, Count);
        buffer.Release();
    }
}
