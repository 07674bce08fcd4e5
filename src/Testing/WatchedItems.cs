namespace AkkaPipeline.Testing;

/// <summary>The items of a test as a source, that hears what becomes of them, and takes their dead letters.</summary>
internal sealed class WatchedItems<T>(T[] items) : IAsyncEnumerable<T>, ISettledSource, IBatchSink<DeadLetteredItem<T>>
{
    private readonly Lock gate = new();
    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly bool[] settled = new bool[items.Length];
    private readonly Dictionary<long, List<FailedAttempt>> failures = [];
    private readonly HashSet<long> dead = [];
    private readonly List<DeadLetteredItem<T>> deadLetters = [];
    private long before;

    /// <summary>Lets the items be read.</summary>
    /// <param name="lastSequence">The number of the last item there was before: a durable queue counts on.</param>
    public void Begin(long lastSequence)
    {
        before = lastSequence;
        begun.TrySetResult();
    }

    public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        await begun.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        foreach (var item in items)
        {
            yield return item;
        }
    }

    public void OnSettled(long first, int count, long watermark)
    {
        lock (gate)
        {
            settled.AsSpan((int)first, count).Fill(true);
        }
    }

    /// <summary>An item has failed.</summary>
    /// <param name="sequence">Its number; it may be one of an earlier run.</param>
    /// <param name="attempt">The attempt; null: none, since its key is parked.</param>
    /// <param name="forGood">Whether the item is a dead letter.</param>
    public void Failed(long sequence, FailedAttempt? attempt, bool forGood)
    {
        lock (gate)
        {
            if (attempt is not null)
            {
                failures.TryAdd(sequence, []);
                failures[sequence].Add(attempt);
            }

            if (forGood)
            {
                dead.Add(sequence);
            }
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

    /// <param name="settlement">Of the pipeline.</param>
    /// <param name="elapsed">By the test's clock.</param>
    /// <param name="left">The numbers of the items that are still in a store, which this was told are settled.</param>
    public PipelineTestResult<T> ToResult(Settlement settlement, TimeSpan elapsed, IReadOnlySet<long> left)
    {
        lock (gate)
        {
            var letters = deadLetters.ToDictionary(letter => letter.Sequence);
            return new PipelineTestResult<T>(
                settlement,
                [.. items.Select((item, index) => ToTested(item, settled[index] && !left.Contains(before + index + 1), before + index + 1, letters))],
                [.. deadLetters],
                elapsed);
        }
    }

    private TestedItem<T> ToTested(T item, bool isSettled, long sequence, Dictionary<long, DeadLetteredItem<T>> letters)
    {
        var letter = letters.GetValueOrDefault(sequence);
        var outcome = !isSettled ? ItemTestOutcome.Released
            : dead.Contains(sequence) || letter is not null ? ItemTestOutcome.DeadLettered
            : ItemTestOutcome.Acked;
        return new TestedItem<T>(item, outcome, failures.GetValueOrDefault(sequence) ?? [], letter);
    }
}
