using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace AkkaPipeline.Host.Sources;

/// <summary>Reads a file up to where an earlier run had read it, and says what is different.</summary>
internal sealed class FileComparison(string path, SafeFileHandle file)
{
    private const string StartOver = "Going on could skip lines or do them twice: put the file back as it was, or start over with --restart.";

    /// <exception cref="SourceChangedException">It has changed other than by growing.</exception>
    public void Expect(FilePosition known, long length)
    {
        if (length < known.Read)
        {
            throw Changed($"it is shorter: {Show(length)} bytes, and an earlier run has read {Show(known.Read)}");
        }

        var hashes = new RegionHashes();
        var block = new byte[RegionHashes.RegionBytes];
        while (hashes.Length < known.Read)
        {
            long at = hashes.Length;
            int wanted = (int)Math.Min(block.Length, known.Read - at);
            int read = ReadFully(file, block.AsSpan(0, wanted), at);
            hashes.Append(block.AsSpan(0, read));
            int region = (int)(at / RegionHashes.RegionBytes);
            bool isSame = read == wanted
                && (wanted == block.Length ? hashes.Whole[region] == known.Regions[region] : hashes.Rest == known.Rest);
            if (!isSame)
            {
                throw Changed($"between bytes {Show(at)} and {Show(at + wanted)} it is not what an earlier run has read (region {Show(region + 1)} of 1 MiB)");
            }
        }

        ExpectLineEnd(known, length);
    }

    /// <returns>How many bytes there were; fewer than wanted only at the file's end.</returns>
    public static int ReadFully(SafeFileHandle file, Span<byte> into, long offset)
    {
        int filled = 0;
        while (filled < into.Length && RandomAccess.Read(file, into[filled..], offset + filled) is > 0 and int read)
        {
            filled += read;
        }

        return filled;
    }

    /// <summary>A line that was done as it stood at the file's end must not have grown.</summary>
    private void ExpectLineEnd(FilePosition known, long length)
    {
        if (known.OpenEnd == 0 || length <= known.OpenEnd)
        {
            return;
        }

        Span<byte> next = stackalloc byte[2];
        int read = ReadFully(file, next, known.OpenEnd);
        if (!next[..read].StartsWith("\n"u8) && !next[..read].SequenceEqual("\r\n"u8))
        {
            throw Changed("its last line had no line end when it was done, and has grown since");
        }
    }

    private SourceChangedException Changed(string how) => new($"The source '{path}' has changed since the job began: {how}. {StartOver}");

    private static string Show(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
