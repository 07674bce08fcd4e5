using AkkaPipeline.Consuming;
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
    Pause,
    PauseForAWhile,
    Resume,
    BreakerOpens,
    Probe,
    BreakerCloses,
    ChangeRate,
    ChangeRatePerKey,
    ResumeKey,
    CancelWaiting,
    CancelRunning,
    RequeueSome,
    RequeueAll,
    DropDeadLetters,
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

    /// <summary>How long an item takes, where that is not drawn.</summary>
    public Func<WorkItem, long>? ServiceOf { get; init; }

    /// <summary>The items, by number, where they are not drawn.</summary>
    public Func<long, WorkItem>? ItemAt { get; init; }

    public long SourceNanoseconds { get; init; } = 100;

    /// <summary>How often the user's code throws; one in eight throws what is not retried.</summary>
    public double Failing { get; init; }

    /// <summary>How often it throws a cancellation of its own.</summary>
    public double Quitting { get; init; }

    /// <summary>How often it decides itself: to try again after a while, to reject, or to hand back.</summary>
    public double Deciding { get; init; }

    /// <summary>How often it has the whole pipeline pause for a while.</summary>
    public double Pausing { get; init; }

    /// <summary>Null: an item has one attempt.</summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>How many keys there are; 0: no order by key.</summary>
    public int Keys { get; init; }

    /// <summary>1: all keys are alike; more: some have most of the items.</summary>
    public double KeySkew { get; init; } = 1;

    public KeyFailure OnKeyFailure { get; init; }

    public Rate? Rate { get; init; }

    public Rate? RatePerKey { get; init; }

    /// <summary>How many of the puts are for later.</summary>
    public double PutsForLater { get; init; }

    public IReadOnlyList<HaltRule> Halts { get; init; } = [];

    /// <summary>How often it never returns.</summary>
    public double Hanging { get; init; }

    /// <summary>How often it heeds no cancellation, and returns late.</summary>
    public double Deaf { get; init; }

    /// <summary>How often it takes longer than its timeout.</summary>
    public double Overrunning { get; init; }

    public TimeoutSettings? Timeout { get; init; }

    public long DeadLettersMax { get; init; } = 65_536;

    public bool DropsOldestDeadLetter { get; init; }

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

    /// <summary>A shell's timer comes at a whole multiple of this after it was started.</summary>
    public long TimerNanoseconds { get; init; } = 1;

    /// <summary>After so many steps it goes on for ever.</summary>
    public long StepsMax { get; init; } = 10_000_000;

    public bool EndsWithSources { get; init; } = true;

    public IReadOnlyList<(long At, UserAct Act, long Deadline)> Acts { get; init; } = [];

    /// <summary>When the pool is brought to which size.</summary>
    public IReadOnlyList<(long At, int Consumers)> Resizes { get; init; } = [];

    /// <summary>Whether messages between roles may be lost or doubled, and are therefore repeated.</summary>
    public bool Unreliable => Loss > 0 || Doubling > 0;

    /// <summary>Nothing dies, hangs or is lost, and nobody stops it: every item runs exactly once.</summary>
    public bool Calm => !Unreliable && Hanging == 0 && SinkHanging == 0 && SinkBreaking == 0 && ConsumerCrashing == 0
        && ProducerCrashing == 0 && SourceFailing == 0 && Crashes.Count == 0 && Getters == 0
        && Halts.Count == 0 && Retry is null && Timeout is null && Deciding == 0 && OnKeyFailure == KeyFailure.Skip
        && Acts.All(act => act.Act is UserAct.Complete or UserAct.Join or UserAct.JoinAndCancel);
}
