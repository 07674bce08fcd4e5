using AkkaPipeline.Host.Sources;

namespace AkkaPipeline.Host.Sinks;

/// <summary>Dead letters for which no file is configured: the settlement counts them, nobody keeps them.</summary>
internal sealed class CountedDeadLetters : IBatchSink<DeadLetteredItem<LogLine>>
{
    public ValueTask<BatchResult> WriteAsync(Batch<DeadLetteredItem<LogLine>> batch, CancellationToken cancellationToken) =>
        ValueTask.FromResult(BatchResult.Written);
}
