namespace AkkaPipeline;

/// <summary>
/// A source that can be read again from where a job had come to, so that no copy of its items is kept: a checkpoint holds
/// a position and what is settled. Implement it beside <see cref="IEnumerable{T}"/> or <see cref="IAsyncEnumerable{T}"/>.
/// </summary>
/// <remarks>
/// Items are numbered from 0 over the whole job, through all its runs. All members are called off the actors' turns, one
/// at a time, also while the source is being read; they may do I/O.
/// </remarks>
public interface IReplayableSource
{
    /// <summary>
    /// Items of this number and higher may come otherwise when they are read again, such as a last line that has no line
    /// end yet: a checkpoint leaves them out as long as the job is not at its end. By default none may.
    /// </summary>
    long FirmBelow => long.MaxValue;

    /// <summary>Where an item can be read again, in the source's own words; an earlier place from which it skips will do.</summary>
    /// <param name="number">Not below a number given to <see cref="Forget"/> and at most one beyond the last item yielded.</param>
    /// <returns>A text that <see cref="ResumeAt"/> of a later process understands.</returns>
    string PositionAt(long number);

    /// <summary>Goes on where an earlier run was. Called at most once, before the source is read.</summary>
    /// <param name="position">What <see cref="PositionAt"/> returned.</param>
    /// <param name="number">The number it was asked for: that of the first item that will be yielded.</param>
    /// <exception cref="SourceChangedException">The source is not what it was; the message says what has changed.</exception>
    void ResumeAt(string position, long number);

    /// <summary>A checkpoint is kept: nobody will ask for a position below this number any more.</summary>
    /// <param name="below">The checkpoint's watermark.</param>
    void Forget(long below);
}

/// <summary>
/// A source is not what it was when a job began, other than by having grown: going on would skip items or do them twice.
/// </summary>
/// <param name="message">What has changed, for people, and what to do.</param>
/// <param name="innerException">What caused it.</param>
public sealed class SourceChangedException(string message, Exception? innerException = null) : Exception(message, innerException);
