namespace AkkaPipeline;

/// <summary>
/// When a sink's batches close. Without any of it a batch is what has gathered while the last one was written: the
/// shortest wait, and the larger the slower the sink is.
/// </summary>
/// <remarks>
/// With a size, a time or a key, batches gather first, and an item's outputs may lie in several batches. A batch closes
/// early when the pipeline ends, and when much has gathered in others.
/// </remarks>
/// <typeparam name="TOut">The output.</typeparam>
public sealed class BatchOptions<TOut>
{
    /// <summary>
    /// The most outputs that a batch has. Default: 8,192. From 1 to 1,000,000; where it is more than what the 65,536 items
    /// emit that may be in flight, time closes the batch.
    /// </summary>
    public int? ItemsMax { get; init; }

    /// <summary>
    /// The most bytes that a batch has; one output that is larger is a batch of its own. Needs <see cref="SizeOf"/>, unless
    /// the outputs are strings, byte arrays or <see cref="ReadOnlyMemory{T}"/> of bytes. Default: not bounded. At most 1 GiB.
    /// </summary>
    public long? BytesMax { get; init; }

    /// <summary>
    /// The longest that a batch gathers, from its first output on. Default: 1 second if <see cref="ItemsMax"/>,
    /// <see cref="BytesMax"/> or <see cref="KeyOf"/> is given; otherwise batches do not wait. At most a day.
    /// </summary>
    public TimeSpan? TimeMax { get; init; }

    /// <summary>
    /// Tells an output's batch key: a batch has outputs of one key. Called where the output is emitted, and what it throws
    /// fails the item. At most 4,096 batches gather at a time; before there are more, the oldest closes. Default: no keys.
    /// </summary>
    public Func<TOut, string>? KeyOf { get; init; }

    /// <summary>
    /// Tells an output's size in bytes, for <see cref="BytesMax"/>, <see cref="Batch{TOut}.Bytes"/> and the bound of 16 MiB
    /// on their way to the sink. Called where the output is emitted, and what it throws fails the item. Default: strings,
    /// byte arrays and <see cref="ReadOnlyMemory{T}"/> of bytes are measured; others are not.
    /// </summary>
    public Func<TOut, int>? SizeOf { get; init; }

    /// <summary>Keeps a failing sink from being called, and the source from being read. Default: none.</summary>
    public BreakerOptions? Breaker { get; init; }
}

/// <summary>
/// A circuit breaker around a sink: when too many of its writes fail it opens, and nothing is written or granted; after a
/// while one write goes through as a probe, and if it holds, all goes on. (The pattern: Michael Nygard, "Release It!";
/// the counting: Polly's advanced circuit breaker.)
/// </summary>
/// <remarks>
/// A write that throws has failed, and one whose outputs have all failed; a batch that is written in part has not. Writes
/// that wait while it is open stay waiting, so back-pressure reaches the source by itself.
/// </remarks>
public sealed class BreakerOptions
{
    /// <summary>The part of the writes in <see cref="SamplingDuration"/> that must fail. Above 0, at most 1. Default: 0.5.</summary>
    public double FailureRatio { get; init; } = 0.5;

    /// <summary>
    /// How many writes there must be in <see cref="SamplingDuration"/> before it can open. At least 2. Default: 4, since
    /// every failed write fails a whole batch of items.
    /// </summary>
    public int MinimumThroughput { get; init; } = 4;

    /// <summary>How long writes are counted. From half a second to a day. Default: 30 seconds.</summary>
    public TimeSpan SamplingDuration { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long it stays open before a probe. From half a second to a day. Default: 5 seconds.</summary>
    public TimeSpan BreakDuration { get; init; } = TimeSpan.FromSeconds(5);
}
