using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using AkkaPipeline.Storing;

namespace AkkaPipeline.Host.Sources;

/// <summary>
/// The lines of a file that people edit, known by what they say: inserting, moving or removing lines neither skips a new
/// line nor repeats one that is done. Of equal lines as many are done as were done before.
/// </summary>
/// <param name="path">The file; no pipe, which could not be read again.</param>
/// <param name="identitiesPath">Where the identities are kept; each run appends a number to it.</param>
internal sealed class ContentLines(string path, string identitiesPath) : IAsyncEnumerable<LogLine>, ISelectiveSource, IDisposable
{
    private const string Form = "content-1";

    private readonly Dictionary<UInt128, int> done = [];
    private LineIdentities? identities;
    private long openNumber = long.MaxValue;
    private long next;

    public long FirmBelow => Volatile.Read(ref openNumber);

    public string PositionAt(long number)
    {
        LineIdentities kept = Identities(generation: 1);
        var (count, hash) = kept.Keep();
        return string.Create(CultureInfo.InvariantCulture, $"{Form} run={kept.Generation} lines={count} hash={hash:x16}");
    }

    /// <summary>Without knowing what is settled above the number: what is below it is.</summary>
    public void ResumeAt(string position, long number) => ResumeWithout(position, NumberSet.Of(new NumberRange(0, number)));

    public long ResumeWithout(string position, NumberSet settled)
    {
        var (run, count, hash) = Parse(position);
        var earlier = LineIdentities.Read(identitiesPath, run, count, hash);
        if (settled.Ranges is [.., { } last] && last.End > count)
        {
            throw new SourceChangedException(
                $"{settled.Count} lines of '{path}' are done, and only {count} are known. Start over with --restart.");
        }

        LineIdentities kept = Identities(run + 1);
        foreach (var range in settled.Ranges)
        {
            for (long number = range.First; number < range.End; number++)
            {
                UInt128 identity = earlier[(int)number];
                done[identity] = done.GetValueOrDefault(identity) + 1;
                kept.Add(identity);
            }
        }

        next = settled.Count;
        return next;
    }

    public void Forget(long below) => Volatile.Read(ref identities)?.DropEarlier();

    public async IAsyncEnumerator<LogLine> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        LineIdentities kept = Identities(generation: 1);
        await using FileStream file = FileLines.Open(path);
        var lines = LineStream.ReadAsync(
            file, FileLines.DefaultLineBytesMax, ends: _ => Volatile.Write(ref openNumber, next), cancellationToken: cancellationToken);
        await foreach (LogLine line in lines.ConfigureAwait(false))
        {
            UInt128 identity = IdentityOf(line);
            if (!TakeDone(identity))
            {
                kept.Add(identity);
                next++;
                yield return line;
            }
        }
    }

    /// <summary>Positions are asked for after the last line too, so that reading does not end it.</summary>
    public void Dispose() => identities?.Dispose();

    private static UInt128 IdentityOf(LogLine line)
    {
        if (!line.IsTooLong)
        {
            return XxHash128.HashToUInt128(line.Bytes);
        }

        var hash = new XxHash128();
        hash.Append(line.Bytes);
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, line.FullLength);
        hash.Append(length);
        return hash.GetCurrentHashAsUInt128();
    }

    private bool TakeDone(UInt128 identity)
    {
        if (done.Count == 0 || !done.TryGetValue(identity, out int left))
        {
            return false;
        }

        if (left == 1)
        {
            done.Remove(identity);
        }
        else
        {
            done[identity] = left - 1;
        }

        return true;
    }

    private LineIdentities Identities(int generation)
    {
        if (Volatile.Read(ref identities) is { } there)
        {
            return there;
        }

        var created = LineIdentities.Create(identitiesPath, generation);
        if (Interlocked.CompareExchange(ref identities, created, null) is not { } first)
        {
            return created;
        }

        created.Dispose();
        return first;
    }

    private (int Run, int Count, ulong Hash) Parse(string position)
    {
        if (position.Split(' ') is [Form, var run, var lines, var hash]
            && int.TryParse(After(run, "run="), NumberStyles.None, CultureInfo.InvariantCulture, out int generation)
            && int.TryParse(After(lines, "lines="), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            && ulong.TryParse(After(hash, "hash="), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong known))
        {
            return (generation, count, known);
        }

        throw new SourceChangedException(
            $"What lines of '{path}' are done is told in a form that is not known here. It was written with source.identity = position, or by another version; start over with --restart.");
    }

    private static string After(string word, string key) => word.StartsWith(key, StringComparison.Ordinal) ? word[key.Length..] : "";
}
