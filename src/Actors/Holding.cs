namespace AkkaPipeline;

/// <summary>Who holds items that a join waits for.</summary>
/// <param name="Holder">The consumer, or "direct gets".</param>
/// <param name="Items">How many.</param>
/// <param name="FirstSequence">The sequence number of the first of them.</param>
/// <param name="Held">For how long the oldest of them.</param>
public sealed record Holding(string Holder, long Items, long FirstSequence, TimeSpan Held);
