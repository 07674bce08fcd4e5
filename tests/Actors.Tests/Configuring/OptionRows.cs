using System.Globalization;
using AkkaPipeline.Configuring;

namespace AkkaPipeline.Tests.Configuring;

/// <summary>A key that concerns a queue: a value, what it does, and a value that it cannot have.</summary>
/// <param name="Key">Under a pipeline's section.</param>
/// <param name="Value">Other than the default.</param>
/// <param name="Expected">What the option is then.</param>
/// <param name="Option">The option, as text.</param>
/// <param name="Wrong">A value that is refused.</param>
/// <param name="Allowed">What the refusal says is allowed.</param>
/// <param name="Beside">Another key with a value, which this one needs.</param>
internal sealed record OptionRow(
    string Key,
    string Value,
    string Expected,
    Func<PipelineOptions, object?> Option,
    string Wrong,
    string Allowed,
    (string Key, string Value)? Beside = null)
{
    public string Of(PipelineOptions options) => Convert.ToString(Option(options), CultureInfo.InvariantCulture) ?? "";

    public IReadOnlyList<(string Key, string Value)> With(string value) => Beside is { } other ? [(Key, value), other] : [(Key, value)];
}

internal static class OptionRows
{
    private static readonly (string, string) Retried = ("retry.max-attempts", "9");
    private static readonly (string, string) Timed = ("timeout.per-item", "30 s");
    private static readonly (string, string) Broken = ("sink.breaker.failure-ratio", "0.5");
    private static readonly (string, string) Limited = ("rate.items", "100");
    private static readonly (string, string) KeyLimited = ("in-order-by.rate.items", "100");
    private static readonly (string, string) Halted = ("halt.failures", "10 %");

    public static IReadOnlyList<OptionRow> All { get; } =
    [
        new("consume.consumers", "7", "7", o => o.Consumers, "0", "a whole number from 1 to 65536"),
        new("consume.threads", "dedicated", "Dedicated", o => o.Threads, "both", "shared, dedicated"),
        new("sink.batch.items", "10", "10", o => o.Batch?.ItemsMax, "0", "a whole number from 1 to 1000000, or none"),
        new("sink.batch.bytes", "1 KiB", "1024", o => o.Batch?.BytesMax, "2 GiB", "1 B to 1073741824 B, or none"),
        new("sink.batch.time", "2 s", "00:00:02", o => o.Batch?.TimeMax, "2 d", "1 ms to 1 d, or none"),
        new("sink.breaker.failure-ratio", "0.25", "0.25", o => o.Breaker?.FailureRatio, "2", "a number from 0.001 to 1, or off"),
        new("sink.breaker.minimum-throughput", "5", "5", o => o.Breaker?.MinimumThroughput, "1", "a whole number from 2 to 2147483647", Broken),
        new("sink.breaker.sampling-duration", "1 m", "00:01:00", o => o.Breaker?.SamplingDuration, "1 ms", "500 ms to 1 d", Broken),
        new("sink.breaker.break-duration", "1 m", "00:01:00", o => o.Breaker?.BreakDuration, "1 ms", "500 ms to 1 d", Broken),
        new("dead-letters.kept", "12", "12", o => o.DeadLetters.Max, "0", "a whole number from 1 to 1000000000"),
        new("dead-letters.drop-oldest", "true", "True", o => o.DeadLetters.DropsOldest, "maybe", "true, false, on, off, yes, no"),
        new("queue.durability", "full", "Full", o => o.Queue.Durability, "disk", "auto, none, checkpoint, full", ("queue.path", "a.db")),
        new("queue.path", "a.db", Path.GetFullPath("a.db"), o => o.Queue.Path, "", "a text"),
        new("queue.lock-wait", "2 s", "00:00:02", o => o.Queue.Durable.LockWait, "2 d", "0 s to 1 d"),
        new("queue.window-items", "9", "9", o => o.Queue.Durable.WindowItems, "0", "a whole number from 1 to 16777216"),
        new("queue.window-bytes", "1 MiB", "1048576", o => o.Queue.Durable.WindowBytes, "1 B", "65536 B to 1099511627776 B"),
        new("queue.item-bytes-max", "1 MiB", "1048576", o => o.Queue.Durable.ItemBytesMax, "0 B", "1 B to 1073741824 B"),
        new("queue.disk-bytes-max", "1 GiB", "1073741824", o => o.Queue.Durable.DiskBytesMax, "1 B", "1048576 B to 1125899906842624 B, or none"),
        new("queue.put-ids-max", "9", "9", o => o.Queue.Durable.PutIdsMax, "0", "a whole number from 1 to 10000000"),
        new("queue.suspect-alone-max", "2 s", "00:00:02", o => o.Queue.Durable.SuspectAloneMax, "2 d", "0 s to 1 d"),
        new("queue.put-ids-for", "1 h", "01:00:00", o => o.Queue.Durable.PutIdsFor, "0 s", "1 s to 365 d"),
        new("queue.capacity", "5", "5", o => o.Queue.Capacity, "0", "a whole number from 1 to 16777216"),
        new("queue.order", "last-in-first-out", "LastInFirstOut", o => o.Queue.Order, "lifo", "first-in-first-out, last-in-first-out"),
        new("retry.max-attempts", "3", "3", o => o.Retry?.MaxAttempts, "0", "a whole number from 1 to 1000"),
        new("retry.backoff", "constant", "constant 1 s, full jitter", o => o.Retry?.Backoff, "often", "exponential, linear, constant, none, or an array", Retried),
        new("retry.first-delay", "2 s", "exponential from 2 s to 2 min, full jitter", o => o.Retry?.Backoff, "31 d", "0 s to 30 d", Retried),
        new("retry.max-delay", "3 s", "exponential from 1 s to 3 s, full jitter", o => o.Retry?.Backoff, "31 d", "0 s to 30 d", Retried),
        new("retry.factor", "3", "exponential by 3 from 1 s to 2 min, full jitter", o => o.Retry?.Backoff, "0.5", "a number from 1 to 1000", Retried),
        new("retry.jitter", "none", "exponential from 1 s to 2 min", o => o.Retry?.Backoff, "half", "full, none", Retried),
        new("retry.errors", "all", "True", o => o.Retry?.Retries(new FormatException()), "some", "transient, all", Retried),
        new("timeout.per-item", "3 s", "00:00:03", o => o.Timeout?.PerItem, "0 s", "1 ms to 30 d, or off"),
        new("timeout.grace", "3 s", "00:00:03", o => o.Timeout?.Grace, "0 s", "1 ms to 1 d", Timed),
        new("timeout.abandoned-max", "3", "3", o => o.Timeout?.AbandonedMax, "0", "a whole number from 1 to 65536", Timed),
        new("in-order-by.on-failure", "park", "Park", o => o.OnKeyFailure, "stop", "skip, halt, park"),
        new("in-order-by.rate.items", "5", $"{Rate.Of(5, TimeSpan.FromSeconds(1))}", o => o.RatePerKey, "0", "a whole number from 1 to 1000000000, or none"),
        new("in-order-by.rate.per", "1 m", $"{Rate.Of(100, TimeSpan.FromMinutes(1))}", o => o.RatePerKey, "0 s", "1 ms to 365 d", KeyLimited),
        new("in-order-by.rate.burst", "7", $"{Rate.Of(100, TimeSpan.FromSeconds(1), 7)}", o => o.RatePerKey, "0", "a whole number from 1 to", KeyLimited),
        new("rate.items", "5", $"{Rate.Of(5, TimeSpan.FromSeconds(1))}", o => o.Rate, "0", "a whole number from 1 to 1000000000, or none"),
        new("rate.per", "1 m", $"{Rate.Of(100, TimeSpan.FromMinutes(1))}", o => o.Rate, "0 s", "1 ms to 365 d", Limited),
        new("rate.burst", "7", $"{Rate.Of(100, TimeSpan.FromSeconds(1), 7)}", o => o.Rate, "0", "a whole number from 1 to", Limited),
        new("halt.when", "now", $"{HaltRule.AfterFailuresPercent(10, 3).Now()}", o => o.Halts.Single(), "later", "soon, now", Halted),
        new("halt.failures", "4", $"{HaltRule.AfterFailures(4)}", o => o.Halts.SingleOrDefault(), "0", "a whole number from 1, a percentage as in 10 %, or none"),
        new("halt.successes", "4", $"{HaltRule.AfterSuccesses(4)}", o => o.Halts.SingleOrDefault(), "0 %", "a whole number from 1, a percentage as in 10 %, or none"),
        new("halt.after", "50", $"{HaltRule.AfterFailuresPercent(10, 50)}", o => o.Halts.Single(), "0", "a whole number from 1 to", Halted),
        new("drain-timeout", "3 s", "00:00:03", o => o.DrainTimeout, "-1 s", "0 s to 1 d"),
    ];
}
