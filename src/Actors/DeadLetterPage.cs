namespace AkkaPipeline;

/// <summary>A part of a list of dead letters, oldest first.</summary>
/// <typeparam name="T">The item.</typeparam>
public sealed record DeadLetterPage<T>
{
    /// <summary>The dead letters, in the order in which they became so.</summary>
    public required IReadOnlyList<DeadLetteredItem<T>> Items { get; init; }

    /// <summary>
    /// Where the next page begins, to be handed back as it is; null on the last page. It stays good while dead letters
    /// come and go: none that stays is shown twice or passed over. What fails again after a requeue stands at the end anew.
    /// </summary>
    public string? Next { get; init; }

    /// <summary>How many dead letters fit the filter, on whatever page.</summary>
    public required long Total { get; init; }
}
