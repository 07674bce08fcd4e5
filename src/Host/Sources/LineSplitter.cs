namespace AkkaPipeline.Host.Sources;

/// <summary>
/// Cuts a stream of bytes into lines. Does no I/O: the caller fills <see cref="Room"/>, says how much
/// (<see cref="Filled"/>) or that nothing follows (<see cref="End"/>), and takes lines until there is none.
/// LF ends a line, a CR before it belongs to the line end, the last line needs no LF, and a UTF-8 byte order mark at the
/// very start is no content.
/// </summary>
internal sealed class LineSplitter
{
    /// <summary>How much of a too long line is kept, to show what it was.</summary>
    public const int KeptBytesMax = 64 * 1024;

    /// <summary>The largest bound a line can be given.</summary>
    public const int LineBytesLimit = 512 * 1024 * 1024;

    private readonly int blockBytes;
    private readonly int lineBytesMax;

    private LineBlock block;
    private int lineStart;        // where the line at hand starts in the block
    private int searched;         // up to here there is no LF in the line at hand
    private int filled;           // up to here the block holds bytes of the file
    private long lineNumber;
    private bool beyondStart;     // the byte order mark, if any, is behind us

    private byte[]? kept;         // the first bytes of a line already known to be too long
    private long keptOffset;
    private long droppedLength;   // how many bytes of that line went by
    private bool droppedEndsInCr;

    /// <param name="blockBytes">How much is read at once.</param>
    /// <param name="lineBytesMax">The longest line that is kept whole.</param>
    /// <param name="offset">Where in the file the first byte stands; a line begins there.</param>
    /// <param name="lineNumber">That line's number.</param>
    public LineSplitter(int blockBytes, int lineBytesMax, long offset = 0, long lineNumber = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blockBytes, 16);
        ArgumentOutOfRangeException.ThrowIfLessThan(lineBytesMax, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lineBytesMax, LineBytesLimit);
        this.blockBytes = blockBytes;
        this.lineBytesMax = lineBytesMax;
        this.lineNumber = lineNumber;
        beyondStart = offset > 0;
        block = NewBlock(blockBytes, offset);
    }

    /// <summary>Whether the input is at its end; lines may still be left to take.</summary>
    public bool Ended { get; private set; }

    /// <summary>Whether the line that was taken last is the input's last and has no line end.</summary>
    public bool EndsOpen { get; private set; }

    /// <summary>Where in the file the line at hand begins; null while it is known to be too long, and dropped.</summary>
    public long? LineBegin => kept is null ? block.Offset + lineStart : null;

    /// <summary>Whether something of the line at hand has been read.</summary>
    public bool IsWithinLine => lineStart < filled || kept is not null;

    /// <summary>The number of the line at hand.</summary>
    public long LineNumber => lineNumber;

    /// <summary>Where the next bytes of the file go; never empty. Lines must have been taken first.</summary>
    public Memory<byte> Room()
    {
        // A short rest is not worth a read of its own; a pipe that trickles still fills most of each block.
        if (block.Bytes.Length - filled < blockBytes / 8)
        {
            Roll();
        }

        return block.Bytes.AsMemory(filled);
    }

    public void Filled(int count) => filled += count;

    public void End() => Ended = true;

    public bool TryTake(out LogLine line)
    {
        line = default;
        if (!beyondStart && !PassStart())
        {
            return false;
        }

        int lineFeed = block.Bytes.AsSpan(searched, filled - searched).IndexOf((byte)'\n');
        if (lineFeed < 0)
        {
            return TryTakeLast(ref line);
        }

        int end = searched + lineFeed;
        line = kept is null ? Cut(end, endsInLineFeed: true) : CutDropped(end, endsInLineFeed: true);
        lineStart = searched = end + 1;
        lineNumber++;
        return true;
    }

    private bool PassStart()
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        if (filled < mark.Length && !Ended)
        {
            return false;
        }

        beyondStart = true;
        if (block.Bytes.AsSpan(0, filled).StartsWith(mark))
        {
            lineStart = searched = mark.Length;
        }

        return true;
    }

    private bool TryTakeLast(ref LogLine line)
    {
        searched = filled;
        if (!Ended)
        {
            // One more than the bound could still be the CR of a line end.
            if (kept is not null || filled - lineStart > (long)lineBytesMax + 1)
            {
                Drop();
            }

            return false;
        }

        if (kept is null && lineStart == filled)
        {
            return false;
        }

        line = kept is null ? Cut(filled, endsInLineFeed: false) : CutDropped(filled, endsInLineFeed: false);
        lineStart = filled;
        EndsOpen = true;
        return true;
    }

    private LogLine Cut(int end, bool endsInLineFeed)
    {
        int length = end - lineStart;
        if (endsInLineFeed && length > 0 && block.Bytes[end - 1] == '\r')
        {
            length--;
        }

        return length <= lineBytesMax
            ? new LogLine(block, lineStart, length, lineNumber)
            : TooLong(Keep(lineStart, length), block.Offset + lineStart, length);
    }

    /// <summary>Forgets what the block holds of the line at hand, which is too long, but for its first bytes.</summary>
    private void Drop()
    {
        if (kept is null)
        {
            kept = Keep(lineStart, filled - lineStart);
            keptOffset = block.Offset + lineStart;
        }

        CountDropped(filled);
        lineStart = filled;
    }

    private LogLine CutDropped(int end, bool endsInLineFeed)
    {
        CountDropped(end);
        LogLine line = TooLong(kept!, keptOffset, droppedLength - (endsInLineFeed && droppedEndsInCr ? 1 : 0));
        kept = null;
        droppedLength = 0;
        return line;
    }

    private void CountDropped(int end)
    {
        if (end > lineStart)
        {
            droppedLength += end - lineStart;
            droppedEndsInCr = block.Bytes[end - 1] == '\r';
        }
    }

    private byte[] Keep(int start, int length) =>
        block.Bytes.AsSpan(start, Math.Min(length, Math.Min(lineBytesMax, KeptBytesMax))).ToArray();

    private LogLine TooLong(byte[] bytes, long offset, long length) =>
        new(new LineBlock(bytes, offset) { TooLongLength = length }, 0, bytes.Length, lineNumber);

    /// <summary>Starts a new block with the unfinished line, for the old one belongs to the lines cut from it.</summary>
    private void Roll()
    {
        int carried = filled - lineStart;
        LineBlock next = NewBlock(Math.Max(blockBytes, 2 * carried), block.Offset + lineStart);
        block.Bytes.AsSpan(lineStart, carried).CopyTo(next.Bytes);
        searched -= lineStart;
        lineStart = 0;
        filled = carried;
        block = next;
    }

    private static LineBlock NewBlock(int bytes, long offset) =>
        new(GC.AllocateUninitializedArray<byte>(bytes), offset);
}
