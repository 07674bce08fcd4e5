namespace AkkaPipeline;

/// <summary>
/// What happens to a key, in a pipeline that keeps an order by key, when one of its items has become a dead letter. It holds for as long
/// as the pipeline runs: a durable one that is started again keeps the dead letter, and grants the key's other items.
/// </summary>
public enum KeyFailure
{
    /// <summary>The key's next item is worked on: the default.</summary>
    Skip,

    /// <summary>The key's other items wait in the queue until the key is resumed. A completion ends as stalled.</summary>
    Halt,

    /// <summary>What follows of the key becomes a dead letter too, unrun, until the key is resumed.</summary>
    Park,
}
