using AkkaPipeline.Queueing;

namespace AkkaPipeline.Producing;

/// <summary>A chunk with its items: a slice of a buffer, or an item alone.</summary>
internal sealed class Chunk<T> : Chunk
{
    private readonly ItemBuffer<T>? buffer;

    public Chunk(ItemBuffer<T> buffer, int offset, int count, long bytes, long[]? priorities)
        : base(count, bytes, priorities)
    {
        this.buffer = buffer;
        Items = buffer.Items;
        Offset = offset;
    }

    public Chunk(T item, long bytes, long[]? priorities)
        : base(1, bytes, priorities) => Items = [item];

    public T[] Items { get; }

    public int Offset { get; }

    protected override void Forget()
    {
        buffer?.Clear(Offset, Count);
        buffer?.Release();
    }
}
