using AkkaPipeline.Configuring;

namespace AkkaPipeline.Host.Configuration;

/// <summary>
/// Reads one pipeline's section. A new kind of source, consumer or sink gets its word and its method here, and its
/// keys in <c>hocon/reference.conf</c>.
/// </summary>
internal static class PipelineBinding
{
    private const int NameLengthMax = 64;
    private const string LibraryOnly = "is for pipelines of your own, with the library; the program has no use for it";

    private static readonly string[] RateKeys = ["items", "per", "burst"];

    public static PipelineSettings Read(string name, ConfigSection pipeline)
    {
        int faults = pipeline.FaultCount;
        var settings = new PipelineSettings(
            name,
            ReadSource(pipeline),
            ReadConsume(pipeline),
            ReadSink(pipeline),
            ReadDeadLetters(pipeline.Section("dead-letters")),
            ReadQueue(pipeline.Section("queue")),
            QueueBinding.ReadDrainTimeout(pipeline))
        {
            Retry = SettlingBinding.ReadRetry(pipeline.Section("retry")),
            Timeout = SettlingBinding.ReadTimeout(pipeline.Section("timeout")),
            Keys = KeyBinding.ReadKeys(pipeline.Section("in-order-by")),
            Rate = SettlingBinding.ReadRate(pipeline.Section("rate")),
            Halt = SettlingBinding.ReadHalt(pipeline.Section("halt")),
        };
        if (pipeline.FaultCount == faults)
        {
            PipelineFit.Check(settings, pipeline);
        }

        pipeline.Close();
        return settings;
    }

    /// <summary>Names become names of actors, files and measurements.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= NameLengthMax && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');

    /// <summary>Reads the keys that pipeline-defaults may set, so that a fault there is named there.</summary>
    public static void CheckDefaults(ConfigSection defaults)
    {
        CheckKeys(defaults, "source", "type", "path", "identity");
        CheckKeys(defaults, "consume", "type", "format", "consumers", "threads");
        ConfigSection sink = defaults.Section("sink");
        CheckKeys(sink, "batch", "items", "bytes", "time");
        CheckKeys(sink, "breaker", "failure-ratio", "minimum-throughput", "sampling-duration", "break-duration");
        CheckKeys(sink, ["type", "path", "format"]);
        CheckKeys(defaults, "dead-letters", "path", "allow", "kept", "drop-oldest");
        CheckKeys(
            defaults, "queue", ["durability", "path", "capacity", "order", .. QueueBinding.DurableKeys, .. QueueBinding.PutIdKeys]);
        CheckKeys(defaults, "retry", "max-attempts", "backoff", "first-delay", "max-delay", "factor", "jitter", "errors");
        CheckKeys(defaults, "timeout", "per-item", "grace", "abandoned-max");
        CheckKeys(defaults, "rate", RateKeys);
        CheckKeys(defaults, "halt", "when", "failures", "successes", "after");
        ConfigSection keys = defaults.Section("in-order-by");
        CheckKeys(keys, "rate", RateKeys);
        CheckKeys(keys, ["field", "pattern", "on-failure"]);
        defaults.Has("drain-timeout");
        defaults.Close();
    }

    private static void CheckKeys(ConfigSection defaults, string name, params IReadOnlyList<string> keys) =>
        CheckKeys(defaults.Section(name), keys);

    private static void CheckKeys(ConfigSection section, IReadOnlyList<string> keys)
    {
        foreach (string key in keys)
        {
            section.Has(key);
        }

        section.Close();
    }

    private static SourceSettings ReadSource(ConfigSection pipeline)
    {
        if (RequiredByType(pipeline, "source", "source { type = file, path = \"access.log\" }") is not { } source)
        {
            return new FileSourceSettings("");
        }

        SourceSettings settings = source.Word<Func<ConfigSection, SourceSettings>>(
            "type", ("file", ReadFileSource), ("stdin", ReadStandardInput))(source);
        source.Close();
        return settings;
    }

    private static FileSourceSettings ReadFileSource(ConfigSection source) => new(
        source.FilePath("path"),
        source.Word("identity", ("position", LineIdentity.Position), ("content", LineIdentity.Content)));

    private static StandardInputSettings ReadStandardInput(ConfigSection source)
    {
        if (source.IsOwn("identity"))
        {
            source.Report("identity", "means nothing here: standard input cannot be read again");
        }

        return new StandardInputSettings();
    }

    private static ConsumeSettings ReadConsume(ConfigSection pipeline)
    {
        if (RequiredByType(pipeline, "consume", "consume { type = parse, format = combined-log }") is not { } consume)
        {
            return new ParseSettings(LineFormat.CombinedLog, 1, ConsumerThreads.Shared);
        }

        ConsumeSettings settings = consume.Word<Func<ConfigSection, ConsumeSettings>>(
            "type", ("parse", ReadParse), ("pass", ReadPass))(consume);
        consume.Close();
        return settings;
    }

    private static ParseSettings ReadParse(ConfigSection consume) => new(
        consume.Word("format", ("combined-log", LineFormat.CombinedLog)), QueueBinding.ReadConsumers(consume), QueueBinding.ReadThreads(consume));

    private static PassSettings ReadPass(ConfigSection consume) => new(QueueBinding.ReadConsumers(consume), QueueBinding.ReadThreads(consume));

    private static SinkSettings ReadSink(ConfigSection pipeline)
    {
        if (RequiredByType(pipeline, "sink", "sink { type = file, path = \"access.jsonl\" }") is not { } sink)
        {
            return new FileSinkSettings("", SinkFormat.JsonLines);
        }

        SinkSettings settings = sink.Word<Func<ConfigSection, SinkSettings>>("type", ("file", ReadFileSink))(sink) with
        {
            Batch = SettlingBinding.ReadBatch(sink.Section("batch")),
            Breaker = SettlingBinding.ReadBreaker(sink.Section("breaker")),
        };
        sink.Close();
        return settings;
    }

    private static FileSinkSettings ReadFileSink(ConfigSection sink) =>
        new(sink.FilePath("path"), sink.Word("format", ("json-lines", SinkFormat.JsonLines), ("raw", SinkFormat.Raw)));

    private static DeadLetterSettings ReadDeadLetters(ConfigSection deadLetters)
    {
        var settings = new DeadLetterSettings(
            deadLetters.FilePathOrNull("path"),
            deadLetters.LongNumberOrWord("allow", 0, long.MaxValue, "all"));
        deadLetters.Foreign(LibraryOnly, "kept", "drop-oldest");
        deadLetters.Close();
        return settings;
    }

    private static QueueSettings ReadQueue(ConfigSection queue)
    {
        QueueSettings settings = QueueBinding.ReadQueue(queue);
        queue.Foreign(LibraryOnly, QueueBinding.PutIdKeys);
        queue.Close();
        return settings;
    }

    /// <summary>A section whose type has no default; where only defaults stand, the whole section is missing.</summary>
    private static ConfigSection? RequiredByType(ConfigSection pipeline, string key, string example)
    {
        ConfigSection section = pipeline.Section(key);
        bool onlyDefaults = section.Place.File == ReferenceConfiguration.Source.File;
        if (!onlyDefaults || section.Has("type"))
        {
            return section;
        }

        pipeline.ReportMissing(key, example);
        return null;
    }
}
