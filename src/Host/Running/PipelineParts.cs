using AkkaPipeline.Host.Configuration;
using AkkaPipeline.Host.Parsing;
using AkkaPipeline.Host.Sinks;
using AkkaPipeline.Host.Sources;

namespace AkkaPipeline.Host.Running;

/// <summary>What a configured pipeline is made of: a new kind of source, consumer or sink is a new case here.</summary>
internal sealed class PipelineParts
{
    private readonly DeadLetterFile? deadLetterFile;

    private PipelineParts(PipelineSettings settings)
    {
        var source = (FileSourceSettings)settings.Source;
        var sink = (FileSinkSettings)settings.Sink;
        Source = FileLines.Of(source.Path);
        Consumer = settings.Consume switch
        {
            ParseSettings { Format: LineFormat.CombinedLog } => new ParseCombinedLog(),
            _ => throw new NotSupportedException($"consume {settings.Consume}"),
        };
        Sink = JsonLinesFile.Open(sink.Path);

        // Last, because it removes the dead letters of an earlier run.
        deadLetterFile = settings.DeadLetters.Path is { } path
            ? DeadLetterFile.Open(settings.Name, source.Path, path)
            : null;
        DeadLetters = deadLetterFile ?? (IBatchSink<DeadLetteredItem<LogLine>>)new CountedDeadLetters();
        OutputPath = sink.Path;
        DeadLettersPath = settings.DeadLetters.Path;
    }

    public FileLines Source { get; }

    public IItemConsumer<LogLine, ReadOnlyMemory<byte>> Consumer { get; }

    public JsonLinesFile Sink { get; }

    public IBatchSink<DeadLetteredItem<LogLine>> DeadLetters { get; }

    /// <summary>Where the output will be.</summary>
    public string OutputPath { get; }

    /// <summary>Where the dead letters are, if there are any.</summary>
    public string? DeadLettersPath { get; }

    public bool HasDeadLetterFile => deadLetterFile?.IsNeeded == true;

    /// <summary>Opens the source before the files of an earlier run are touched.</summary>
    public static PipelineParts Open(PipelineSettings settings) => new(settings);
}
