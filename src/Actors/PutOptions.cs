namespace AkkaPipeline;

/// <summary>What can be said of an item when it is put.</summary>
public sealed record PutOptions
{
    /// <summary>
    /// The item is not granted before this moment; until then it is scheduled, and counts towards the capacity. Null, the
    /// default, or a moment that has passed: at once. A change of the machine's clock after the put changes nothing.
    /// </summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Travels with the item to its consumer, and into a dead letter. Null, the default: none. Not to be changed after the put.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}
