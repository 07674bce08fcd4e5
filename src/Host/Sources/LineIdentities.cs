using System.Buffers.Binary;
using System.IO.Hashing;
using AkkaPipeline.Host.Files;
using Microsoft.Win32.SafeHandles;

namespace AkkaPipeline.Host.Sources;

/// <summary>
/// The identities of a job's lines, 16 bytes each in the order of the lines' numbers, in a file beside the job's state.
/// Each run writes a file of its own, so that the checkpoint of the run before stays good until there is a new one.
/// </summary>
internal sealed class LineIdentities : IDisposable
{
    public const int Bytes = 16;

    /// <summary>Of more lines not even the identities are kept: about 60 bytes a done line are needed to resume.</summary>
    public const int LinesMax = 10_000_000;

    private readonly Lock gate = new();
    private readonly string stem;
    private readonly SafeFileHandle file;
    private readonly XxHash3 hash = new();
    private readonly byte[] buffer = new byte[64 * 1024];
    private int buffered;
    private long written;
    private bool nameIsKept;

    private LineIdentities(string stem, int generation)
    {
        this.stem = stem;
        Generation = generation;
        file = File.OpenHandle(PathOf(stem, generation), FileMode.Create, FileAccess.Write, FileShare.Read | FileShare.Delete);
    }

    /// <summary>Which of the job's runs wrote it, from 1.</summary>
    public int Generation { get; }

    /// <param name="stem">The file's path but for the generation.</param>
    /// <param name="generation">One more than that of the run before.</param>
    public static LineIdentities Create(string stem, int generation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(stem))!);
        return new LineIdentities(stem, generation);
    }

    /// <summary>The identities that an earlier run has written.</summary>
    /// <exception cref="SourceChangedException">They are not there, or are not what was written.</exception>
    public static IReadOnlyList<UInt128> Read(string stem, int generation, int count, ulong hash)
    {
        string path = PathOf(stem, generation);
        var bytes = new byte[(long)count * Bytes];
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (FileComparison.ReadFully(handle, bytes, 0) == bytes.Length && XxHash3.HashToUInt64(bytes) == hash)
            {
                var identities = new UInt128[count];
                for (int index = 0; index < count; index++)
                {
                    identities[index] = BinaryPrimitives.ReadUInt128LittleEndian(bytes.AsSpan(index * Bytes));
                }

                return identities;
            }
        }
        catch (FileNotFoundException)
        {
            // Told below: it is as bad as a damaged one.
        }

        throw new SourceChangedException(
            $"'{path}', which says what lines are done, is missing or damaged. Put it back, or start over with --restart.");
    }

    public void Add(UInt128 identity)
    {
        lock (gate)
        {
            if ((written + buffered) / Bytes >= LinesMax)
            {
                throw new InvalidOperationException(
                    $"source.identity = content keeps the identities of at most {LinesMax:N0} lines; use identity = position.");
            }

            if (buffered == buffer.Length)
            {
                WriteBuffered();
            }

            BinaryPrimitives.WriteUInt128LittleEndian(buffer.AsSpan(buffered), identity);
            buffered += Bytes;
        }
    }

    /// <summary>Makes all that was added survive a power cut.</summary>
    /// <returns>How many there are, and the hash of all.</returns>
    public (int Count, ulong Hash) Keep()
    {
        lock (gate)
        {
            WriteBuffered();
            RandomAccess.FlushToDisk(file);
            if (!nameIsKept)
            {
                FolderSync.Of(stem);
                nameIsKept = true;
            }

            return ((int)(written / Bytes), hash.GetCurrentHashAsUInt64());
        }
    }

    /// <summary>The files of earlier runs are not needed any more.</summary>
    public void DropEarlier()
    {
        for (int earlier = Generation - 1; earlier > 0 && File.Exists(PathOf(stem, earlier)); earlier--)
        {
            File.Delete(PathOf(stem, earlier));
        }
    }

    public void Dispose() => file.Dispose();

    private static string PathOf(string stem, int generation) => $"{stem}-{generation}";

    private void WriteBuffered()
    {
        RandomAccess.Write(file, buffer.AsSpan(0, buffered), written);
        hash.Append(buffer.AsSpan(0, buffered));
        written += buffered;
        buffered = 0;
    }
}
