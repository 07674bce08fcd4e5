namespace AkkaPipeline.Storing;

/// <summary>
/// How the items that a resumed source yields are numbered: it begins at the watermark, and what earlier runs have settled
/// above it is skipped. The items that are left are counted from 0 in a run; in the job they keep their numbers.
/// </summary>
internal sealed class ResumedNumbers
{
    private readonly long first;
    private readonly NumberSet skipped;
    private readonly long lastSkippedAt;

    /// <param name="first">Number of the first item that is yielded.</param>
    /// <param name="settled">What is settled; only what is above the first counts.</param>
    public ResumedNumbers(long first, NumberSet settled)
    {
        this.first = first;
        skipped = NumberSet.Of(settled.PartsWithin(new NumberRange(first, long.MaxValue - first)));
        lastSkippedAt = skipped.Count == 0 ? 0 : skipped.Ranges[^1].End - first - skipped.Count;
    }

    /// <summary>Nothing was done before.</summary>
    public static ResumedNumbers None { get; } = new(0, NumberSet.Empty);

    /// <summary>The source goes on from its checkpoint, or begins.</summary>
    /// <exception cref="SourceChangedException">The source is not what it was.</exception>
    public static (ResumedNumbers Numbers, CheckpointLedger Checkpoints) Resume(IReplayableSource source, StoredCheckpoint? checkpoint)
    {
        if (checkpoint is null)
        {
            return (None, new CheckpointLedger());
        }

        var settled = NumberSet.Of(checkpoint.Settled.Prepend(new NumberRange(0, checkpoint.Watermark)));
        if (source is ISelectiveSource selective)
        {
            var next = selective.ResumeWithout(checkpoint.Position, settled);
            return (new ResumedNumbers(next, NumberSet.Empty), new CheckpointLedger(checkpoint with { Watermark = next, Settled = [] }));
        }

        source.ResumeAt(checkpoint.Position, checkpoint.Watermark);
        return (new ResumedNumbers(checkpoint.Watermark, settled), new CheckpointLedger(checkpoint));
    }

    /// <summary>Whether an item was settled by an earlier run.</summary>
    /// <param name="yielded">Its place, from 0, among all that the source yields in this run.</param>
    public bool IsSkipped(long yielded) => skipped.Count > 0 && skipped.Contains(first + yielded);

    /// <summary>The numbers in the job of items that were not skipped.</summary>
    /// <param name="index">The first of them, counted from 0 in this run.</param>
    /// <param name="count">How many.</param>
    public IEnumerable<NumberRange> NumbersOf(long index, long count) => index >= lastSkippedAt
        ? [new NumberRange(first + index + skipped.Count, count)]
        : NumbersAmongSkipped(first + index, count);

    private IEnumerable<NumberRange> NumbersAmongSkipped(long number, long count)
    {
        foreach (var range in skipped.Ranges)
        {
            if (range.First > number)
            {
                var before = Math.Min(count, range.First - number);
                yield return new NumberRange(number, before);
                number += before;
                count -= before;
            }

            if (count == 0)
            {
                yield break;
            }

            number += range.Count;
        }

        yield return new NumberRange(number, count);
    }
}
