using System.Runtime.CompilerServices;

namespace AkkaPipeline.Host.Sources;

/// <summary>The lines of a stream, read in blocks. What is in memory is the block being read and those still in use.</summary>
internal static class LineStream
{
    // Below the 85,000 bytes from which arrays live on the large object heap, where each would wait for a full
    // collection.
    private const int BlockBytes = 64 * 1024;

    /// <param name="stream">The bytes.</param>
    /// <param name="lineBytesMax">The longest line that is kept whole; a longer one comes with its first bytes only.</param>
    /// <param name="trail">Hears what is read; null: nobody.</param>
    /// <param name="offset">Where in the file the stream's first byte stands.</param>
    /// <param name="number">How many lines stand before that.</param>
    /// <param name="ends">Hears of a last line without a line end, before it is yielded; null: nobody.</param>
    /// <param name="readsAhead">Whether, after a cancellation, what is read is yielded, and the line at hand read to its end: it cannot be
    /// read again.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async IAsyncEnumerable<LogLine> ReadAsync(
        Stream stream,
        int lineBytesMax,
        ReadTrail? trail = null,
        long offset = 0,
        long number = 0,
        Action<LogLine>? ends = null,
        bool readsAhead = false,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var splitter = new LineSplitter(BlockBytes, lineBytesMax, offset, number + 1);
        while (true)
        {
            while (splitter.TryTake(out LogLine line))
            {
                if (splitter.EndsOpen)
                {
                    trail?.EndsOpen(line.Number - 1);
                    ends?.Invoke(line);
                }

                yield return line;
            }

            if (splitter.Ended)
            {
                yield break;
            }

            if (trail is not null && splitter.LineBegin is { } begin)
            {
                trail.LineBegins(begin, splitter.LineNumber - 1);
            }

            Memory<byte> room = splitter.Room();
            int read;
            if (readsAhead && cancellationToken.IsCancellationRequested && splitter.IsWithinLine)
            {
                // Byte by byte, so that nothing of the next line is taken.
                read = await stream.ReadAsync(room[..1], CancellationToken.None).ConfigureAwait(false);
            }
            else
            {
                try
                {
                    read = await stream.ReadAsync(room, cancellationToken).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (readsAhead && splitter.IsWithinLine)
                {
                    continue;
                }
            }

            if (read == 0)
            {
                splitter.End();
            }
            else
            {
                trail?.Read(room.Span[..read]);
                splitter.Filled(read);
            }
        }
    }
}
