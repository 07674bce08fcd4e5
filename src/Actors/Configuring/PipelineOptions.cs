using AkkaPipeline.Consuming;

namespace AkkaPipeline.Configuring;

/// <summary>What configuration says of a pipeline of the library: every value set, by reference.conf at the least.</summary>
internal sealed record PipelineOptions
{
    private const string ProgramOnly = "is for the program akka-pipeline; a pipeline of your own says it in code";

    public required int Consumers { get; init; }

    public required ConsumerThreads Threads { get; init; }

    public required QueueSettings Queue { get; init; }

    public required KeptDeadLetters DeadLetters { get; init; }

    /// <summary>Null: an item has one attempt.</summary>
    public required RetryPolicy? Retry { get; init; }

    /// <summary>Null: an item may take for ever.</summary>
    public required TimeoutSettings? Timeout { get; init; }

    /// <summary>Where there is an order by key.</summary>
    public required KeyFailure OnKeyFailure { get; init; }

    /// <summary>Of each key for itself; null: no limit.</summary>
    public required Rate? RatePerKey { get; init; }

    /// <summary>Of the whole pipeline; null: no limit.</summary>
    public required Rate? Rate { get; init; }

    /// <summary>None: it never halts.</summary>
    public required IReadOnlyList<HaltRule> Halts { get; init; }

    /// <summary>Null: a batch is what has gathered while the last one was written.</summary>
    public required BatchSettings? Batch { get; init; }

    /// <summary>Null: a failing sink is called again and again.</summary>
    public required BreakerSettings? Breaker { get; init; }

    public required TimeSpan DrainTimeout { get; init; }

    /// <summary>Whether somebody has said it: a host has a timeout of its own, over which only that goes.</summary>
    public required bool SaysDrainTimeout { get; init; }

    /// <summary>Reads a pipeline's section, or pipeline-defaults; all that is wrong with it is reported.</summary>
    public static PipelineOptions Read(ConfigSection pipeline)
    {
        pipeline.Foreign(ProgramOnly, "source");
        ConfigSection consume = Own(pipeline, "consume", "type", "format");
        ConfigSection sink = Own(pipeline, "sink", "type", "path", "format");
        ConfigSection deadLetters = Own(pipeline, "dead-letters", "path", "allow");
        ConfigSection keys = Own(pipeline, "in-order-by", "field", "pattern");
        ConfigSection queue = pipeline.Section("queue");
        var options = new PipelineOptions
        {
            Consumers = QueueBinding.ReadConsumers(consume),
            Threads = QueueBinding.ReadThreads(consume),
            Queue = QueueBinding.ReadQueue(queue),
            DeadLetters = QueueBinding.ReadKept(deadLetters),
            Retry = SettlingBinding.ReadRetry(pipeline.Section("retry")),
            Timeout = SettlingBinding.ReadTimeout(pipeline.Section("timeout")),
            OnKeyFailure = SettlingBinding.ReadKeyFailure(keys),
            RatePerKey = SettlingBinding.ReadRate(keys.Section("rate")),
            Rate = SettlingBinding.ReadRate(pipeline.Section("rate")),
            Halts = SettlingBinding.ReadHalt(pipeline.Section("halt"))?.Rules ?? [],
            Batch = SettlingBinding.ReadBatch(sink.Section("batch")),
            Breaker = SettlingBinding.ReadBreaker(sink.Section("breaker")),
            DrainTimeout = QueueBinding.ReadDrainTimeout(pipeline),
            SaysDrainTimeout = pipeline.IsWritten("drain-timeout"),
        };
        CheckPath(options.Queue, queue);
        foreach (ConfigSection section in (ConfigSection[])[consume, sink, deadLetters, keys, queue, pipeline])
        {
            section.Close();
        }

        return options;
    }

    private static ConfigSection Own(ConfigSection pipeline, string name, params IReadOnlyList<string> programOnly)
    {
        ConfigSection section = pipeline.Section(name);
        section.Foreign(ProgramOnly, programOnly);
        return section;
    }

    /// <summary>What keeps its items needs a file, and what has no file keeps nothing.</summary>
    private static void CheckPath(QueueSettings settings, ConfigSection queue)
    {
        if (settings.Path is not null || settings.Durability == QueueDurability.None)
        {
            return;
        }

        if (settings.Durability != QueueDurability.Auto)
        {
            queue.ReportMissing("path", "path = \"data/orders.db\"");
        }
    }
}
