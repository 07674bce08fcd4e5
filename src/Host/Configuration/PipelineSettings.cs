using AkkaPipeline.Configuring;
using AkkaPipeline.Consuming;

namespace AkkaPipeline.Host.Configuration;

/// <summary>One pipeline as configured: every value set, paths absolute.</summary>
/// <param name="DeadLetters">Where dead letters go and how many are allowed.</param>
/// <param name="DrainTimeout">How long a drain may take.</param>
internal sealed record PipelineSettings(
    string Name,
    SourceSettings Source,
    ConsumeSettings Consume,
    SinkSettings Sink,
    DeadLetterSettings DeadLetters,
    QueueSettings Queue,
    TimeSpan DrainTimeout)
{
    /// <summary>Null: an item has one attempt.</summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>Null: an item may take for ever.</summary>
    public TimeoutSettings? Timeout { get; init; }

    /// <summary>Null: items are not ordered by key.</summary>
    public KeySettings? Keys { get; init; }

    /// <summary>Of the whole pipeline; null: no limit.</summary>
    public Rate? Rate { get; init; }

    /// <summary>Null: it never halts.</summary>
    public HaltSettings? Halt { get; init; }
}

/// <summary>A source that configuration can name.</summary>
internal abstract record SourceSettings;

internal sealed record FileSourceSettings(string Path, LineIdentity Identity = LineIdentity.Position) : SourceSettings;

/// <summary>Standard input.</summary>
internal sealed record StandardInputSettings : SourceSettings;

/// <summary>By what a later run knows which lines are done.</summary>
internal enum LineIdentity
{
    /// <summary>By where they stand.</summary>
    Position,

    /// <summary>By what they say.</summary>
    Content,
}

/// <summary>What consumers do, how many there are and what they run on.</summary>
internal abstract record ConsumeSettings(int Consumers, ConsumerThreads Threads);

internal sealed record ParseSettings(LineFormat Format, int Consumers, ConsumerThreads Threads)
    : ConsumeSettings(Consumers, Threads);

internal sealed record PassSettings(int Consumers, ConsumerThreads Threads) : ConsumeSettings(Consumers, Threads);

internal enum LineFormat
{
    CombinedLog,
}

/// <summary>A sink that configuration can name.</summary>
internal abstract record SinkSettings
{
    /// <summary>When batches close; null: a batch is what has gathered while the last one was written.</summary>
    public BatchSettings? Batch { get; init; }

    /// <summary>Null: a failing sink is called again and again.</summary>
    public BreakerSettings? Breaker { get; init; }
}

internal sealed record FileSinkSettings(string Path, SinkFormat Format) : SinkSettings;

internal enum SinkFormat
{
    /// <summary>One JSON object a line; the outputs bring their line feeds.</summary>
    JsonLines,

    /// <summary>Each output and a line feed.</summary>
    Raw,
}

/// <param name="Path">The file they are written to; null: they are only counted.</param>
/// <param name="Allowed">How many still count as success; null: all.</param>
internal sealed record DeadLetterSettings(string? Path, long? Allowed);
