using System.Collections.Concurrent;

namespace AkkaPipeline.Producing;

/// <summary>Reuses buffers, so that the memory path allocates nothing an item.</summary>
internal sealed class ItemBufferPool<T>(ItemMeasures<T> measures)
{
    private const int KeptMax = 256;

    private readonly ConcurrentQueue<ItemBuffer<T>> free = new();

    public ItemMeasures<T> Measures => measures;

    public ItemBuffer<T> Rent() =>
        free.TryDequeue(out var buffer)
            ? buffer
            : new ItemBuffer<T>(this);

    public void Return(ItemBuffer<T> buffer)
    {
        if (free.Count < KeptMax)
        {
            buffer.Reset();
            free.Enqueue(buffer);
        }
    }
}
