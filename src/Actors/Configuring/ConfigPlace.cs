namespace AkkaPipeline.Configuring;

/// <summary>A configuration file: what it is called in messages, and where it lies (null for a resource).</summary>
internal sealed record ConfigFile(string Shown, string? FullPath)
{
    /// <summary>The folder that relative paths written in this file start from.</summary>
    public string Folder => (FullPath is null ? null : Path.GetDirectoryName(FullPath)) ?? Directory.GetCurrentDirectory();
}

/// <summary>Where something is written: file, line and column, both 1-based, columns counted in characters.</summary>
internal readonly record struct ConfigPlace(ConfigFile File, int Line, int Column) : IComparable<ConfigPlace>
{
    public int CompareTo(ConfigPlace other)
    {
        int files = string.CompareOrdinal(File.Shown, other.File.Shown);
        return files != 0 ? files : (Line, Column).CompareTo((other.Line, other.Column));
    }

    public override string ToString() => Line == 0 ? File.Shown : $"{File.Shown}:{Line}:{Column}";
}
