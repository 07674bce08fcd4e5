using System.Collections.Concurrent;

namespace AkkaPipeline.Producing;

/// <summary>Reuses buffers, so that the memory path allocates nothing an item.</summary>
internal sealed class ItemBufferPool<T>(ItemMeasures<T> measures)
{
    private const int KeptMax = 256;

    private readonly ConcurrentQueue<ItemBuffer<T>> free = new();

    public ItemMeasures<T> Measures => measures;

    /// <summary>
    /// How many bytes a buffer's items took lately: the room that the next one begins with, instead of growing to it. Only
    /// a guess, which anybody may write.
    /// </summary>
    public int PayloadExpected { get; set; }

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
