using AkkaPipeline.Producing;

namespace AkkaPipeline.Host.Sources;

/// <summary>The lines of a file, from its start to its end.</summary>
/// <param name="path">The file; a named pipe will do.</param>
/// <param name="lineBytesMax">The longest line that is kept whole; a longer one comes with its first bytes only.</param>
internal sealed class FileLines(string path, int lineBytesMax = FileLines.DefaultLineBytesMax) : IAsyncEnumerable<LogLine>, IReadsAhead
{
    public const int DefaultLineBytesMax = 1024 * 1024;

    /// <exception cref="IOException">There is no such file, or it is a directory.</exception>
    public static void Expect(string path)
    {
        if (Directory.Exists(path) || !File.Exists(path))
        {
            throw new IOException(Directory.Exists(path)
                ? $"The source '{path}' is a directory, not a file."
                : $"The source '{path}' does not exist. Check the path; it is relative to the configuration file.");
        }
    }

    public async IAsyncEnumerator<LogLine> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        await using FileStream file = Open(path);
        await foreach (LogLine line in LineStream.ReadAsync(
            file, lineBytesMax, readsAhead: true, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            yield return line;
        }
    }

    /// <exception cref="IOException">It cannot be opened.</exception>
    public static FileStream Open(string path)
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
