using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace AkkaPipeline.Telemetry;

/// <summary>
/// What is measured of one queue. Its actor notes how it stands after each message, that is once for many items; what
/// has changed since is counted, and whoever collects reads how it stood last.
/// </summary>
internal sealed class QueueMeasures(string pipeline, TimeProvider time, ILogger log) : IDisposable
{
    private const long Unknown = -1;
    private const long NoneWaits = -2;

    private static readonly ConcurrentDictionary<QueueMeasures, PipelineTags> Live = new();

    private readonly PipelineTags tags = new(pipeline);
    private readonly ListenerGuard listeners = new(pipeline, log);
    private readonly AcceptanceTimes accepted = new();
    private QueueCounts before;
    private long deadLetteredBefore;
    private long queued;
    private long scheduled;
    private long inFlight;
    private long deadLetters;
    private long oldest = Unknown;

    public long Queued => Volatile.Read(ref queued);

    public long Scheduled => Volatile.Read(ref scheduled);

    public long InFlight => Volatile.Read(ref inFlight);

    public long DeadLetters => Volatile.Read(ref deadLetters);

    /// <summary>Whether somebody wants to know how old the oldest item is, so that it has to be noted.</summary>
    public static bool WantsOldest => Instruments.OldestAge.Enabled;

    private static bool Wanted => Instruments.Accepted.Enabled || Instruments.Consumed.Enabled
        || Instruments.Outcomes.Enabled || Instruments.Retries.Enabled;

    /// <summary>How it stands of all queues that live.</summary>
    public static IEnumerable<Measurement<long>> Standings(Func<QueueMeasures, long> read) =>
        Live.Select(queue => new Measurement<long>(read(queue.Key), queue.Value.Own));

    /// <summary>How old the oldest item is of all queues that live, where it is known.</summary>
    public static IEnumerable<Measurement<double>> Ages() => Live
        .Where(queue => Volatile.Read(ref queue.Key.oldest) != Unknown)
        .Select(queue => new Measurement<double>(queue.Key.Age(), queue.Value.Own));

    /// <summary>From here on it is counted: what earlier runs have left counts as nothing.</summary>
    public void Begin(in QueueCounts now, long deadLettered, long deadLettersKept)
    {
        (before, deadLetteredBefore) = (now, deadLettered);
        Publish(now, deadLettersKept);
        Live.TryAdd(this, tags);
    }

    /// <summary>How the queue stands.</summary>
    /// <param name="now">Its counts.</param>
    /// <param name="deadLettered">How many items have become dead letters, those requeued since too.</param>
    /// <param name="deadLettersKept">How many dead letters are kept.</param>
    public void Note(in QueueCounts now, long deadLettered, long deadLettersKept)
    {
        Publish(now, deadLettersKept);
        if (Wanted)
        {
            try
            {
                Count(now, deadLettered - deadLetteredBefore);
            }
            catch (Exception thrown)
            {
                listeners.Contain(thrown);
            }
        }

        // What has come while nobody listened is nobody's.
        (before, deadLetteredBefore) = (now, deadLettered);
    }

    /// <summary>Items up to a number have been accepted: said now and then while nobody listens, else after each message.</summary>
    public void NoteAccepted(long upTo) => accepted.Note(upTo, time.GetTimestamp());

    /// <summary>Which item is the oldest of those that wait to be granted; null: none waits.</summary>
    public void NoteOldest(long? sequence) => Volatile.Write(
        ref oldest, sequence is { } waits ? accepted.Of(waits) ?? time.GetTimestamp() : NoneWaits);

    /// <summary>Nobody wants to know how old the oldest is.</summary>
    public void ForgetOldest() => Volatile.Write(ref oldest, Unknown);

    public void Dispose() => Live.TryRemove(this, out _);

    private double Age() => Volatile.Read(ref oldest) is >= 0 and var since ? time.GetElapsedTime(since).TotalSeconds : 0;

    private void Publish(in QueueCounts now, long deadLettersKept)
    {
        Volatile.Write(ref queued, now.Queued);
        Volatile.Write(ref scheduled, now.Scheduled);
        Volatile.Write(ref inFlight, now.InFlight);
        Volatile.Write(ref deadLetters, deadLettersKept);
    }

    private void Count(in QueueCounts now, long deadLettered)
    {
        var (acked, retried) = (now.Acked - before.Acked, now.Retried - before.Retried);
        if (now.Accepted > before.Accepted)
        {
            Instruments.Accepted.Add(now.Accepted - before.Accepted, tags.Of(TelemetryNames.Put, TelemetryNames.Send));
        }

        if (acked + retried + deadLettered > 0)
        {
            Instruments.Consumed.Add(acked + retried + deadLettered, tags.Of(TelemetryNames.Consume, TelemetryNames.Process));
        }

        if (retried > 0)
        {
            Instruments.Retries.Add(retried, tags.Own);
        }

        Count(TelemetryNames.Acked, acked);
        Count(TelemetryNames.DeadLettered, deadLettered);
        Count(TelemetryNames.Dropped, now.Dropped - before.Dropped);
        Count(TelemetryNames.Quarantined, now.Quarantined - before.Quarantined);
        Count(TelemetryNames.Released, now.Released - before.Released);
    }

    private void Count(string outcome, long items)
    {
        if (items > 0)
        {
            Instruments.Outcomes.Add(items, tags.OfOutcome(outcome));
        }
    }
}
