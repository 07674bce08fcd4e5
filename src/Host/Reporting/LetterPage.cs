using AkkaPipeline.Storing;

namespace AkkaPipeline.Host.Reporting;

/// <summary>Some dead letters of a store, oldest first.</summary>
/// <param name="Path">The store's file.</param>
/// <param name="Queue">The queue's name.</param>
/// <param name="InUse">Who has the store open; null: nobody.</param>
internal sealed record LetterPage(string Path, string Queue, string? InUse)
{
    public required IReadOnlyList<StoredDeadLetter> Letters { get; init; }

    /// <summary>The number after which the next page begins; null: this is the last.</summary>
    public long? Next { get; init; }

    /// <summary>How many fit, on whatever page.</summary>
    public required long Total { get; init; }
}

/// <summary>What was done to dead letters.</summary>
/// <param name="What"><c>requeued</c> or <c>dropped</c>.</param>
/// <param name="Path">The store's file.</param>
/// <param name="Queue">The queue's name.</param>
/// <param name="Count">How many.</param>
internal sealed record LetterChange(string What, string Path, string Queue, long Count)
{
    /// <summary>How many fit and are still there, because they are damaged.</summary>
    public long Stay { get; init; }
}
