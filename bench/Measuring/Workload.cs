using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AkkaPipeline.Bench.Measuring;

/// <summary>
/// The items and the work on each, the same for every program. The source yields the numbers of one lap over and
/// over, so that programs which run a different number of laps still have one checksum to compare: that of a lap.
/// </summary>
internal abstract class Workload<T>
{
    protected Workload() => Consume = (item, _) =>
    {
        Handle(item);
        return ValueTask.CompletedTask;
    };

    /// <summary>The consumer delegate for programs that hand over bare items.</summary>
    public Func<T, CancellationToken, ValueTask> Consume { get; }

    /// <summary>What is run through a program in one go; set before each run.</summary>
    public IEnumerable<T> Source { get; set; } = [];

    /// <summary>Bytes that an item takes by itself.</summary>
    public abstract int BytesOfItem { get; }

    public abstract IEnumerable<T> Laps(int laps, long itemsPerLap);

    /// <summary>The work on one item: its number goes into the tally.</summary>
    public abstract void Handle(T item);
}

internal sealed class LongWorkload : Workload<long>
{
    public override int BytesOfItem => 0;

    public override IEnumerable<long> Laps(int laps, long itemsPerLap)
    {
        for (int lap = 0; lap < laps; lap++)
        {
            for (long number = 0; number < itemsPerLap; number++)
                yield return number;
        }
    }

    public override void Handle(long item) => Tally.Add(item);
}

/// <summary>A small object: a header, a type and two numbers.</summary>
internal sealed class Parcel(long number, long weight)
{
    public long Number { get; } = number;

    public long Weight { get; } = weight;
}

internal sealed class ParcelWorkload : Workload<Parcel>
{
    public override int BytesOfItem { get; } = Measure();

    public override IEnumerable<Parcel> Laps(int laps, long itemsPerLap)
    {
        for (int lap = 0; lap < laps; lap++)
        {
            for (long number = 0; number < itemsPerLap; number++)
                yield return new Parcel(number, lap);
        }
    }

    public override void Handle(Parcel item) => Tally.Add(item.Number);

    private static int Measure()
    {
        const int Parcels = 1000;
        var kept = new Parcel[Parcels];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int index = 0; index < kept.Length; index++)
            kept[index] = new Parcel(index, index);
        return (int)((GC.GetAllocatedBytesForCurrentThread() - before) / Parcels);
    }
}

/// <summary>Items of 100 bytes, the first eight of which are the number.</summary>
internal sealed class BytesWorkload : Workload<byte[]>
{
    public const int Bytes = 100;

    private static readonly byte[] Pattern = RandomNumberGenerator.GetBytes(Bytes);

    /// <summary>With its header.</summary>
    public override int BytesOfItem => 128;

    public static byte[] Item(long number)
    {
        byte[] item = GC.AllocateUninitializedArray<byte>(Bytes);
        Pattern.CopyTo(item, 0);
        BinaryPrimitives.WriteInt64LittleEndian(item, number);
        return item;
    }

    public override IEnumerable<byte[]> Laps(int laps, long itemsPerLap)
    {
        for (int lap = 0; lap < laps; lap++)
        {
            for (long number = 0; number < itemsPerLap; number++)
                yield return Item(number);
        }
    }

    public static long NumberOf(byte[] item) => BinaryPrimitives.ReadInt64LittleEndian(item);

    public override void Handle(byte[] item) => Tally.Add(NumberOf(item));
}
