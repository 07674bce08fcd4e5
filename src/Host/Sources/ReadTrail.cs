using AkkaPipeline.Host.Files;

namespace AkkaPipeline.Host.Sources;

/// <summary>
/// What is remembered of a file while it is read: where a line began at the start of each block, and the hashes of all that
/// was read. The reader writes it, others ask for positions.
/// </summary>
/// <param name="identity">The file when it was opened.</param>
/// <param name="hashes">Of what stands before the first byte that is read.</param>
/// <param name="earlier">Where an earlier run was, which may have read further than this one yet; null: there was none.</param>
internal sealed class ReadTrail(FileIdentity identity, RegionHashes hashes, FilePosition? earlier = null)
{
    private readonly Lock gate = new();
    private readonly Queue<(long Number, long Offset)> begins = new();
    private long openNumber = long.MaxValue;
    private long openEnd;

    /// <summary>Number of the last line if it has no line end yet, and so may still grow.</summary>
    public long FirmBelow => Volatile.Read(ref openNumber);

    /// <summary>Bytes have been read.</summary>
    public void Read(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            hashes.Append(bytes);
        }
    }

    /// <summary>A line begins here.</summary>
    public void LineBegins(long offset, long number)
    {
        lock (gate)
        {
            begins.Enqueue((number, offset));
        }
    }

    /// <summary>The last line is about to be yielded, and has no line end.</summary>
    public void EndsOpen(long number)
    {
        openEnd = hashes.Length;
        Volatile.Write(ref openNumber, number);
    }

    public FilePosition At(long number)
    {
        lock (gate)
        {
            var begin = begins.TakeWhile(one => one.Number <= number).LastOrDefault();
            var position = earlier is { } known && known.Read > hashes.Length
                ? known with { Identity = identity }
                : new FilePosition(begin.Number, begin.Offset, hashes.Length, hashes.Rest, [.. hashes.Whole], identity);
            return position with { Number = begin.Number, Offset = begin.Offset, OpenEnd = number > openNumber ? openEnd : position.OpenEnd };
        }
    }

    /// <summary>Keeps the last line begin at or before the number, and those behind it.</summary>
    public void Forget(long below)
    {
        lock (gate)
        {
            while (begins.Count > 1 && begins.ElementAt(1).Number <= below)
            {
                begins.Dequeue();
            }
        }
    }
}
