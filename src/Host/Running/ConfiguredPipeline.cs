using Akka.Actor;
using AkkaPipeline.Configuring;
using AkkaPipeline.Host.Configuration;
using AkkaPipeline.Host.Parsing;
using AkkaPipeline.Host.Sources;

namespace AkkaPipeline.Host.Running;

/// <summary>Turns settings into a pipeline that can be started: a new setting of a pipeline is a new line here.</summary>
internal static class ConfiguredPipeline
{
    public static PipelineBuilder<LogLine> Of(ActorSystem system, PipelineSettings settings, PipelineParts parts, JobState state)
    {
        PipelineBuilder<LogLine> pipeline = Pipeline.Create<LogLine>(system, settings.Name)
            .From(parts.Source)
            .Capacity(settings.Queue.Capacity)
            .Order(settings.Queue.Order == QueueOrder.LastInFirstOut
                ? ItemOrder.LastInFirstOut<LogLine>()
                : ItemOrder.FirstInFirstOut<LogLine>())
            .SizedBy(line => line.Bytes.Length)
            .Threads(settings.Consume.Threads)
            .DeadLettersTo(parts.DeadLetters);
        Keep(pipeline, settings, state);
        Settle(pipeline, settings);
        return pipeline
            .Consume(settings.Consume.Consumers, () => parts.Consumer)
            .To(parts.Sink, BatchesOf(settings.Sink));
    }

    private static BatchOptions<ReadOnlyMemory<byte>>? BatchesOf(SinkSettings sink) => sink is { Batch: null, Breaker: null }
        ? null
        : new BatchOptions<ReadOnlyMemory<byte>>
        {
            ItemsMax = sink.Batch?.ItemsMax,
            BytesMax = sink.Batch?.BytesMax,
            TimeMax = sink.Batch?.TimeMax,
            Breaker = sink.Breaker?.Options,
        };

    private static void Keep(PipelineBuilder<LogLine> pipeline, PipelineSettings settings, JobState state)
    {
        DurableOptions options = settings.Queue.Durable;
        switch (state.Keeps)
        {
            case QueueDurability.Checkpoint:
                pipeline.Checkpointed(state.Path, options).Codec(LogLineCodec.Instance);
                break;
            case QueueDurability.Full:
                pipeline.Durable(state.Path, options).Codec(LogLineCodec.Instance);
                break;
        }
    }

    private static void Settle(PipelineBuilder<LogLine> pipeline, PipelineSettings settings)
    {
        if (settings.Retry is { } retry)
        {
            pipeline.Retry(retry);
        }

        if (settings.Timeout is { } timeout)
        {
            pipeline.Timeout(timeout.PerItem, timeout.Grace, timeout.AbandonedMax);
        }

        if (settings.Keys is { } keys)
        {
            pipeline.InOrderBy(LineKeys.Of(keys.Key), keys.OnFailure);
            if (keys.Rate is { } perKey)
            {
                pipeline.RateLimitPerKey(perKey);
            }
        }

        if (settings.Rate is { } rate)
        {
            pipeline.RateLimit(rate);
        }

        if (settings.Halt is { } halt)
        {
            pipeline.HaltWhen(halt.Rules);
        }
    }
}
