using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using AkkaPipeline.Queueing;
using AkkaPipeline.Telemetry;

namespace AkkaPipeline.Storing;

/// <summary>When checkpoints are taken: one at a time, and as often as costs a quarter of the time.</summary>
internal sealed partial class StoreActor
{
    private static readonly TimeSpan CheckpointAfterMin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan CheckpointAfterMax = TimeSpan.FromMilliseconds(900);

    // Three times as long as it took. The job goes on meanwhile, but waits for the last one: the less is left to it, the better.
    private const int PausesPerCheckpoint = 3;

    private TimeSpan checkpointAfter = CheckpointAfterMin;
    private int checkpointsAsked;
    private bool isLastCheckpoint;

    /// <summary>After the last one the sinks are closed. The time to the next counts from the end of the one before.</summary>
    private void CheckpointSoon()
    {
        if (!isLastCheckpoint && checkpointsAsked == 0 && !timers.IsActive(nameof(CheckpointIsDue)))
        {
            timers.StartSingle(nameof(CheckpointIsDue), CheckpointIsDue.Instance, checkpointAfter, TimeProvider.System);
        }
    }

    private void Checkpoint()
    {
        checkpointsAsked++;
        Enqueue(CheckpointAsync);
    }

    private async Task CheckpointAsync(CancellationToken token)
    {
        var taken = checkpoints!.Take();
        var startedAt = Stopwatch.GetTimestamp();
        var items = await Task.Run(() => checkpoints.CommitAsync(taken, token), token).ConfigureAwait(false);
        var took = Stopwatch.GetElapsedTime(startedAt);
        if (CommitMeasures.Wanted && items is { } committed)
        {
            measures.Committed(took, committed);
        }

        self.Tell(new CheckpointEnded(taken.UpTo, took));
    }

    /// <summary>One with little to write may follow one with much: the time between them shrinks by half at most.</summary>
    private void OnCheckpointEnded(CheckpointEnded ended)
    {
        var least = Math.Max(CheckpointAfterMin.Ticks, checkpointAfter.Ticks / 2);
        checkpointAfter = TimeSpan.FromTicks(Math.Clamp(PausesPerCheckpoint * ended.Took.Ticks, least, CheckpointAfterMax.Ticks));
        checkpointsAsked--;
        queue.Tell(new QueueProtocol.Committed(ended.UpTo, ended.UpTo));
        if (checkpoints!.HasNotes)
        {
            CheckpointSoon();
        }
    }

    private sealed record CheckpointIsDue : IDeadLetterSuppression, INoSerializationVerificationNeeded
    {
        public static CheckpointIsDue Instance { get; } = new();
    }

    private sealed record CheckpointEnded(long UpTo, TimeSpan Took) : IDeadLetterSuppression, INoSerializationVerificationNeeded;
}
