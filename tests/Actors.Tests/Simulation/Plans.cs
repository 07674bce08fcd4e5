using AkkaPipeline.Consuming;
using AkkaPipeline.Sinking;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>Draws a plan for a seed.</summary>
internal static class Plans
{
    public static Plan For(SeededRandom random)
    {
        var plan = WithWork(random);
        plan = WithOutputs(plan, random);
        plan = WithFaults(plan, random);
        plan = WithActs(plan, random);
        plan = WithResizes(plan, random);
        return WithSettling(plan, random);
    }

    private static Plan WithWork(SeededRandom random)
    {
        var producers = random.Chance(0.05) ? 0 : (int)random.LogBetween(1, 16);
        return new Plan
        {
            Producers = producers,
            Consumers = (int)random.LogBetween(1, 16),
            Items = producers == 0 || random.Chance(0.05) ? 0 : (int)random.LogBetween(1, 2_000),
            Puts = random.Chance(0.3) ? (int)random.LogBetween(1, 200) : 0,
            Getters = random.Chance(0.2) ? (int)random.Between(1, 4) : 0,
            Capacity = random.Pick(0, 1, random.Between(2, 20), random.Between(50, 500), 65_536),
            Sized = random.Chance(0.4),
            CapacityBytes = random.Pick(64L * 1024 * 1024, random.Between(1_000, 100_000)),
            Order = random.Pick(GrantOrder.FirstInFirstOut, GrantOrder.LastInFirstOut, GrantOrder.LowestPriorityFirst),
            Shape = random.Pick(ServiceShape.Constant, ServiceShape.Exponential, ServiceShape.Pareto, ServiceShape.Bimodal),
            ServiceNanoseconds = random.LogBetween(100, VirtualTime.Millisecond),
            SourceNanoseconds = random.LogBetween(50, 100 * VirtualTime.Microsecond),
            HopNanoseconds = random.LogBetween(100, 100 * VirtualTime.Microsecond),
        };
    }

    private static Plan WithOutputs(Plan plan, SeededRandom random) => plan with
    {
        Failing = random.Pick(0, 0, 0.02, 0.3, 1),
        DeadLettersMax = random.Pick(65_536, 65_536, random.Between(0, 30)),
        DeadLetterSink = random.Chance(0.4),
        Sink = random.Chance(0.5),
        SinkFailing = random.Pick(0, 0, 0.05, 0.5),
        Batches = Batches(random) with { RoomOutputs = random.Pick(1, 20, 32_768) },
        SinkKeys = random.Pick(0, 0, 3, 500),
        SinkAttempts = random.Pick(1, 1, 4),
        SinkBreakerOpening = random.Pick(0, 0, 0.3, 1),
    };

    private static BatchBounds Batches(SeededRandom random) => random.Chance(0.5)
        ? BatchBounds.Default with { ItemsMax = 64 }
        : BatchBounds.Default with
        {
            ItemsMax = (int)random.LogBetween(1, 500),
            BytesMax = random.Pick(long.MaxValue, random.Between(1, 2_000)),
            TimeMax = TimeSpan.FromMicroseconds(random.LogBetween(10, 100_000)),
            KeysMax = random.Pick(2, 4096),
        };

    private static Plan WithFaults(Plan plan, SeededRandom random)
    {
        if (random.Chance(0.25))
        {
            return plan;
        }

        var unreliable = random.Chance(0.5);
        return plan with
        {
            Loss = unreliable ? random.Pick(0, 0.01, 0.1, 0.3) : 0,
            Doubling = unreliable ? random.Pick(0.01, 0.1, 0.3) : 0,
            RepeatNanoseconds = random.Between(5, 30) * VirtualTime.Millisecond,
            ConsumerCrashing = random.Pick(0, 0, 0.005, 0.1),
            ProducerCrashing = random.Pick(0, 0, 0.01),
            RestartsProducers = random.Chance(0.7),
            SourceFailing = random.Pick(0, 0, 0, 0.002),
            Hanging = random.Pick(0, 0, 0, 0.01),
            SinkHanging = random.Pick(0, 0, 0, 0.02),
            SinkBreaking = random.Pick(0, 0, 0, 0.02),
            Crashes = Crashes(random),
        };
    }

    private static Dictionary<string, long> Crashes(SeededRandom random)
    {
        var crashes = new Dictionary<string, long>();
        foreach (var part in (ReadOnlySpan<string>)["queue", "pool", "sink", "dead letters"])
        {
            if (random.Chance(0.06))
            {
                crashes.Add(part, Moment(random));
            }
        }

        return crashes;
    }

    private static Plan WithActs(Plan plan, SeededRandom random)
    {
        var acts = new List<(long, UserAct, long)>();
        var endsWithSources = random.Chance(0.7);
        if (!endsWithSources || random.Chance(0.2))
        {
            acts.Add((Moment(random), random.Pick(UserAct.Complete, UserAct.Drain), Deadline(random)));
        }

        for (var extra = random.Between(0, 2); extra > 0; extra--)
        {
            acts.Add((Moment(random), random.Pick(UserAct.Join, UserAct.JoinAndCancel), 0));
        }

        if (random.Chance(0.15))
        {
            acts.Add((Moment(random), random.Pick(UserAct.ShutDown, UserAct.ShutDownImmediately, UserAct.Drain), Deadline(random)));
        }

        // What never returns ends only at a deadline.
        if (plan.Hanging > 0 || plan.SinkHanging > 0)
        {
            acts.Add((Moment(random), UserAct.Drain, random.LogBetween(1, 300 * VirtualTime.Millisecond)));
        }

        return plan with { Acts = acts, EndsWithSources = endsWithSources };
    }

    private static Plan WithResizes(Plan plan, SeededRandom random)
    {
        var resizes = new List<(long, int)>();
        for (var more = random.Chance(0.3) ? random.Between(1, 4) : 0; more > 0; more--)
        {
            resizes.Add((Moment(random), (int)random.LogBetween(1, 16)));
        }

        return plan with { Resizes = resizes };
    }

    /// <summary>A rate that lets a simulated pipeline end within a few seconds; sometimes none.</summary>
    public static Rate? Rate(SeededRandom random)
    {
        var items = random.LogBetween(2_000, 10_000_000);
        return random.Chance(0.2) ? null : AkkaPipeline.Rate.PerSecond(items, random.Chance(0.3) ? null : random.LogBetween(1, 100));
    }

    private static Plan WithSettling(Plan plan, SeededRandom random)
    {
        if (random.Chance(0.2))
        {
            return plan;
        }

        var keyed = random.Chance(0.5);
        plan = plan with
        {
            Quitting = random.Pick(0, 0, 0.02),
            Deciding = random.Pick(0, 0, 0.02, 0.2),
            Pausing = random.Pick(0, 0, 0, 0.01),
            Retry = Retry(random),
            PutsForLater = random.Pick(0, 0.1, 0.5, 1),
            Keys = keyed ? (int)random.Pick(1, random.LogBetween(1, 20), random.LogBetween(1, 2_000)) : 0,
            KeySkew = random.Pick(1, 2, 6),
            OnKeyFailure = random.Pick(KeyFailure.Skip, KeyFailure.Halt, KeyFailure.Park),
            Rate = random.Chance(0.2) ? Rate(random) : null,
            RatePerKey = keyed && random.Chance(0.2) ? Rate(random) : null,
            Halts = Halts(random),
            DropsOldestDeadLetter = random.Chance(0.2),
            TimerNanoseconds = random.Pick(1, VirtualTime.Millisecond),
        };
        plan = random.Chance(0.3) ? WithTimeouts(plan, random) : plan;
        return WithControl(plan, random);
    }

    private static Plan WithTimeouts(Plan plan, SeededRandom random) => plan with
    {
        Timeout = new TimeoutSettings(
            TimeSpan.FromMicroseconds(random.LogBetween(1_000, 30_000)),
            TimeSpan.FromMicroseconds(random.LogBetween(1_000, 10_000)),
            (int)random.LogBetween(1, 20)),
        Overrunning = random.Pick(0, 0.02, 0.1),
        Deaf = random.Pick(0, 0.01, 0.05),
    };

    private static RetryPolicy? Retry(SeededRandom random) => random.Chance(0.3) ? null : new RetryPolicy
    {
        MaxAttempts = (int)random.LogBetween(1, 6),
        Backoff = random.Pick(
            RetryBackoff.None,
            RetryBackoff.Constant(TimeSpan.FromMicroseconds(100)),
            RetryBackoff.Exponential(TimeSpan.FromMicroseconds(50), TimeSpan.FromMilliseconds(20))),
    };

    private static HaltRule[] Halts(SeededRandom random)
    {
        var rules = new List<HaltRule>();
        for (var more = random.Chance(0.15) ? random.Between(1, 2) : 0; more > 0; more--)
        {
            var rule = random.Pick(
                HaltRule.AfterFailures(random.LogBetween(1, 100)),
                HaltRule.AfterFailuresPercent(random.Between(1, 60), random.LogBetween(1, 100)),
                HaltRule.AfterSuccesses(random.LogBetween(1, 1_000)));
            rules.Add(random.Chance(0.5) ? rule.Now() : rule);
        }

        return [.. rules];
    }

    private static Plan WithControl(Plan plan, SeededRandom random)
    {
        var acts = plan.Acts.ToList();
        for (var more = random.Between(0, 3); more > 0; more--)
        {
            AddControl(acts, random);
        }

        if (plan.OnKeyFailure != KeyFailure.Skip)
        {
            for (var more = random.Between(0, 3); more > 0; more--)
            {
                acts.Add((Moment(random), UserAct.ResumeKey, 0));
            }
        }

        return plan with { Acts = acts };
    }

    private static void AddControl(List<(long At, UserAct Act, long Argument)> acts, SeededRandom random)
    {
        var at = Moment(random);
        var until = at + random.LogBetween(VirtualTime.Microsecond, 50 * VirtualTime.Millisecond);
        switch (random.Between(0, 5))
        {
            case 0:
                acts.AddRange([(at, UserAct.Pause, 0), (until, UserAct.Resume, 0)]);
                break;
            case 1:
                acts.Add((at, UserAct.PauseForAWhile, until - at));
                break;
            case 2:
                acts.AddRange([(at, UserAct.BreakerOpens, 0), ((at + until) / 2, UserAct.Probe, 0), (until, UserAct.BreakerCloses, 0)]);
                break;
            case 3:
                acts.Add((at, random.Pick(UserAct.ChangeRate, UserAct.ChangeRatePerKey), 0));
                break;
            case 4:
                acts.Add((at, random.Pick(UserAct.CancelRunning, UserAct.CancelWaiting), 0));
                break;
            default:
                acts.Add((at, random.Pick(UserAct.RequeueSome, UserAct.RequeueAll, UserAct.DropDeadLetters), 0));
                break;
        }
    }

    private static long Moment(SeededRandom random) =>
        random.LogBetween(VirtualTime.Microsecond, 200 * VirtualTime.Millisecond);

    /// <summary>In nanoseconds; -1: none.</summary>
    private static long Deadline(SeededRandom random) =>
        random.Pick(0, -1, random.LogBetween(VirtualTime.Microsecond, 300 * VirtualTime.Millisecond));
}
