namespace AkkaPipeline;

/// <summary>Writes a pipeline's outputs in batches; the items they came from are acknowledged once the write holds.</summary>
/// <typeparam name="TOut">The output.</typeparam>
public interface IBatchSink<TOut>
{
    /// <summary>
    /// Writes one batch. Called one at a time. An item is acknowledged once all its outputs are written, and has failed
    /// if one of them has. Throwing fails every output of this batch; throwing <see cref="BrokenSinkException"/> ends the
    /// pipeline as failed, its unsettled items released.
    /// </summary>
    /// <param name="batch">The outputs, valid until the call returns.</param>
    /// <param name="cancellationToken">Cancelled when a drain has passed its deadline.</param>
    /// <returns><see cref="BatchResult.Written"/> if the write of all outputs holds; otherwise what became of each: an
    /// output that the result does not mention has failed, and one made for another number of outputs fails the batch.</returns>
    ValueTask<BatchResult> WriteAsync(Batch<TOut> batch, CancellationToken cancellationToken);

    /// <summary>Called once after the last write, when the pipeline ends, however it ends.</summary>
    /// <param name="ending">How the pipeline ends: a sink that publishes its result only when all is there (a file
    /// that takes its name at the end) looks here.</param>
    /// <param name="cancellationToken">Cancelled when a drain has passed its deadline.</param>
    ValueTask CloseAsync(SinkEnding ending, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}

/// <summary>How a pipeline ends, as told to its sinks.</summary>
public enum SinkEnding
{
    /// <summary>Every source ended and every item is settled.</summary>
    Complete,

    /// <summary>A drain, a stall or a failure: something may be unread or released.</summary>
    Interrupted,
}

/// <summary>One batch of outputs for a sink.</summary>
/// <typeparam name="TOut">The output.</typeparam>
/// <param name="outputs">The outputs, in the order in which their consumers finished.</param>
/// <param name="closedBy">What closed the batch.</param>
/// <param name="key">The batch key, where the pipeline has some.</param>
/// <param name="bytes">The outputs' size, where it is known.</param>
public readonly struct Batch<TOut>(
    ReadOnlyMemory<TOut> outputs, BatchClosedBy closedBy, string? key = null, long bytes = 0)
{
    /// <summary>The outputs; valid until the write returns.</summary>
    public ReadOnlyMemory<TOut> Outputs { get; } = outputs;

    /// <summary>How many outputs, at least one.</summary>
    public int Count => Outputs.Length;

    /// <summary>What closed the batch.</summary>
    public BatchClosedBy ClosedBy { get; } = closedBy;

    /// <summary>The key that all its outputs have; null without <see cref="BatchOptions{TOut}.KeyOf"/>.</summary>
    public string? Key { get; } = key;

    /// <summary>
    /// The outputs' size in bytes; 0 where it is not known. Of what is left of a batch that was written in part, the size
    /// of the whole.
    /// </summary>
    public long Bytes { get; } = bytes;
}

/// <summary>What closed a batch.</summary>
public enum BatchClosedBy
{
    /// <summary>It had as many outputs as it may have.</summary>
    Size,

    /// <summary>It had as many bytes as it may have, or the next output would have been too much.</summary>
    Bytes,

    /// <summary>Its first output had waited as long as it may.</summary>
    Time,

    /// <summary>
    /// The sink was free and took what had gathered: batches that need not wait, a breaker's probe, and one that all
    /// consumers wait for, as with an order by key where the rest of the keys is behind what it holds.
    /// </summary>
    Ready,

    /// <summary>The pipeline is ending: nothing waits any longer.</summary>
    Flush,

    /// <summary>Too much had gathered in all batches together, and this was the oldest.</summary>
    Room,
}
