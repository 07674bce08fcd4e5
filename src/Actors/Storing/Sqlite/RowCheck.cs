using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace AkkaPipeline.Storing.Sqlite;

/// <summary>The CRC32C over the content of a row's columns, each with its length, in the order of the table.</summary>
internal struct RowCheck
{
    private uint crc = uint.MaxValue;

    public RowCheck()
    {
    }

    public readonly long Value => ~crc;

    public static RowCheck Of(long first) => new RowCheck().And(first);

    public readonly RowCheck And(long value)
    {
        var next = this;
        next.crc = BitOperations.Crc32C(crc, (ulong)value);
        return next;
    }

    /// <summary>Null and empty are not the same.</summary>
    public readonly RowCheck And(string? text) => text is null ? And(-1) : And(Encoding.UTF8.GetBytes(text));

    public readonly RowCheck And(ReadOnlySpan<byte> bytes)
    {
        var next = And(bytes.Length);
        var sum = next.crc;
        foreach (var eight in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            sum = BitOperations.Crc32C(sum, eight);
        }

        foreach (var one in bytes[(bytes.Length & ~7)..])
        {
            sum = BitOperations.Crc32C(sum, one);
        }

        next.crc = sum;
        return next;
    }
}
