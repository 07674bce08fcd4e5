using AkkaPipeline.Host.Files;

namespace AkkaPipeline.Host.Sources;

/// <summary>
/// The lines of a file, known by where they stand: reading goes on where an earlier run was, if the file is the same up to
/// there. It may have grown.
/// </summary>
/// <param name="path">The file; no pipe, which could not be read again.</param>
/// <param name="lineBytesMax">The longest line that is kept whole; a longer one comes with its first bytes only.</param>
internal sealed class ReplayableFile(string path, int lineBytesMax = FileLines.DefaultLineBytesMax)
    : IAsyncEnumerable<LogLine>, IReplayableSource
{
    private FileStream? file;
    private ReadTrail? trail;
    private FilePosition? from;
    private long first;

    public long FirmBelow => Volatile.Read(ref trail)?.FirmBelow ?? long.MaxValue;

    public string PositionAt(long number) => (Volatile.Read(ref trail)?.At(number) ?? FilePosition.Start).ToString();

    public void Forget(long below) => Volatile.Read(ref trail)?.Forget(below);

    public void ResumeAt(string position, long number)
    {
        from = ParsePosition(position);
        first = number;
        file = FileLines.Open(path);
        try
        {
            var identity = FileIdentity.Of(file.SafeFileHandle);
            if (identity != from.Identity)
            {
                new FileComparison(path, file.SafeFileHandle).Expect(from, identity.Length);
            }

            trail = new ReadTrail(identity, HashesUpTo(from), from);
            trail.LineBegins(from.Offset, from.Number);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public async IAsyncEnumerator<LogLine> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        await using FileStream opened = file ?? FileLines.Open(path);
        if (trail is null)
        {
            Volatile.Write(ref trail, new ReadTrail(FileIdentity.Of(opened.SafeFileHandle), new RegionHashes()));
        }

        opened.Position = from?.Offset ?? 0;
        var lines = LineStream.ReadAsync(opened, lineBytesMax, trail, from?.Offset ?? 0, from?.Number ?? 0, cancellationToken: cancellationToken);
        await foreach (LogLine line in lines.ConfigureAwait(false))
        {
            if (line.Number > first)
            {
                yield return line;
            }
        }
    }

    private FilePosition ParsePosition(string position)
    {
        try
        {
            return FilePosition.Parse(position);
        }
        catch (FormatException exception)
        {
            throw new SourceChangedException(
                $"How far '{path}' was read is told in a form that is not known here: {exception.Message} It was written with source.identity = content, or by another version; start over with --restart.",
                exception);
        }
    }

    /// <summary>The region in which reading goes on is read from its start, to go on hashing it.</summary>
    private RegionHashes HashesUpTo(FilePosition position)
    {
        int whole = (int)(position.Offset / RegionHashes.RegionBytes);
        var hashes = new RegionHashes(position.Regions.Take(whole));
        var bytes = new byte[position.Offset - hashes.Length];
        hashes.Append(bytes.AsSpan(0, FileComparison.ReadFully(file!.SafeFileHandle, bytes, hashes.Length)));
        return hashes;
    }
}
