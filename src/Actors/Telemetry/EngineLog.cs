using Microsoft.Extensions.Logging;

namespace AkkaPipeline.Telemetry;

/// <summary>
/// Every line that the engine logs, each of them told in docs/telemetry.md; the ids stay. None is of a success, and none holds an
/// item: of an exception that may say something of one, only what it is and where it was thrown.
/// </summary>
internal static partial class EngineLog
{
    // A pipeline's state.
    [LoggerMessage(101, LogLevel.Information, "{Pipeline}: {Phase}")]
    public static partial void PhaseBegins(ILogger log, string pipeline, string phase);

    [LoggerMessage(102, LogLevel.Warning, "{Pipeline} is paused: {Reason}{Until}")]
    public static partial void Paused(ILogger log, string pipeline, string reason, string until);

    [LoggerMessage(103, LogLevel.Information, "{Pipeline} goes on ({Why})")]
    public static partial void GoesOn(ILogger log, string pipeline, string why);

    [LoggerMessage(104, LogLevel.Warning, "{Pipeline} is stalled: {Reasons}")]
    public static partial void Stalled(ILogger log, string pipeline, string reasons);

    [LoggerMessage(105, LogLevel.Information, "{Pipeline} is no longer stalled")]
    public static partial void NoLongerStalled(ILogger log, string pipeline);

    [LoggerMessage(106, LogLevel.Warning, "{Pipeline} halts: {Rule}")]
    public static partial void Halts(ILogger log, string pipeline, HaltRule rule);

    // Dead letters.
    [LoggerMessage(201, LogLevel.Warning, "{Pipeline}: item {Sequence} is a dead letter after {Attempts} attempts: {Cause}")]
    public static partial void DeadLetterKept(ILogger log, string pipeline, long sequence, int attempts, string cause);

    [LoggerMessage(202, LogLevel.Information, "{Pipeline}: item {Sequence} is a dead letter after {Attempts} attempts: {Cause}")]
    public static partial void DeadLetterSent(ILogger log, string pipeline, long sequence, int attempts, string cause);

    [LoggerMessage(203, LogLevel.Error, "{Pipeline}: item {Sequence} is a dead letter: it cannot be read back from the store")]
    public static partial void Undecodable(ILogger log, string pipeline, long sequence);

    // Replacements.
    [LoggerMessage(301, LogLevel.Warning, "{Consumer} of {Pipeline} has died and is replaced; what it held returns to the queue")]
    public static partial void ConsumerReplaced(ILogger log, string pipeline, object consumer);

    [LoggerMessage(302, LogLevel.Warning, "{Consumer} of {Pipeline} is given up: its code for item {Sequence} has not heeded its timeout of {Timeout}")]
    public static partial void ConsumerGivenUp(ILogger log, string pipeline, object consumer, long sequence, TimeSpan? timeout);

    [LoggerMessage(303, LogLevel.Information, "{Consumer} of {Pipeline}, which was given up, has returned")]
    public static partial void ConsumerReturned(ILogger log, string pipeline, object consumer);

    [LoggerMessage(304, LogLevel.Warning, "{Pipeline}: {Consumer} has died and {Keys} of its keys go on, though its code may still run on their items ({KeysSoFar} so far)")]
    public static partial void KeysGoOn(ILogger log, string pipeline, object consumer, int keys, long keysSoFar);

    [LoggerMessage(305, LogLevel.Warning, "{Producer} of {Pipeline} has died and is replaced; its source is read on")]
    public static partial void ProducerReplaced(ILogger log, string pipeline, string producer);

    [LoggerMessage(306, LogLevel.Error, "A part of {Pipeline} has crashed: {Reason}")]
    public static partial void PartCrashed(ILogger log, string pipeline, string reason, Exception thrown);

    // The user's code that is no consumer.
    [LoggerMessage(401, LogLevel.Error, "Source {Source} failed after {Items} items: {Reason}")]
    public static partial void SourceFailed(ILogger log, int source, long items, string reason, Exception thrown);

    [LoggerMessage(402, LogLevel.Error, "Source {Source} threw when it was told what is settled: {Reason}")]
    public static partial void SourceThrew(ILogger log, int source, string reason, Exception thrown);

    [LoggerMessage(403, LogLevel.Warning, "Source {Source} did not stop in {Grace}; what it has emitted is kept, the rest is not waited for")]
    public static partial void SourceGivenUp(ILogger log, int source, TimeSpan grace);

    [LoggerMessage(404, LogLevel.Error, "The {Sink} failed on a batch of {Outputs}: {Reason}")]
    public static partial void BatchFailed(ILogger log, string sink, int outputs, string reason, Exception thrown);

    [LoggerMessage(405, LogLevel.Warning, "{Rule} of {Pipeline} failed, and {Instead} decides; this is told once: {Reason}")]
    public static partial void RuleFailed(ILogger log, string pipeline, string rule, string instead, string reason, Exception thrown);

    [LoggerMessage(406, LogLevel.Warning, "Whoever listens to the meter or the activities of {Pipeline} has thrown: what it missed is lost; this is told once")]
    public static partial void ListenerFailed(ILogger log, string pipeline, Exception thrown);

    // The store.
    [LoggerMessage(501, LogLevel.Error, "{Pipeline}: the store's row of items {First} to {Last} is damaged ({Damage}): its {Unsettled} unsettled items are set aside in the store's table of quarantined rows, and the rest goes on")]
    public static partial void RowDamaged(ILogger log, string pipeline, long first, long last, string? damage, int unsettled);

    [LoggerMessage(502, LogLevel.Error, "{Pipeline}: the store has {Items} items fewer than its counts say; they count as quarantined. Have the store verified")]
    public static partial void ItemsMissing(ILogger log, string pipeline, long items);

    [LoggerMessage(503, LogLevel.Warning, "{Pipeline}: what runs cannot be noted, so that an item that kills the process is not found out: {Reason}")]
    public static partial void RunningNotNoted(ILogger log, string pipeline, string reason);

    [LoggerMessage(504, LogLevel.Warning, "{Pipeline}: {Reason}; puts wait until what settles has made room")]
    public static partial void StoreAtBound(ILogger log, string pipeline, string reason);

    [LoggerMessage(505, LogLevel.Error, "{Pipeline}: {Reason}")]
    public static partial void StoreFull(ILogger log, string pipeline, string reason);

    [LoggerMessage(506, LogLevel.Warning, "{Pipeline}: the store has room again")]
    public static partial void StoreHasRoom(ILogger log, string pipeline);

    [LoggerMessage(507, LogLevel.Warning, "{Pipeline}: the store {Path}: {What}")]
    public static partial void StoreTells(ILogger log, string pipeline, string path, string what);

    // Who works with the queue directly.
    [LoggerMessage(601, LogLevel.Warning, "{Pipeline}: settlement {Number} of {Consumer} was refused: {Reason}")]
    public static partial void SettlementRefused(ILogger log, string pipeline, long number, object consumer, string reason);

    [LoggerMessage(602, LogLevel.Warning, "The lease of delivery {Delivery} has ended: the item is handed back")]
    public static partial void LeaseEnded(ILogger log, string delivery);

    [LoggerMessage(603, LogLevel.Information, "A join of {Pipeline} waits for {Items} items: {Queued} queued, {InFlight} in flight{Holders}")]
    public static partial void JoinWaits(ILogger log, string pipeline, long items, long queued, long inFlight, string holders);

    /// <param name="log">Of the pipeline.</param>
    /// <param name="pipeline">Its name.</param>
    /// <param name="letter">The dead letter; what a message says of it, which may hold parts of the item, is in itself.</param>
    /// <param name="isKept">Whether somebody has to look after it; one that has a sink is where it belongs.</param>
    public static void DeadLetter<T>(ILogger log, string pipeline, DeadLetteredItem<T> letter, bool isKept)
    {
        if (!log.IsEnabled(isKept ? LogLevel.Warning : LogLevel.Information))
        {
            return;
        }

        var cause = letter.Attempts is [.., { Error.Type: var type }] ? $"{letter.Cause}, {type}" : $"{letter.Cause}";
        if (isKept)
        {
            DeadLetterKept(log, pipeline, letter.Sequence, letter.Attempts.Count, cause);
        }
        else
        {
            DeadLetterSent(log, pipeline, letter.Sequence, letter.Attempts.Count, cause);
        }
    }
}
