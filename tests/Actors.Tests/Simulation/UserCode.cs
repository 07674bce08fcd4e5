namespace AkkaPipeline.Tests.Simulation;

/// <summary>What the user's code does with an item: how long it takes, and how it ends.</summary>
internal sealed class UserCode(Plan plan, SeededRandom random)
{
    private static readonly InvalidOperationException Failure = new("failed");
    private static readonly ArgumentException Argument = new("the item is wrong");

    /// <summary>What code throws that heeds its cancellation.</summary>
    public static OperationCanceledException Quits { get; } = new();

    /// <summary>What it is said to have thrown if that was for its timeout.</summary>
    public static TimeoutException TimedOut { get; } = new("took too long");

    public long ServiceTime(WorkItem item) => plan.ServiceOf?.Invoke(item)
        ?? (random.Chance(plan.Overrunning) ? (long)(3 * plan.Timeout!.PerItem.TotalNanoseconds) : Drawn());

    /// <summary>Of code that heeds no timeout, but returns.</summary>
    public long TimeOfTheDeaf() => 1 + random.Exponential(
        plan.Timeout is { } timeout ? 3 * (timeout.PerItem + timeout.Grace).TotalNanoseconds : plan.ServiceNanoseconds);

    /// <summary>How an attempt fails; nothing, if it succeeds.</summary>
    public (Exception? Thrown, FailureOutcome? Decided) Fails()
    {
        if (random.Chance(plan.Failing))
        {
            return (random.Chance(0.125) ? Argument : Failure, null);
        }

        if (random.Chance(plan.Quitting))
        {
            return (Quits, null);
        }

        return random.Chance(plan.Deciding) ? (random.Chance(0.5) ? Failure : null, Decision()) : (null, null);
    }

    public TimeSpan Pause() => Backoff(5 * VirtualTime.Millisecond);

    private FailureOutcome Decision() => random.Between(0, 2) switch
    {
        0 => FailureOutcome.RetryAfter(Backoff(VirtualTime.Millisecond)),
        1 => FailureOutcome.Reject("not wanted"),
        _ => FailureOutcome.Release,
    };

    private TimeSpan Backoff(long mean) => new(random.Chance(0.1) ? 0 : random.Exponential(mean) / 100);

    private long Drawn()
    {
        var mean = plan.ServiceNanoseconds;
        return 1 + plan.Shape switch
        {
            ServiceShape.Constant => mean,
            ServiceShape.Exponential => random.Exponential(mean),
            ServiceShape.Pareto => Math.Min(1000 * mean, (long)(mean / 3.0 / Math.Pow(1 - random.Fraction(), 1 / 1.5))),
            _ => random.Chance(0.01) ? 100 * mean : mean / 10,
        };
    }
}
