using System.Collections.Concurrent;
using AkkaPipeline.Storing;

namespace AkkaPipeline.Producing;

/// <summary>Reuses buffers, so that the memory path allocates nothing an item.</summary>
internal sealed class ItemBufferPool<T>(ItemMeasures<T> measures)
{
    private const int KeptMax = 256;

    // At most 8.1 MiB.
    private const int BlocksKeptMax = 128;

    private readonly ConcurrentQueue<ItemBuffer<T>> free = new();
    private readonly ConcurrentQueue<byte[]> freeBytes = new();

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

    /// <summary>Room for items as bytes, with whatever was in it before.</summary>
    /// <param name="bytesMin">How many there must be.</param>
    /// <param name="bytes">How many a new one gets, if that is more.</param>
    public PayloadBlock RentBlock(int bytesMin, int bytes)
    {
        // One that is too short goes to the garbage collector: the pool grows with the items.
        if (bytesMin <= ItemBuffer<T>.PayloadMax && freeBytes.TryDequeue(out var room) && room.Length >= bytesMin)
        {
            return new PayloadBlock(room, Return);
        }

        return new PayloadBlock(GC.AllocateUninitializedArray<byte>(Math.Max(bytesMin, bytes)), Return);
    }

    private void Return(byte[] bytes)
    {
        if (bytes.Length <= ItemBuffer<T>.PayloadMax && freeBytes.Count < BlocksKeptMax)
        {
            freeBytes.Enqueue(bytes);
        }
    }
}
