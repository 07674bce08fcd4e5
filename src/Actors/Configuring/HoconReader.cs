namespace AkkaPipeline.Configuring;

/// <summary>A configuration as read.</summary>
/// <param name="Root">Its keys and values; holds what could be made out when there are faults.</param>
/// <param name="ReferencedRoots">Top-level names that references use: a user's own sections for sharing values.</param>
/// <param name="Read">Whether there was a text to read.</param>
internal sealed record ConfigDocument(ConfigObject Root, IReadOnlySet<string> ReferencedRoots, bool Read);

/// <summary>
/// The strict reader in front of Akka's own, which crashes, hangs or passes silently over what people mistype.
/// For any bytes it ends soon and reports every fault with its place. Reads HOCON: objects, arrays, joins,
/// merging, <c>+=</c>, references with the environment behind them, includes.
/// </summary>
internal static class HoconReader
{
    /// <summary>Reads a file over <paramref name="defaults"/>; its references can use these.</summary>
    public static ConfigDocument ReadFile(string path, HoconSource? defaults, Func<string, string?> environment, ConfigFaults faults)
    {
        var file = new ConfigFile(HoconCharacters.ShowFile(path), Path.GetFullPath(path));
        string? text = new HoconFiles(faults).OpenFirst(file);
        return Read(defaults, text is null ? null : new HoconSource(file, text), environment, faults);
    }

    /// <summary>Reads bytes as if they were the content of <paramref name="file"/>.</summary>
    public static ConfigDocument ReadBytes(ReadOnlySpan<byte> bytes, ConfigFile file, Func<string, string?> environment, ConfigFaults faults)
    {
        string? text = HoconText.Decode(bytes, file, faults);
        return Read(null, text is null ? null : new HoconSource(file, text), environment, faults);
    }

    public static ConfigDocument Read(HoconSource? defaults, HoconSource? source, Func<string, string?> environment, ConfigFaults faults)
    {
        var files = new HoconFiles(faults);
        ConfigFile top = (source ?? defaults)?.File ?? new ConfigFile("configuration", null);
        var root = new HoconObject(new ConfigPlace(top, 1, 1));
        foreach (HoconSource part in new[] { defaults, source }.OfType<HoconSource>())
        {
            new HoconParser(part.Text, new HoconIncludeChain(part.File, IncludedBy: null), [], files, faults).Parse(root, depth: 0);
        }

        ConfigObject resolved = faults.StructureBroken
            ? new ConfigObject(root.Place, [])
            : new HoconResolver(root, environment, faults).Resolve();
        return new ConfigDocument(resolved, files.ReferencedRoots, source is not null);
    }
}

/// <summary>The text of a file.</summary>
internal sealed record HoconSource(ConfigFile File, string Text);
