namespace AkkaPipeline.Configuring;

/// <summary>
/// Bounds on what a configuration may ask of the reader, far above any sensible file: they turn what would be an
/// overflowing stack, a hang or a full memory into a fault with a place.
/// </summary>
internal static class ConfigLimits
{
    public const int FaultsMax = 100;

    /// <summary>After so many broken characters the file is taken for something that is not text.</summary>
    public const int BrokenCharactersMax = 10;

    /// <summary>Levels of objects, arrays and path elements as written.</summary>
    public const int DepthMax = 100;

    /// <summary>Levels once references stand for their values; bounds the stack of whoever walks the tree.</summary>
    public const int ResolvedDepthMax = 2 * DepthMax;

    public const int FileBytesMax = 1024 * 1024;

    /// <summary>All included files together, each counted as often as it is included.</summary>
    public const int FilesBytesMax = 1024 * 1024;

    public const int FilesMax = 200;

    public const int IncludeDepthMax = 16;

    /// <summary>Nested steps while references are resolved; bounds the stack.</summary>
    public const int ReferenceDepthMax = 500;

    /// <summary>
    /// All steps while references are resolved, values merged and copied, and pipelines read: one for each value that is gone
    /// to or copied. Bounds the time.
    /// </summary>
    public const int StepsMax = 1_000_000;

    /// <summary>Pipelines in one configuration.</summary>
    public const int PipelinesMax = 200;

    /// <summary>Durations in one array, and other things of which no system has many.</summary>
    public const int ListedMax = 1_000;

    /// <summary>Values and characters of the whole tree once every reference stands for its value.</summary>
    public const long WeightMax = 4 * 1024 * 1024;

    /// <summary>A file that does not yield its bytes in this time is a fault (a pipe nobody writes to); it leaves less to the others.</summary>
    public static readonly TimeSpan FileTimeout = TimeSpan.FromSeconds(1);
}
