using AkkaPipeline.Consuming;

namespace AkkaPipeline;

/// <content>How long consumers may take.</content>
public sealed partial class PipelineBuilder<T>
{
    private static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(5);

    private TimeoutSettings? timeout;

    /// <summary>
    /// Limits how long consumers may take for an item. Then the item's cancellation token is cancelled; what the code throws
    /// after that is an attempt that has failed with <see cref="TimeoutException"/>, and if it returns all the same, the item
    /// is done. Code that goes on after a grace is given up: its item has failed, its consumer is replaced, and what it says
    /// later is refused. Default: no limit.
    /// </summary>
    /// <param name="perItem">More than zero, by the pipeline's clock, from the call of the consumer on. It is found out within
    /// an eighth of it, or of the grace, or a second, whichever is least.</param>
    /// <param name="grace">How long code may go on after it was cancelled, more than zero; null, the default: 5 seconds.</param>
    /// <param name="abandonedMax">
    /// How many consumers that were given up may run at the same time, at least 1; default 16. When there are as many, the
    /// last is not replaced and the pipeline pauses, until some have returned, or until it is told to resume: then as many
    /// again may be given up.
    /// </param>
    public PipelineBuilder<T> Timeout(TimeSpan perItem, TimeSpan? grace = null, int abandonedMax = 16)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(perItem, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(grace ?? DefaultGrace, TimeSpan.Zero, nameof(grace));
        ArgumentOutOfRangeException.ThrowIfLessThan(abandonedMax, 1);
        timeout = new TimeoutSettings(perItem, grace ?? DefaultGrace, abandonedMax);
        return this;
    }
}
