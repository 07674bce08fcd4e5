namespace AkkaPipeline.Tests.DurableQueues;

/// <summary>A sink that outlives its pipelines and is cut back as a file is; a test may stand in for its sync.</summary>
internal sealed class LinesInMemory : IBatchSink<string>, IResumableSink
{
    private readonly Lock gate = new();
    private readonly List<string> lines = [];

    /// <summary>What happens when it is synced.</summary>
    public Func<Task> Sync { get; set; } = () => Task.CompletedTask;

    /// <summary>The lengths to which it was cut back, one a start.</summary>
    public List<long> CutBackTo { get; } = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (gate)
            {
                return [.. lines];
            }
        }
    }

    public long Length => Lines.Count;

    public ValueTask ResumeAsync(long length, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            CutBackTo.Add(length);
            lines.RemoveRange((int)length, lines.Count - (int)length);
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask SyncAsync(CancellationToken cancellationToken) => await Sync();

    public ValueTask<BatchResult> WriteAsync(Batch<string> batch, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            lines.AddRange(batch.Outputs.Span);
        }

        return ValueTask.FromResult(BatchResult.Written);
    }

    public ValueTask CloseAsync(SinkEnding ending, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
