namespace AkkaPipeline.Queueing;

/// <summary>Whether what is left in the queue can move by itself.</summary>
/// <param name="Number">A later word has a higher one.</param>
/// <param name="Reasons">Why it cannot; empty: it can.</param>
/// <param name="TakesMore">Whether items that come now could still be taken and worked on, as behind a halted key.</param>
/// <param name="Asked">Whether it was asked for, behind all that had been put: a word that was not may be out of date.</param>
internal sealed record Stall(long Number, IReadOnlyList<string> Reasons, bool TakesMore, bool Asked)
{
    /// <summary>The halted keys that items wait behind.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];
}
