using System.Collections;

namespace AkkaPipeline.Testing;

/// <summary>The items of a test as a source, that hears what becomes of them, and takes their dead letters.</summary>
internal sealed class WatchedItems<T>(T[] items) : IEnumerable<T>, ISettledSource, IBatchSink<DeadLetteredItem<T>>
{
    private readonly Lock gate = new();
    private readonly bool[] settled = new bool[items.Length];
    private readonly List<FailedAttempt>?[] failures = new List<FailedAttempt>?[items.Length];
    private readonly bool[] isDead = new bool[items.Length];
    private readonly List<DeadLetteredItem<T>> deadLetters = [];

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void OnSettled(long first, int count, long watermark)
    {
        lock (gate)
        {
            settled.AsSpan((int)first, count).Fill(true);
        }
    }

    /// <summary>An attempt has failed.</summary>
    /// <param name="sequence">Of the item: it is the only source's, so they are its numbers from 1.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="forGood">Whether the item is a dead letter.</param>
    public void Failed(long sequence, FailedAttempt attempt, bool forGood)
    {
        lock (gate)
        {
            (failures[sequence - 1] ??= []).Add(attempt);
            isDead[sequence - 1] |= forGood;
        }
    }

    public ValueTask<BatchResult> WriteAsync(Batch<DeadLetteredItem<T>> batch, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            deadLetters.AddRange(batch.Outputs.Span);
        }

        return ValueTask.FromResult(BatchResult.Written);
    }

    public PipelineTestResult<T> ToResult(Settlement settlement, TimeSpan elapsed)
    {
        lock (gate)
        {
            var letters = deadLetters.ToDictionary(letter => letter.Sequence);
            return new PipelineTestResult<T>(
                settlement,
                [.. items.Select((item, index) => ToTested(item, index, letters.GetValueOrDefault(index + 1)))],
                [.. deadLetters],
                elapsed);
        }
    }

    private TestedItem<T> ToTested(T item, int index, DeadLetteredItem<T>? letter)
    {
        var outcome = !settled[index] ? ItemTestOutcome.Released
            : isDead[index] || letter is not null ? ItemTestOutcome.DeadLettered
            : ItemTestOutcome.Acked;
        return new TestedItem<T>(item, outcome, failures[index] ?? [], letter);
    }
}
