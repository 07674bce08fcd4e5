using AkkaPipeline.Configuring;

namespace AkkaPipeline.Host.Configuration;

/// <summary>What is right by itself but does not go together.</summary>
internal static class PipelineFit
{
    public static void Check(PipelineSettings settings, ConfigSection pipeline)
    {
        ConfigSection queue = pipeline.Section("queue");
        if (settings is { Keys: not null, Queue.Order: QueueOrder.LastInFirstOut })
        {
            queue.Report("order", "does not go with in-order-by: of one key the oldest comes first");
        }

        CheckFormat(settings, pipeline.Section("sink"));
        CheckDurability(settings, queue, pipeline.Section("source"));
    }

    private static void CheckFormat(PipelineSettings settings, ConfigSection sink)
    {
        if (settings.Sink is not FileSinkSettings { Format: var format })
        {
            return;
        }

        if (settings.Consume is PassSettings && format != SinkFormat.Raw)
        {
            if (sink.IsWritten("format"))
            {
                sink.Report("format", "does not go with consume.type = pass, which hands on lines as they are; use raw");
            }
            else
            {
                sink.ReportMissing("format", "format = raw, with consume.type = pass");
            }
        }
        else if (settings.Consume is ParseSettings && format == SinkFormat.Raw)
        {
            sink.Report("format", "does not go with consume.type = parse, which makes JSON lines; use json-lines");
        }
    }

    private static void CheckDurability(PipelineSettings settings, ConfigSection queue, ConfigSection source)
    {
        QueueDurability durability = settings.Queue.Durability;
        if (durability == QueueDurability.Checkpoint && settings.Source is StandardInputSettings)
        {
            queue.Report("durability", "needs a source that can be read again, which standard input cannot; use full or none");
        }

        if (settings.Source is FileSourceSettings { Identity: LineIdentity.Content } && durability is QueueDurability.None or QueueDurability.Full)
        {
            source.Report("identity", "goes with queue.durability = checkpoint (or auto), which it says how to resume");
        }
    }
}
