using AkkaPipeline.Host.Sources;

namespace AkkaPipeline.Host.Parsing;

/// <summary>
/// The consumer <c>{ type = parse, format = combined-log }</c>: a log line in, one line of JSON with its line feed out.
/// One instance may serve any number of consumers.
/// </summary>
internal sealed class ParseCombinedLog : IItemConsumer<LogLine, ReadOnlyMemory<byte>>
{
    // Below the size from which arrays live on the large object heap.
    private const int BlockBytes = 64 * 1024;

    // Outputs are cut from a block until it is full; it is garbage once the sink has written them. A thread's own,
    // because a call runs on one thread from start to end.
    [ThreadStatic]
    private static Memory<byte> threadRoom;

    public ValueTask ConsumeAsync(
        Delivery<LogLine> delivery, IOutputs<ReadOnlyMemory<byte>> outputs, CancellationToken cancellationToken)
    {
        outputs.Emit(Convert(delivery.Item));
        return ValueTask.CompletedTask;
    }

    /// <exception cref="MalformedLineException">The line is too long or not in the format.</exception>
    internal static ReadOnlyMemory<byte> Convert(LogLine line)
    {
        MalformedLineException.ThrowIfTooLong(line);
        ReadOnlySpan<byte> bytes = line.Bytes;
        CombinedLogRecord record = CombinedLog.Parse(bytes);
        long bytesMax = CombinedLogJson.BytesMax(bytes.Length);
        return bytesMax <= BlockBytes / 4 ? WriteToBlock(record, (int)bytesMax) : WriteAlone(record, bytesMax);
    }

    private static Memory<byte> WriteToBlock(in CombinedLogRecord record, int bytesMax)
    {
        Memory<byte> room = threadRoom;
        if (room.Length < bytesMax)
        {
            room = GC.AllocateUninitializedArray<byte>(BlockBytes);
        }

        int written = CombinedLogJson.Write(record, room.Span);
        threadRoom = room[written..];
        return room[..written];
    }

    /// <summary>A long line is written with all the room it could need, and then copied to what it did need.</summary>
    private static Memory<byte> WriteAlone(in CombinedLogRecord record, long bytesMax)
    {
        byte[] room = GC.AllocateUninitializedArray<byte>((int)Math.Min(bytesMax, Array.MaxLength));
        int written = CombinedLogJson.Write(record, room);
        return room.AsSpan(0, written).ToArray();
    }
}
