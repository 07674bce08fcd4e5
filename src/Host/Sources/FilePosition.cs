using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using AkkaPipeline.Host.Files;

namespace AkkaPipeline.Host.Sources;

/// <summary>Where reading can go on in a file, and by what the file is recognised. About 11 bytes of text a MiB read.</summary>
/// <param name="Number">How many lines stand before <paramref name="Offset"/>.</param>
/// <param name="Offset">Where a line begins.</param>
/// <param name="Read">How many bytes were read when this was known: the file has to be the same up to there.</param>
/// <param name="Rest">Hash of what was read behind the last whole region.</param>
/// <param name="Regions">Hashes of the whole regions.</param>
/// <param name="Identity">The file when it was opened.</param>
/// <param name="OpenEnd">Where the last line ends that had no line end and is behind the position; 0: there is none.</param>
internal sealed record FilePosition(
    long Number, long Offset, long Read, ulong Rest, IReadOnlyList<ulong> Regions, FileIdentity Identity, long OpenEnd = 0)
{
    private const string Form = "file-1";

    /// <summary>Nothing has been read.</summary>
    public static FilePosition Start { get; } = new(0, 0, 0, 0, [], new FileIdentity(0, "0", "0", 0));

    public override string ToString()
    {
        var bytes = new byte[sizeof(ulong) * Regions.Count];
        for (int index = 0; index < Regions.Count; index++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(sizeof(ulong) * index), Regions[index]);
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Form} line={Number} offset={Offset} read={Read} rest={Rest:x16} open-end={OpenEnd} length={Identity.Length} modified={Identity.Modified} changed={Identity.Changed} inode={Identity.Inode} regions={Convert.ToBase64String(bytes)}");
    }

    /// <exception cref="FormatException">The text is no position of this form.</exception>
    public static FilePosition Parse(string text)
    {
        string[] words = text.Split(' ');
        if (words[0] != Form)
        {
            throw new FormatException($"'{words[0]}' is not '{Form}'.");
        }

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string word in words[1..])
        {
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            values[equals < 0 ? word : word[..equals]] = equals < 0 ? "" : word[(equals + 1)..];
        }

        string Value(string key) => values.GetValueOrDefault(key) ?? throw new FormatException($"'{key}' is missing.");
        long Whole(string key) => long.Parse(Value(key), NumberStyles.None, CultureInfo.InvariantCulture);
        byte[] regions = Convert.FromBase64String(Value("regions"));
        return new FilePosition(
            Whole("line"),
            Whole("offset"),
            Whole("read"),
            ulong.Parse(Value("rest"), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            ReadRegions(regions),
            new FileIdentity(
                Whole("length"),
                Value("modified"),
                Value("changed"),
                ulong.Parse(Value("inode"), NumberStyles.None, CultureInfo.InvariantCulture)),
            Whole("open-end"));
    }

    private static ulong[] ReadRegions(byte[] bytes)
    {
        ulong[] regions = MemoryMarshal.Cast<byte, ulong>(bytes).ToArray();
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(regions, regions);
        }

        return regions;
    }
}
