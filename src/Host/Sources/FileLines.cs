namespace AkkaPipeline.Host.Sources;

/// <summary>The lines of a file, read in blocks. What is in memory is the block being read and those still in use.</summary>
/// <param name="path">The file; a named pipe will do.</param>
/// <param name="lineBytesMax">The longest line that is kept whole; a longer one comes with its first bytes only.</param>
internal sealed class FileLines(string path, int lineBytesMax = FileLines.DefaultLineBytesMax) : IAsyncEnumerable<LogLine>
{
    public const int DefaultLineBytesMax = 1024 * 1024;

    // Below the 85,000 bytes from which arrays live on the large object heap, where each would wait for a full
    // collection.
    private const int BlockBytes = 64 * 1024;

    /// <summary>The lines of a file that is there.</summary>
    /// <exception cref="IOException">It is not, or it is a directory.</exception>
    public static FileLines Of(string path) =>
        Directory.Exists(path) ? throw new IOException($"The source '{path}' is a directory, not a file.")
        : File.Exists(path) ? new FileLines(path)
        : throw new IOException($"The source '{path}' does not exist. Check the path; it is relative to the configuration file.");

    public async IAsyncEnumerator<LogLine> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        await using FileStream file = Open();
        var splitter = new LineSplitter(BlockBytes, lineBytesMax);
        while (true)
        {
            while (splitter.TryTake(out LogLine line))
            {
                yield return line;
            }

            if (splitter.Ended)
            {
                yield break;
            }

            int read = await file.ReadAsync(splitter.Room(), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                splitter.End();
            }
            else
            {
                splitter.Filled(read);
            }
        }
    }

    private FileStream Open()
    {
        if (Directory.Exists(path))
        {
            throw new IOException($"The source '{path}' is a directory, not a file.");
        }

        return new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Open,
            Access = FileAccess.Read,
            Share = FileShare.ReadWrite | FileShare.Delete,   // a log that is still being written, or rotated away
            BufferSize = 0,
            Options = FileOptions.SequentialScan | FileOptions.Asynchronous,
        });
    }
}
