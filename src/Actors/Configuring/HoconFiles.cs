namespace AkkaPipeline.Configuring;

/// <summary>A file and the files that include it, innermost first.</summary>
internal sealed record HoconIncludeChain(ConfigFile File, HoconIncludeChain? IncludedBy)
{
    public int Depth => IncludedBy is null ? 0 : IncludedBy.Depth + 1;

    public bool Holds(string fullPath) => File.FullPath == fullPath || IncludedBy?.Holds(fullPath) == true;

    public override string ToString() => IncludedBy is null ? File.Shown : $"{IncludedBy} → {File.Shown}";
}

/// <summary>Opens the files of one configuration within the limits, and keeps what is known across them.</summary>
internal sealed class HoconFiles(ConfigFaults faults)
{
    private readonly HashSet<string> referencedRoots = new(StringComparer.Ordinal);
    private int opened;
    private long bytesRead;
    private TimeSpan patience = ConfigLimits.FileTimeout;

    /// <summary>The first names of all paths that references name.</summary>
    public IReadOnlySet<string> ReferencedRoots => referencedRoots;

    public void NoteReference(string[] path) => referencedRoots.Add(path[0]);

    /// <summary>The text of the configuration's first file, or null (reported).</summary>
    public string? OpenFirst(ConfigFile file)
    {
        byte[]? bytes = ConfigFileReader.Read(file.FullPath!, ref patience, out string? problem);
        if (bytes is null)
        {
            faults.Add(new ConfigPlace(file, 0, 0), problem!);
            return null;
        }

        return HoconText.Decode(bytes, file, faults);
    }

    /// <summary>The text of an included file, or null (reported, unless it is optional and not there).</summary>
    public (string Text, HoconIncludeChain Chain)? Open(string name, HoconIncludeChain by, ConfigPlace place, bool optional)
    {
        if (name.Length == 0 || name.Contains('\0'))
        {
            faults.Add(place, "the name of the file to include is empty or holds a NUL");
            return null;
        }

        string fullPath = Path.GetFullPath(Path.Combine(by.File.Folder, name));
        string shown = HoconCharacters.ShowFile(Path.Combine(Path.GetDirectoryName(by.File.Shown) ?? "", name));
        var chain = new HoconIncludeChain(new ConfigFile(shown, fullPath), by);
        if (ReportIfBeyondLimits(chain, fullPath, place) || (optional && !File.Exists(fullPath) && !Directory.Exists(fullPath)))
        {
            return null;
        }

        byte[]? bytes = ConfigFileReader.Read(fullPath, ref patience, out string? problem);
        if (bytes is null)
        {
            faults.Add(place, $"the included file {shown} cannot be read: {problem}");
            return null;
        }

        bytesRead += bytes.Length;
        if (bytesRead > ConfigLimits.FilesBytesMax)
        {
            faults.Add(place, $"the included files are together larger than {ConfigLimits.FilesBytesMax / 1024} KiB");
            return null;
        }

        return HoconText.Decode(bytes, chain.File, faults) is { } text ? (text, chain) : null;
    }

    private bool ReportIfBeyondLimits(HoconIncludeChain chain, string fullPath, ConfigPlace place)
    {
        string? problem = true switch
        {
            _ when chain.IncludedBy!.Holds(fullPath) => $"the file includes itself: {chain}",
            _ when chain.Depth > ConfigLimits.IncludeDepthMax => $"includes are nested deeper than {ConfigLimits.IncludeDepthMax} files",
            _ when ++opened > ConfigLimits.FilesMax => $"more than {ConfigLimits.FilesMax} files are included",
            _ => null,
        };
        if (problem is not null)
        {
            faults.Add(place, problem);
        }

        return problem is not null;
    }
}
