namespace AkkaPipeline;

/// <content>What happens to dead letters that are kept.</content>
public sealed partial class PipelineBuilder<T>
{
    private long deadLettersMax = 65_536;
    private bool dropsOldestDeadLetters;

    /// <summary>
    /// Bounds the dead letters that are kept in memory. Room is held for all that is in flight: before there could be more,
    /// granting stops, the log says so, and a completion ends as stalled; it goes on once some have been requeued or
    /// dropped. Without meaning where dead letters go to a sink (<see cref="DeadLettersTo"/>).
    /// </summary>
    /// <param name="max">1 or more; default 65,536.</param>
    /// <param name="dropOldest">Instead of stopping, drops the oldest: they count as dropped. Default: false.</param>
    public PipelineBuilder<T> DeadLettersKept(long max, bool dropOldest = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        deadLettersMax = max;
        dropsOldestDeadLetters = dropOldest;
        return this;
    }
}
