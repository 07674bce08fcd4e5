using System.Numerics;
using System.Runtime.InteropServices;

namespace AkkaPipeline.Storing;

/// <summary>Which items of some in a row are settled: one bit each, from the lowest. On disk little-endian, in whole words.</summary>
internal static class SettledBits
{
    public static ulong[] For(int count) => new ulong[(count + 63) / 64];

    public static bool IsSet(ulong[] bits, int index) => (bits[index >> 6] & (1UL << (index & 63))) != 0;

    public static void Set(ulong[] bits, int index) => bits[index >> 6] |= 1UL << (index & 63);

    /// <returns>How many of them were not set before.</returns>
    public static int SetRange(ulong[] bits, int from, int to)
    {
        var added = 0;
        for (var word = from >> 6; word << 6 < to; word++)
        {
            var mask = ulong.MaxValue;
            mask &= from > word << 6 ? ulong.MaxValue << (from & 63) : ulong.MaxValue;
            mask &= to < (word + 1) << 6 ? ~(ulong.MaxValue << (to & 63)) : ulong.MaxValue;
            added += BitOperations.PopCount(mask & ~bits[word]);
            bits[word] |= mask;
        }

        return added;
    }

    public static int Count(ulong[]? bits) => bits?.Sum(BitOperations.PopCount) ?? 0;

    public static ReadOnlySpan<byte> Write(ulong[] bits) => MemoryMarshal.AsBytes(bits.AsSpan());

    /// <returns>Null: not the bits of so many items.</returns>
    public static ulong[]? Read(ReadOnlySpan<byte> bytes, int count)
    {
        var bits = For(count);
        if (bytes.Length != bits.Length * sizeof(ulong))
        {
            return null;
        }

        bytes.CopyTo(MemoryMarshal.AsBytes(bits.AsSpan()));
        return (count & 63) != 0 && bits[^1] >> (count & 63) != 0 ? null : bits;
    }
}
