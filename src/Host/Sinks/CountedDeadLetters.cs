using AkkaPipeline.Host.Sources;

namespace AkkaPipeline.Host.Sinks;

/// <summary>Dead letters for which no file is configured: the settlement counts them, nobody keeps them.</summary>
internal sealed class CountedDeadLetters : IBatchSink<DeadLetteredItem<LogLine>>
{
    public ValueTask WriteAsync(Batch<DeadLetteredItem<LogLine>> batch, CancellationToken cancellationToken) =>
        ValueTask.CompletedTask;
}
