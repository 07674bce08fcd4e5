using System.IO.Hashing;

namespace AkkaPipeline.Host.Sources;

/// <summary>
/// Hashes a file as it is read from the start, in regions of 1 MiB, so that a later run can tell whether that part of it is
/// still the same, and if not, where.
/// </summary>
internal sealed class RegionHashes
{
    public const int RegionBytes = 1024 * 1024;

    private readonly List<ulong> whole;
    private readonly XxHash3 rest = new();

    public RegionHashes()
        : this([])
    {
    }

    /// <param name="whole">Those of the first regions.</param>
    public RegionHashes(IEnumerable<ulong> whole)
    {
        this.whole = [.. whole];
        Length = (long)RegionBytes * this.whole.Count;
    }

    /// <summary>How many bytes it has seen.</summary>
    public long Length { get; private set; }

    /// <summary>The hashes of the whole regions.</summary>
    public IReadOnlyList<ulong> Whole => whole;

    /// <summary>The hash of what follows the last whole region.</summary>
    public ulong Rest => rest.GetCurrentHashAsUInt64();

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int taken = (int)Math.Min(bytes.Length, RegionBytes - (Length % RegionBytes));
            rest.Append(bytes[..taken]);
            Length += taken;
            bytes = bytes[taken..];
            if (Length % RegionBytes == 0)
            {
                whole.Add(rest.GetCurrentHashAsUInt64());
                rest.Reset();
            }
        }
    }
}
