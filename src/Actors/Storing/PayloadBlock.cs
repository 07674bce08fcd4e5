namespace AkkaPipeline.Storing;

/// <summary>
/// Bytes of items, which are used again once nobody needs them: the buffer that was filled with them, and the store for each
/// run of items that it has yet to write. Whoever never lets go only leaves them to the garbage collector.
/// </summary>
/// <param name="bytes">The room.</param>
/// <param name="reuse">Takes the room back.</param>
internal sealed class PayloadBlock(byte[] bytes, Action<byte[]> reuse)
{
    private int holders = 1;

    public byte[] Bytes => bytes;

    /// <summary>One more needs the bytes as they are. Only while another one does.</summary>
    public void Hold() => Interlocked.Increment(ref holders);

    /// <summary>One of those who hold it needs it no more.</summary>
    public void LetGo()
    {
        if (Interlocked.Decrement(ref holders) == 0)
        {
            reuse(bytes);
        }
    }
}
