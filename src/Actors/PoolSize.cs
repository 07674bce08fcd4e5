namespace AkkaPipeline;

/// <summary>How many consumers a pool may have.</summary>
internal static class PoolSize
{
    public const int ConsumersMax = 65_536;

    /// <summary>Why a pool cannot have so many consumers; null if it can.</summary>
    public static ArgumentOutOfRangeException? WhyRefused(int consumers, string name) => consumers switch
    {
        < 1 => new ArgumentOutOfRangeException(name, consumers, "A pool has at least one consumer."),
        > ConsumersMax => new ArgumentOutOfRangeException(
            name, consumers, "A pool has at most 65,536 consumers: more would use memory and no processor."),
        _ => null,
    };

    /// <exception cref="ArgumentOutOfRangeException">Fewer than one, or more than 65,536.</exception>
    public static void Check(int consumers)
    {
        if (WhyRefused(consumers, nameof(consumers)) is { } refusal)
        {
            throw refusal;
        }
    }
}
