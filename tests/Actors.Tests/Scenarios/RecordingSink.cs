namespace AkkaPipeline.Tests.Scenarios;

/// <summary>Keeps what is written, after what a test wants to happen first.</summary>
internal sealed class RecordingSink<T>(Func<Batch<T>, ValueTask>? before = null) : IBatchSink<T>
{
    private readonly Lock gate = new();
    private readonly List<T> written = [];
    private readonly List<(T[] Outputs, BatchClosedBy ClosedBy, string? Key, long Bytes)> batches = [];
    private int writing;

    public IReadOnlyList<T> Written
    {
        get
        {
            lock (gate)
            {
                return [.. written];
            }
        }
    }

    /// <summary>The batches that are written.</summary>
    public IReadOnlyList<(T[] Outputs, BatchClosedBy ClosedBy, string? Key, long Bytes)> Batches
    {
        get
        {
            lock (gate)
            {
                return [.. batches];
            }
        }
    }

    public int BatchMax { get; private set; }

    public bool Overlapped { get; private set; }

    public List<SinkEnding> Closings { get; } = [];

    public async ValueTask<BatchResult> WriteAsync(Batch<T> batch, CancellationToken cancellationToken)
    {
        Overlapped |= Interlocked.Increment(ref writing) != 1;
        BatchMax = Math.Max(BatchMax, batch.Count);
        try
        {
            if (before is not null)
            {
                await before(batch);
            }

            lock (gate)
            {
                written.AddRange(batch.Outputs.Span);
                batches.Add((batch.Outputs.ToArray(), batch.ClosedBy, batch.Key, batch.Bytes));
            }

            return BatchResult.Written;
        }
        finally
        {
            Interlocked.Decrement(ref writing);
        }
    }

    public ValueTask CloseAsync(SinkEnding ending, CancellationToken cancellationToken)
    {
        Closings.Add(ending);
        return ValueTask.CompletedTask;
    }
}
