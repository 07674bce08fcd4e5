using System.Globalization;
using AkkaPipeline.Configuring;
using AkkaPipeline.Host.Configuration;
using AkkaPipeline.Host.Files;
using AkkaPipeline.Host.Sinks;
using AkkaPipeline.Storing.Sqlite;

namespace AkkaPipeline.Host.Running;

/// <summary>What outlives a run that does not come to its end, and where it stands. Decided here, and nowhere else.</summary>
/// <param name="Keeps">Never <see cref="QueueDurability.Auto"/>.</param>
/// <param name="Path">Where, if anything is kept.</param>
/// <param name="Pipeline">Whose: other pipelines may keep theirs in the same file.</param>
internal sealed record JobState(QueueDurability Keeps, string Path, string Pipeline)
{
    /// <summary>Where lines are known by what they say, their identities are kept beside the state.</summary>
    public string LinesPath => Path + ".lines";

    /// <summary>Whether a run has left something.</summary>
    public bool IsThere => Keeps != QueueDurability.None && File.Exists(Path);

    /// <exception cref="NotSupportedException">That cannot be kept.</exception>
    public static JobState Of(PipelineSettings settings)
    {
        string path = settings.Queue.Path ?? ((FileSinkSettings)settings.Sink).Path + ".state";
        return new JobState(Decide(settings), path, settings.Name);
    }

    /// <returns>Who else has it open; null: nobody.</returns>
    public string? OtherOwner() =>
        IsThere && StoreVerification.OwnerOf(Path) is { } owner && owner != $"process {Environment.ProcessId} on {Environment.MachineName}" ? owner : null;

    /// <summary>Looks at what is to be removed, before anything is.</summary>
    /// <returns>Why it must not be, in a line; null: it is a state, or there is none.</returns>
    public string? WhyNotToRemove() =>
        IsThere && StoreRemoval.WhyNoStore(Path) is { } why ? $"{why} Nothing was removed: do so by hand if it is to go." : null;

    /// <summary>A job that has succeeded, or is to start over, leaves nothing of its own.</summary>
    /// <returns>What else the file holds, which therefore stays; empty: it is gone.</returns>
    /// <exception cref="IOException">It cannot be removed; the message says what to do.</exception>
    public IReadOnlyList<string> Remove()
    {
        if (Keeps == QueueDurability.None)
        {
            return [];
        }

        try
        {
            return StoreRemoval.Remove(Path, Pipeline, LinesPath[Path.Length..] + "-");
        }
        catch (StoreException refused)
        {
            throw new IOException($"Cannot remove the state: {refused.Message}", refused);
        }
        catch (Exception exception) when (FileTrouble.Is(exception))
        {
            throw new IOException($"Cannot remove the state '{Path}': {FileTrouble.Cause(exception)} Remove it by hand.", exception);
        }
    }

    /// <summary>What of a job that is done is in the state and nowhere else: damaged rows, and dead letters that no sink could be given.</summary>
    /// <returns>For people; null: nothing, or it cannot be looked at.</returns>
    public string? Damage()
    {
        if (!IsThere || Look() is not { } queue || (queue.QuarantinedRows, queue.DeadLetters) == (0, 0))
        {
            return null;
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"the state keeps {queue.QuarantinedRows:N0} damaged rows and {queue.DeadLetters:N0} dead letters that could not be read: see akka-pipeline verify, and dead-letters list");
    }

    private QueueReport? Look()
    {
        try
        {
            return StoreVerification.Run(Path, payloads: false).Queues.FirstOrDefault(queue => queue.Name == Pipeline);
        }
        catch (Exception exception) when (exception is StoreException || FileTrouble.Is(exception))
        {
            // Then it cannot be removed either, which is told.
            return null;
        }
    }

    private static QueueDurability Decide(PipelineSettings settings)
    {
        QueueDurability wanted = settings.Queue.Durability;
        bool canBeReadAgain = settings.Source is FileSourceSettings source && FileIdentity.IsRegular(source.Path);
        if (wanted == QueueDurability.Auto)
        {
            return canBeReadAgain ? QueueDurability.Checkpoint
                : settings.Queue.Path is null ? QueueDurability.None
                : QueueDurability.Full;
        }

        if (wanted == QueueDurability.Checkpoint && !canBeReadAgain && settings.Source is FileSourceSettings pipe && File.Exists(pipe.Path))
        {
            throw new NotSupportedException(
                $"The source '{pipe.Path}' is no regular file: it cannot be read again, as queue.durability = checkpoint needs; use full or none.");
        }

        return wanted;
    }
}
