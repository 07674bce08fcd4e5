using System.Globalization;
using AkkaPipeline.Consuming;

namespace AkkaPipeline.Configuring;

/// <summary>
/// Reads what a pipeline's section says of retries, timeouts, keys, rates, batches and halting: the one place that knows
/// these keys' units and bounds, for the library and the program.
/// </summary>
internal static class SettlingBinding
{
    private enum BackoffKind
    {
        Exponential,
        Linear,
        Constant,
        Listed,
        None,
    }

    private const int AttemptsMax = 1_000;
    private const int AbandonedMax = 65_536;
    private const int BatchItemsMax = 1_000_000;
    private const long BatchBytesMax = 1L << 30;
    private const string HaltForm = "a whole number from 1, a percentage as in 10 %, or none";

    private static readonly HaltLimit NoLimit = new(null, 0);
    private static readonly TimeSpan DelayMax = TimeSpan.FromDays(30);
    private static readonly TimeSpan PerMin = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan BreakMin = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PerMax = TimeSpan.FromDays(365);

    public static RetryPolicy? ReadRetry(ConfigSection retry)
    {
        int faults = retry.FaultCount;
        int attempts = retry.WholeNumber("max-attempts", 1, AttemptsMax);
        RetryBackoff backoff = ReadBackoff(retry);
        Func<Exception, bool> retries = retry.Word<Func<Exception, bool>>(
            "errors", ("transient", RetryPolicy.RetriesByDefault), ("all", static _ => true));
        retry.Close();
        Expect(retry, faults, "max-attempts", "retry { max-attempts = 5 }", "backoff", "first-delay", "max-delay", "factor", "jitter", "errors");
        return attempts == 1 ? null : new RetryPolicy { MaxAttempts = attempts, Backoff = backoff, Retries = retries };
    }

    public static TimeoutSettings? ReadTimeout(ConfigSection timeout)
    {
        int faults = timeout.FaultCount;
        TimeSpan? perItem = timeout.DurationOrWord("per-item", PerMin, DelayMax, "off");
        var settings = new TimeoutSettings(
            perItem ?? PerMin, timeout.Duration("grace", PerMin, TimeSpan.FromDays(1)), timeout.WholeNumber("abandoned-max", 1, AbandonedMax));
        timeout.Close();
        Expect(timeout, faults, "per-item", "timeout { per-item = 30 s }", "grace", "abandoned-max");
        return perItem is null ? null : settings;
    }

    public static KeyFailure ReadKeyFailure(ConfigSection keys) =>
        keys.Word("on-failure", ("skip", KeyFailure.Skip), ("halt", KeyFailure.Halt), ("park", KeyFailure.Park));

    public static Rate? ReadRate(ConfigSection rate)
    {
        int faults = rate.FaultCount;
        long? items = rate.LongNumberOrWord("items", 1, Rate.PerSecondMax, "none");
        TimeSpan per = rate.Duration("per", PerMin, PerMax);
        long? burst = rate.LongNumberOrWord("burst", 1, Rate.BurstMax, "auto");
        rate.Close();
        Expect(rate, faults, "items", "rate { items = 100 }", "per", "burst");
        if (items is not { } count || rate.FaultCount > faults)
        {
            return null;
        }

        if ((Int128)count * TimeSpan.TicksPerSecond > (Int128)per.Ticks * Rate.PerSecondMax)
        {
            rate.Report("items", $"is more than {Rate.PerSecondMax} items a second");
            return null;
        }

        return Rate.Of(count, per, burst);
    }

    public static HaltSettings? ReadHalt(ConfigSection halt)
    {
        int faults = halt.FaultCount;
        bool now = halt.Word("when", ("soon", false), ("now", true));
        HaltLimit? failures = ReadLimit(halt, "failures");
        HaltLimit? successes = ReadLimit(halt, "successes");
        long after = halt.LongNumber("after", 1, long.MaxValue);
        halt.Close();
        if (!halt.IsWritten("successes"))
        {
            Expect(halt, faults, "failures", "halt { failures = 10 % }", "when", "after");
        }

        return failures is null && successes is null ? null : new HaltSettings(now, failures, successes, after);
    }

    public static BatchSettings? ReadBatch(ConfigSection batch)
    {
        var settings = new BatchSettings(
            (int?)batch.LongNumberOrWord("items", 1, BatchItemsMax, "none"),
            batch.SizeOrWord("bytes", 1, BatchBytesMax, "none"),
            batch.DurationOrWord("time", PerMin, TimeSpan.FromDays(1), "none"));
        batch.Close();
        return settings == new BatchSettings(null, null, null) ? null : settings;
    }

    public static BreakerSettings? ReadBreaker(ConfigSection breaker)
    {
        int faults = breaker.FaultCount;
        double? ratio = breaker.NumberOrWord("failure-ratio", 0.001, 1, "off");
        var settings = new BreakerSettings(
            ratio ?? 1,
            breaker.WholeNumber("minimum-throughput", 2, int.MaxValue),
            breaker.Duration("sampling-duration", BreakMin, TimeSpan.FromDays(1)),
            breaker.Duration("break-duration", BreakMin, TimeSpan.FromDays(1)));
        breaker.Close();
        Expect(
            breaker, faults, "failure-ratio", "breaker { failure-ratio = 0.5 }", "minimum-throughput", "sampling-duration", "break-duration");
        return ratio is null ? null : settings;
    }

    /// <summary>Reports keys that do nothing, because the one is not set that they belong to.</summary>
    private static void Expect(ConfigSection section, int faultsBefore, string key, string example, params string[] others)
    {
        if (section.FaultCount == faultsBefore && !section.IsWritten(key) && others.Any(section.IsOwn))
        {
            section.ReportMissing(key, example);
        }
    }

    private static RetryBackoff ReadBackoff(ConfigSection retry)
    {
        int faults = retry.FaultCount;
        IReadOnlyList<TimeSpan>? listed = retry.DurationsOrNull("backoff", TimeSpan.Zero, DelayMax);
        BackoffKind kind = listed is not null ? BackoffKind.Listed : retry.WordOr(
            "backoff",
            "an array of durations, as in [1 s, 10 s]",
            ("exponential", BackoffKind.Exponential), ("linear", BackoffKind.Linear), ("constant", BackoffKind.Constant), ("none", BackoffKind.None));
        TimeSpan first = retry.Duration("first-delay", TimeSpan.Zero, DelayMax);
        TimeSpan max = retry.Duration("max-delay", TimeSpan.Zero, DelayMax);
        double factor = retry.Number("factor", 1, 1_000);
        bool jitter = retry.Word("jitter", ("full", true), ("none", false));
        if (retry.FaultCount > faults)
        {
            return RetryBackoff.None;
        }

        string key = listed is null ? "first-delay" : "backoff";
        if (kind != BackoffKind.None && (listed?.Max() ?? first) > max)
        {
            string longest = ConfigUnits.Show(listed?.Max() ?? first);
            string what = listed is null ? "is" : $"its longest wait, {longest}, is";
            if (retry.IsOwn(key) || !retry.IsOwn("max-delay"))
            {
                retry.Report(key, $"{what} longer than max-delay, which is {ConfigUnits.Show(max)}");
            }
            else
            {
                retry.Report("max-delay", $"is shorter than {(listed is null ? key : $"the longest wait of {key}")}, which is {longest}");
            }

            return RetryBackoff.None;
        }

        RetryBackoff backoff = kind switch
        {
            BackoffKind.Exponential => RetryBackoff.Exponential(first, max, factor),
            BackoffKind.Linear => RetryBackoff.Linear(first, max),
            BackoffKind.Constant => RetryBackoff.Constant(first),
            BackoffKind.Listed => RetryBackoff.Listed([.. listed!]),
            _ => RetryBackoff.None,
        };
        return jitter ? backoff : backoff.WithoutJitter();
    }

    private static HaltLimit? ReadLimit(ConfigSection halt, string key) =>
        halt.Form(key, ParseLimit, HaltForm) is { } limit && limit != NoLimit ? limit : null;

    private static HaltLimit? ParseLimit(string text)
    {
        if (text == "none")
        {
            return NoLimit;
        }

        if (text.EndsWith('%'))
        {
            return double.TryParse(text.AsSpan()[..^1].Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent)
                && percent is > 0 and <= 100
                ? new HaltLimit(null, percent)
                : null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long count) && count >= 1 ? new HaltLimit(count, 0) : null;
    }
}
