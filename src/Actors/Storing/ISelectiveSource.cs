namespace AkkaPipeline.Storing;

/// <summary>
/// A replayable source that knows its items by what they are, not by where they stand, and so leaves out itself what is
/// done when it is resumed. It then counts anew: first all that was settled, then what is left.
/// </summary>
internal interface ISelectiveSource : IReplayableSource
{
    /// <summary>Instead of <see cref="IReplayableSource.ResumeAt"/>.</summary>
    /// <param name="position">What <see cref="IReplayableSource.PositionAt"/> returned.</param>
    /// <param name="settled">All that is settled; also what is below the watermark.</param>
    /// <returns>The number of the first item that will be yielded: how many are settled.</returns>
    long ResumeWithout(string position, NumberSet settled);
}
