namespace AkkaPipeline.Host.Sources;

/// <summary>
/// A run of bytes that many lines share, so that a line costs no allocation of its own. Never reused: lines in flight
/// point into it for as long as anybody works on them, and then it is garbage.
/// </summary>
internal sealed class LineBlock(byte[] bytes, long offset)
{
    public byte[] Bytes { get; } = bytes;

    /// <summary>Where the block's first byte stands in the file.</summary>
    public long Offset { get; } = offset;

    /// <summary>0, or the length of the one too long line whose first bytes this block keeps.</summary>
    public long TooLongLength { get; init; }
}
