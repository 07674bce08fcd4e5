namespace AkkaPipeline.Bench.Measuring;

/// <summary>A program under measurement: one producer, a number of consumers, a join.</summary>
internal interface ISubject<T> : IAsyncDisposable
{
    string Name { get; }

    SubjectKind Kind { get; }

    /// <summary>How many laps of the source it runs a round: as many as it does in about a second.</summary>
    int LapsPerRound { get; }

    /// <summary>
    /// Takes every item of the source to the consumer delegate, acknowledges it, and returns when all are acknowledged.
    /// </summary>
    Task RunAsync(Workload<T> workload);

    ValueTask IAsyncDisposable.DisposeAsync() => ValueTask.CompletedTask;
}

internal enum SubjectKind
{
    /// <summary>The library.</summary>
    Pipeline,

    /// <summary>A peer that moves single items over a <see cref="System.Threading.Channels.Channel{T}"/>.</summary>
    Channel,

    /// <summary>A peer that moves single items otherwise.</summary>
    OtherItemWise,

    /// <summary>What hardware and runtime allow: chunks by hand, a log by hand.</summary>
    Limit,

    /// <summary>The library in a way that no target is set for, shown beside.</summary>
    PipelineOtherwise,

    /// <summary>The program, keeping nothing.</summary>
    WithoutDurability,

    /// <summary>The library, with as much memory as the items need.</summary>
    WithinTheWindow,
}
