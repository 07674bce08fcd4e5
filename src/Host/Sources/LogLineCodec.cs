using System.Buffers;
using System.Buffers.Binary;

namespace AkkaPipeline.Host.Sources;

/// <summary>A line as a store keeps it: number, offset, full length (0: it is all here), each 8 bytes little-endian, then its bytes.</summary>
internal sealed class LogLineCodec : IItemCodec<LogLine>
{
    private const int HeadBytes = 3 * sizeof(long);

    public static LogLineCodec Instance { get; } = new();

    public string Name => "line";

    public int Version => 1;

    public void Encode(LogLine item, IBufferWriter<byte> writer)
    {
        Span<byte> head = writer.GetSpan(HeadBytes);
        BinaryPrimitives.WriteInt64LittleEndian(head, item.Number);
        BinaryPrimitives.WriteInt64LittleEndian(head[8..], item.Offset);
        BinaryPrimitives.WriteInt64LittleEndian(head[16..], item.IsTooLong ? item.FullLength : 0);
        writer.Advance(HeadBytes);
        writer.Write(item.Bytes);
    }

    public LogLine Decode(ReadOnlySpan<byte> bytes, int version)
    {
        if (version != Version || bytes.Length < HeadBytes)
        {
            throw new InvalidDataException($"A line of version {version} with {bytes.Length} bytes cannot be read.");
        }

        byte[] line = bytes[HeadBytes..].ToArray();
        var block = new LineBlock(line, BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]))
        {
            TooLongLength = BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
        };
        return new LogLine(block, 0, line.Length, BinaryPrimitives.ReadInt64LittleEndian(bytes));
    }
}
