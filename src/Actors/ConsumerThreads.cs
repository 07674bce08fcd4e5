namespace AkkaPipeline;

/// <summary>Where the consumers' code runs.</summary>
public enum ConsumerThreads
{
    /// <summary>
    /// On the thread pool: for code that awaits, and for short computations. A consumer that awaits holds no thread, so
    /// a thousand of them are cheap.
    /// </summary>
    Shared,

    /// <summary>
    /// On a thread of each consumer's own: for code that computes for long or blocks, so that the pool's threads, on
    /// which the engine runs, stay free. What follows an await runs on it too, unless it is blocked just then: so that code
    /// may block on a task of its own, the pool goes on with that.
    /// </summary>
    Dedicated,
}
