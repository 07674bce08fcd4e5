using AkkaPipeline.Sinking;

namespace AkkaPipeline.Tests.Simulation;

internal enum GrantOrder
{
    FirstInFirstOut,
    LastInFirstOut,
    LowestPriorityFirst,
}

internal enum ServiceShape
{
    Constant,
    Exponential,
    Pareto,
    Bimodal,
}

/// <summary>What a user does to a running pipeline.</summary>
internal enum UserAct
{
    Complete,
    Drain,
    ShutDown,
    ShutDownImmediately,
    Join,
    JoinAndCancel,
}

/// <summary>Everything that a seed decides before the run: sizes, shapes, and how likely which fault is.</summary>
internal sealed record Plan
{
    public int Producers { get; init; }

    public int Consumers { get; init; }

    public int Items { get; init; }

    public int Puts { get; init; }

    public int Getters { get; init; }

    public long Capacity { get; init; }

    public long CapacityBytes { get; init; } = 64L * 1024 * 1024;

    public bool Sized { get; init; }

    public GrantOrder Order { get; init; }

    public ServiceShape Shape { get; init; }

    public long ServiceNanoseconds { get; init; } = 10_000;

    public long SourceNanoseconds { get; init; } = 100;

    public double Failing { get; init; }

    public double Hanging { get; init; }

    public long DeadLettersMax { get; init; } = 65_536;

    public bool DeadLetterSink { get; init; }

    public bool Sink { get; init; }

    public double SinkFailing { get; init; }

    public double SinkHanging { get; init; }

    public double SinkBreaking { get; init; }

    public BatchBounds Batches { get; init; } = BatchBounds.Default with { RoomOutputs = 1_000 };

    /// <summary>How many batch keys outputs have; 0: none.</summary>
    public int SinkKeys { get; init; }

    /// <summary>How often a failed batch is written, in place; 1: its items fail at once.</summary>
    public int SinkAttempts { get; init; } = 1;

    /// <summary>How likely a failed write opens the breaker.</summary>
    public double SinkBreakerOpening { get; init; }

    public double ConsumerCrashing { get; init; }

    public double ProducerCrashing { get; init; }

    public bool RestartsProducers { get; init; }

    public double SourceFailing { get; init; }

    /// <summary>When parts die, in virtual time; absent: they don't.</summary>
    public IReadOnlyDictionary<string, long> Crashes { get; init; } = new Dictionary<string, long>();

    public double Loss { get; init; }

    public double Doubling { get; init; }

    public long HopNanoseconds { get; init; } = 3_000;

    public long RepeatNanoseconds { get; init; } = 10 * VirtualTime.Millisecond;

    public bool EndsWithSources { get; init; } = true;

    public IReadOnlyList<(long At, UserAct Act, long Deadline)> Acts { get; init; } = [];

    /// <summary>When the pool is brought to which size.</summary>
    public IReadOnlyList<(long At, int Consumers)> Resizes { get; init; } = [];

    /// <summary>Whether messages between roles may be lost or doubled, and are therefore repeated.</summary>
    public bool Unreliable => Loss > 0 || Doubling > 0;

    /// <summary>Nothing dies, hangs or is lost, and nobody stops it: every item runs exactly once.</summary>
    public bool Calm => !Unreliable && Hanging == 0 && SinkHanging == 0 && SinkBreaking == 0 && ConsumerCrashing == 0
        && ProducerCrashing == 0 && SourceFailing == 0 && Crashes.Count == 0 && Getters == 0
        && Acts.All(act => act.Act is UserAct.Complete or UserAct.Join or UserAct.JoinAndCancel);
}
