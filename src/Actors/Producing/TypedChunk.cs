using AkkaPipeline.Queueing;

namespace AkkaPipeline.Producing;

/// <summary>A chunk with its items: a slice of a buffer, or an item alone.</summary>
internal sealed class Chunk<T> : Chunk
{
    private readonly ItemBuffer<T>? buffer;

    public Chunk(ItemBuffer<T> buffer, int offset, int count, long bytes, ItemColumns? columns)
        : base(count, bytes, columns)
    {
        this.buffer = buffer;
        Items = buffer.Items;
        Offset = offset;
    }

    /// <summary>Items read back from a store.</summary>
    public Chunk(T[] items, long bytes, ItemColumns? columns)
        : base(items.Length, bytes, columns) => Items = items;

    public Chunk(T item, long bytes, ItemColumns? columns)
        : base(1, bytes, columns) => Items = [item];

    public T[] Items { get; }

    public int Offset { get; }

    protected override Chunk CopyOf(int index) => new Chunk<T>(
        Items[Offset + index],
        Queueing.Orders.RunBytes.Of(new ItemRun(this, index, 1)),
        Columns?.Slice(index, index + 1))
    {
        Payload = Payload?.Only(index),
    };

    protected override void Forget()
    {
        buffer?.Clear(Offset, Count);
        buffer?.Release();
    }
}
