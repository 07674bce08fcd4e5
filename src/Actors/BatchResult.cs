namespace AkkaPipeline;

/// <summary>
/// What became of a batch's outputs. All of them written is <see cref="Written"/>; otherwise one is made for the batch
/// and says it output by output. What it does not mention has failed.
/// </summary>
/// <example>
/// <code>
/// var result = new BatchResult(batch.Count);
/// foreach (var (index, error) in answers)
/// {
///     if (error is null) result.MarkWritten(index);
///     else result.MarkFailed(index, error);
/// }
/// return result;
/// </code>
/// </example>
public sealed class BatchResult
{
    // Null: written. Absent in the result of a whole batch.
    private readonly Exception?[]? failures;

    /// <summary>The result of a batch of which nothing is known yet: until it is marked, each output counts as failed.</summary>
    /// <param name="count">How many outputs the batch has: <see cref="Batch{TOut}.Count"/>.</param>
    public BatchResult(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        failures = new Exception?[count];
        Array.Fill(failures, Unmentioned.Instance);
    }

    private BatchResult()
    {
    }

    /// <summary>Every output of the batch is written: the common case, and nothing to allocate.</summary>
    public static BatchResult Written { get; } = new();

    /// <summary>How many outputs it speaks of; null where it is <see cref="Written"/>, which fits every batch.</summary>
    public int? Count => failures?.Length;

    /// <summary>The output is written. The last mark of an output holds.</summary>
    /// <param name="index">The output's index in the batch, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch has no such output.</exception>
    /// <exception cref="InvalidOperationException">This is <see cref="Written"/>, which cannot be marked.</exception>
    public void MarkWritten(int index) => Mark(index, null);

    /// <summary>The output has failed: its item is retried or dead-lettered. The last mark of an output holds.</summary>
    /// <param name="index">The output's index in the batch, from 0.</param>
    /// <param name="cause">Why; it reaches the item's attempts and its dead letter.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch has no such output.</exception>
    /// <exception cref="InvalidOperationException">This is <see cref="Written"/>, which cannot be marked.</exception>
    public void MarkFailed(int index, Exception cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        Mark(index, cause);
    }

    /// <summary>Whatever has not been marked yet is written: for a sink that hears only of what failed.</summary>
    /// <exception cref="InvalidOperationException">This is <see cref="Written"/>, which cannot be marked.</exception>
    public void MarkRestWritten()
    {
        foreach (ref var failure in Marks.AsSpan())
        {
            failure = failure is Unmentioned ? null : failure;
        }
    }

    private Exception?[] Marks => failures
        ?? throw new InvalidOperationException("BatchResult.Written holds for all outputs: make a new BatchResult(batch.Count) to mark them.");

    /// <summary>What each output failed of, null for those written; null if all are.</summary>
    internal Exception?[]? FailuresOf(int count)
    {
        if (failures is null)
        {
            return null;
        }

        if (failures.Length != count)
        {
            throw new InvalidOperationException(
                $"The sink returned a result for {failures.Length} outputs, and the batch has {count}: make it with new BatchResult(batch.Count).");
        }

        var outcome = (Exception?[])failures.Clone();
        var unmentioned = outcome.Count(failure => failure is Unmentioned);
        if (unmentioned > 0)
        {
            var cause = new UnmentionedOutputException(unmentioned, count);
            foreach (ref var failure in outcome.AsSpan())
            {
                failure = failure is Unmentioned ? cause : failure;
            }
        }

        return Array.TrueForAll(outcome, static failure => failure is null) ? null : outcome;
    }

    private void Mark(int index, Exception? cause)
    {
        var marks = Marks;
        if ((uint)index >= (uint)marks.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(index), index, $"The batch has {marks.Length} outputs, from index 0.");
        }

        marks[index] = cause;
    }

    private sealed class Unmentioned : Exception
    {
        public static Unmentioned Instance { get; } = new();
    }
}
