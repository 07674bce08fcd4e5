using AkkaPipeline.Configuring;
using AkkaPipeline.Host.Configuration;
using AkkaPipeline.Host.Files;
using AkkaPipeline.Host.Sinks;

namespace AkkaPipeline.Host.Running;

/// <summary>What outlives a run that does not come to its end, and where it stands. Decided here, and nowhere else.</summary>
/// <param name="Keeps">Never <see cref="QueueDurability.Auto"/>.</param>
/// <param name="Path">Where, if anything is kept.</param>
internal sealed record JobState(QueueDurability Keeps, string Path)
{
    /// <summary>What a store of SQLite has beside its file, and what stands beside it for sources.</summary>
    private static readonly string[] Beside = ["-wal", "-shm", "-journal", ".owner", ".reserve", ".running-*", ".lines-*"];

    /// <summary>Where lines are known by what they say, their identities are kept beside the state.</summary>
    public string LinesPath => Path + ".lines";

    /// <summary>Whether a run has left something.</summary>
    public bool IsThere => Keeps != QueueDurability.None && File.Exists(Path);

    /// <exception cref="NotSupportedException">That cannot be kept.</exception>
    public static JobState Of(PipelineSettings settings)
    {
        string path = settings.Queue.Path ?? ((FileSinkSettings)settings.Sink).Path + ".state";
        return new JobState(Decide(settings), path);
    }

    /// <summary>A job that has succeeded, or is to start over, leaves nothing.</summary>
    /// <exception cref="IOException">It cannot be removed; the message says what to do.</exception>
    public void Delete()
    {
        if (Keeps == QueueDurability.None || System.IO.Path.GetDirectoryName(Path) is not { } folder || !Directory.Exists(folder))
        {
            return;
        }

        try
        {
            string lockPath = Path + ".lock";
            using (FileStream? ours = File.Exists(lockPath) ? new FileStream(lockPath, FileMode.Open, FileAccess.ReadWrite, FileShare.None) : null)
            {
                // The state first: what is left without it is no state any more.
                File.Delete(Path);
                foreach (string file in Beside.SelectMany(suffix => Directory.GetFiles(folder, System.IO.Path.GetFileName(Path) + suffix)))
                {
                    File.Delete(file);
                }
            }

            File.Delete(lockPath);
        }
        catch (Exception exception) when (FileTrouble.Is(exception))
        {
            throw new IOException($"Cannot remove the state '{Path}': {FileTrouble.Cause(exception)} If another run uses it, wait for that one or end it; otherwise remove it by hand.", exception);
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
