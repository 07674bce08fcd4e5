namespace AkkaPipeline;

/// <summary>
/// A sink that grows by what is written and can be cut back: a checkpoint holds its length, and a job that was killed goes
/// on from there with nothing written twice. Implement it beside <see cref="IBatchSink{TOut}"/>.
/// </summary>
public interface IResumableSink
{
    /// <summary>
    /// How long it is after the last write that has returned, in units of its own. A batch is written as a whole: no length
    /// parts the outputs of one write.
    /// </summary>
    long Length { get; }

    /// <summary>Takes the length of a checkpoint, dropping what is behind it. Called once, before the first write.</summary>
    /// <param name="length">0 at the start of a job: whatever an earlier one has left goes.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="BrokenSinkException">It is not as long as that, or cannot be used.</exception>
    ValueTask ResumeAsync(long length, CancellationToken cancellationToken);

    /// <summary>
    /// Returns once everything up to <see cref="Length"/> at the time of the call survives a power cut. May be called while
    /// a write runs.
    /// </summary>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="BrokenSinkException">It cannot be made to; it may not be asked again.</exception>
    ValueTask SyncAsync(CancellationToken cancellationToken);
}
