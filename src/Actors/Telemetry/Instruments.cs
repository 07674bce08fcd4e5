using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AkkaPipeline.Telemetry;

/// <summary>The meter, the activity source, and what is measured. Durations are in seconds.</summary>
internal static class Instruments
{
    private static readonly Meter Meter = new(TelemetryNames.Source, typeof(Instruments).Assembly.GetName().Version?.ToString(3));

    // From a tenth of a millisecond to minutes; OpenTelemetry's own for messaging begin at five milliseconds.
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    };

    public static ActivitySource Activities { get; } = new(
        TelemetryNames.Source, typeof(Instruments).Assembly.GetName().Version?.ToString(3));

    public static Counter<long> Accepted { get; } = Meter.CreateCounter<long>(
        TelemetryNames.Accepted, "{message}", "Items that the queue has accepted.");

    public static Counter<long> Consumed { get; } = Meter.CreateCounter<long>(
        TelemetryNames.Consumed, "{message}", "Deliveries to consumers and getters that have ended: acked, retried or dead-lettered.");

    public static Counter<long> Outcomes { get; } = Meter.CreateCounter<long>(
        TelemetryNames.Outcomes, "{item}", "Items that have left the queue, by outcome.");

    public static Counter<long> Retries { get; } = Meter.CreateCounter<long>(
        TelemetryNames.Retries, "{attempt}", "Failed attempts after which the item is tried again.");

    public static Histogram<double> ProcessDuration { get; } = Meter.CreateHistogram(
        TelemetryNames.ProcessDuration, "s", "How long consumers' code takes for an item.", advice: Durations);

    public static Histogram<double> CommitDuration { get; } = Meter.CreateHistogram(
        TelemetryNames.CommitDuration, "s", "How long a commit of a durable store takes.", advice: Durations);

    public static Histogram<long> CommitItems { get; } = Meter.CreateHistogram<long>(
        TelemetryNames.CommitItems, "{item}", "Items that a commit of a durable store writes or settles.");

    public static ObservableGauge<double> OldestAge { get; } = Meter.CreateObservableGauge(
        TelemetryNames.OldestAge,
        QueueMeasures.Ages,
        "s",
        "How long ago the oldest item was accepted that waits to be granted; 0 if none does.");

    public static ObservableUpDownCounter<long> Queued { get; } = Standing(
        TelemetryNames.Queued, "Items that wait to be granted.", static queue => queue.Queued);

    public static ObservableUpDownCounter<long> Scheduled { get; } = Standing(
        TelemetryNames.Scheduled, "Items that wait for their time.", static queue => queue.Scheduled);

    public static ObservableUpDownCounter<long> InFlight { get; } = Standing(
        TelemetryNames.InFlight, "Items granted and not settled.", static queue => queue.InFlight);

    public static ObservableUpDownCounter<long> DeadLetters { get; } = Standing(
        TelemetryNames.DeadLetters, "Dead letters that are kept.", static queue => queue.DeadLetters);

    private static ObservableUpDownCounter<long> Standing(string name, string what, Func<QueueMeasures, long> read) =>
        Meter.CreateObservableUpDownCounter(name, () => QueueMeasures.Standings(read), "{item}", what);
}
