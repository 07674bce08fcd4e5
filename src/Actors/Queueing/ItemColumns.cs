namespace AkkaPipeline.Queueing;

/// <summary>What is known of each item of a chunk beside the item; a column that nothing asks for is null.</summary>
internal sealed record ItemColumns
{
    /// <summary>For an order by priority.</summary>
    public long[]? Priorities { get; init; }

    /// <summary>For an order by key.</summary>
    public string[]? Keys { get; init; }

    /// <summary>Timestamps of the pipeline's clock before which items must not be granted; 0: at once.</summary>
    public long[]? DueAt { get; init; }

    /// <summary>Null where an item has none.</summary>
    public IReadOnlyDictionary<string, string>?[]? Headers { get; init; }

    /// <summary>Columns with room for a chunk's items; null where none is asked for.</summary>
    public static ItemColumns? ForItems(int count, bool priorities, bool keys) => priorities || keys
        ? new() { Priorities = priorities ? new long[count] : null, Keys = keys ? new string[count] : null }
        : null;

    /// <summary>Ids of puts that are to be taken once; null where an item has none.</summary>
    public string?[]? Ids { get; init; }

    /// <summary>A copy of the columns of the items [from, to).</summary>
    public ItemColumns Slice(int from, int to) => new()
    {
        Priorities = Priorities?[from..to],
        Keys = Keys?[from..to],
        DueAt = DueAt?[from..to],
        Headers = Headers?[from..to],
        Ids = Ids?[from..to],
    };
}
