using AkkaPipeline.Configuring;
using AkkaPipeline.Host.Configuration;
using AkkaPipeline.Host.Files;
using AkkaPipeline.Host.Parsing;
using AkkaPipeline.Host.Sinks;
using AkkaPipeline.Host.Sources;

namespace AkkaPipeline.Host.Running;

/// <summary>What a configured pipeline is made of: a new kind of source, consumer or sink is a new case here.</summary>
internal sealed class PipelineParts : IDisposable
{
    private readonly DeadLetterFile? deadLetterFile;

    private PipelineParts(PipelineSettings settings, JobState state)
    {
        bool resumes = state.Keeps != QueueDurability.None;
        var sink = (FileSinkSettings)settings.Sink;
        Source = OpenSource(settings.Source, state);
        Consumer = settings.Consume switch
        {
            ParseSettings { Format: LineFormat.CombinedLog } => new ParseCombinedLog(),
            PassSettings => new PassLine(),
            _ => throw new NotSupportedException($"consume {settings.Consume}"),
        };
        Sink = resumes ? OutputFile.ToResume(sink.Path, sink.Format) : OutputFile.Open(sink.Path, sink.Format);

        // Last, because it removes the dead letters of an earlier run.
        if (settings.DeadLetters.Path is { } path)
        {
            string from = settings.Source is FileSourceSettings source ? source.Path : "stdin";
            deadLetterFile = resumes ? DeadLetterFile.ToResume(settings.Name, from, path) : DeadLetterFile.Open(settings.Name, from, path);
        }

        DeadLetters = deadLetterFile ?? (IBatchSink<DeadLetteredItem<LogLine>>)new CountedDeadLetters();
        OutputPath = sink.Path;
        DeadLettersPath = settings.DeadLetters.Path;
    }

    /// <summary>An <see cref="IReplayableSource"/> where it can be read again, and the state says how far it is.</summary>
    public IAsyncEnumerable<LogLine> Source { get; }

    public IItemConsumer<LogLine, ReadOnlyMemory<byte>> Consumer { get; }

    public OutputFile Sink { get; }

    public IBatchSink<DeadLetteredItem<LogLine>> DeadLetters { get; }

    /// <summary>Where the output will be.</summary>
    public string OutputPath { get; }

    /// <summary>Where the dead letters are, if there are any.</summary>
    public string? DeadLettersPath { get; }

    public bool HasDeadLetterFile => deadLetterFile?.IsNeeded == true;

    /// <summary>Opens the source before the files of an earlier run are touched.</summary>
    public static PipelineParts Open(PipelineSettings settings, JobState state) => new(settings, state);

    public void Dispose() => (Source as IDisposable)?.Dispose();

    private static IAsyncEnumerable<LogLine> OpenSource(SourceSettings settings, JobState state)
    {
        if (settings is not FileSourceSettings file)
        {
            return new StandardInputLines();
        }

        FileLines.Expect(file.Path);
        return (state.Keeps, file.Identity) switch
        {
            (QueueDurability.Checkpoint, LineIdentity.Content) => new ContentLines(file.Path, state.LinesPath),
            (QueueDurability.Checkpoint, _) => new ReplayableFile(file.Path),
            (QueueDurability.Full, _) when FileIdentity.IsRegular(file.Path) => new ReplayableFile(file.Path),
            _ => new FileLines(file.Path),
        };
    }
}
