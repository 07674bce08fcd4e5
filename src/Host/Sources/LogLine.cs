namespace AkkaPipeline.Host.Sources;

/// <summary>One line of a file, without its line end. 24 bytes: lines travel by the million.</summary>
internal readonly struct LogLine
{
    private readonly LineBlock block;
    private readonly int start;
    private readonly int length;

    public LogLine(LineBlock block, int start, int length, long number)
    {
        this.block = block;
        this.start = start;
        this.length = length;
        Number = number;
    }

    /// <summary>A line on its own, outside any file.</summary>
    public static LogLine Of(byte[] bytes, long number = 1, long offset = 0) =>
        new(new LineBlock(bytes, offset), 0, bytes.Length, number);

    /// <summary>The line's number in the file, from 1.</summary>
    public long Number { get; }

    /// <summary>Where the line's first byte stands in the file.</summary>
    public long Offset => block.Offset + start;

    /// <summary>The line's bytes; of a line that is too long, its first ones.</summary>
    public ReadOnlySpan<byte> Bytes => block.Bytes.AsSpan(start, length);

    /// <summary>The same, for whoever keeps them.</summary>
    public ReadOnlyMemory<byte> Memory => block.Bytes.AsMemory(start, length);

    /// <summary>Whether the line was longer than the source allows, so that only its first bytes are here.</summary>
    public bool IsTooLong => block.TooLongLength > 0;

    /// <summary>The line's length in the file, its line end not counted.</summary>
    public long FullLength => IsTooLong ? block.TooLongLength : length;
}
