namespace AkkaPipeline.Telemetry;

/// <summary>
/// Every name that metrics and traces bear, each of them told in docs/telemetry.md. Those that begin with messaging are
/// OpenTelemetry's semantic conventions for messaging.
/// </summary>
internal static class TelemetryNames
{
    /// <summary>Of the meter and of the activity source.</summary>
    public const string Source = "AkkaPipeline";

    // Metrics.
    public const string Accepted = "messaging.client.sent.messages";
    public const string Consumed = "messaging.client.consumed.messages";
    public const string ProcessDuration = "messaging.process.duration";
    public const string Outcomes = "akkapipeline.outcomes";
    public const string Retries = "akkapipeline.retries";
    public const string Queued = "akkapipeline.queue.queued";
    public const string Scheduled = "akkapipeline.queue.scheduled";
    public const string InFlight = "akkapipeline.queue.in_flight";
    public const string DeadLetters = "akkapipeline.queue.dead_letters";
    public const string OldestAge = "akkapipeline.queue.oldest_age";
    public const string CommitDuration = "akkapipeline.commit.duration";
    public const string CommitItems = "akkapipeline.commit.items";

    // Tags.
    public const string System = "messaging.system";
    public const string Pipeline = "messaging.destination.name";
    public const string OperationName = "messaging.operation.name";
    public const string OperationType = "messaging.operation.type";
    public const string MessageId = "messaging.message.id";
    public const string ErrorType = "error.type";
    public const string Outcome = "akkapipeline.outcome";
    public const string Attempt = "akkapipeline.attempt";

    // Values of tags.
    public const string ThisSystem = "akkapipeline";
    public const string Put = "put";
    public const string Consume = "consume";
    public const string Send = "send";
    public const string Process = "process";
    public const string Acked = "acked";
    public const string Retried = "retried";
    public const string DeadLettered = "dead_lettered";
    public const string Dropped = "dropped";
    public const string Quarantined = "quarantined";
    public const string Released = "released";

    // Headers of items, by W3C Trace Context.
    public const string TraceParent = "traceparent";
    public const string TraceState = "tracestate";
}
