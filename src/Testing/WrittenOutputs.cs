namespace AkkaPipeline.Testing;

/// <summary>A sink that keeps what it gets.</summary>
internal sealed class WrittenOutputs<TOut> : IBatchSink<TOut>
{
    private readonly List<TOut> all = [];

    /// <summary>What was written, once the pipeline has ended.</summary>
    public IReadOnlyList<TOut> All => all;

    public ValueTask<BatchResult> WriteAsync(Batch<TOut> batch, CancellationToken cancellationToken)
    {
        all.AddRange(batch.Outputs.Span);
        return ValueTask.FromResult(BatchResult.Written);
    }
}
