using Microsoft.Data.Sqlite;

namespace AkkaPipeline.Storing.Sqlite;

/// <summary>Takes a queue out of a store that nobody has open; with the last one the file goes, and what stands beside it.</summary>
internal static class StoreRemoval
{
    /// <summary>What a store has beside its file; of those that end in a dash there may be several.</summary>
    private static readonly string[] Beside = ["-wal", "-shm", "-journal", ".owner", ".reserve", ".running-"];

    private static readonly string[] Tables =
        ["heads", "settled", "scheduled", "dead_letters", "checkpoints", "put_ids", "quarantined", "counters", "queues"];

    /// <returns>Why the file is none that may be removed, for people; null: it is a store, or there is nothing.</returns>
    public static string? WhyNoStore(string path)
    {
        try
        {
            Others(path, string.Empty);
            return null;
        }
        catch (StoreException refused)
        {
            return refused.Message;
        }
    }

    /// <param name="path">Of the file, in full. Where it is not there, what an earlier end has left beside it goes.</param>
    /// <param name="queue">Which one.</param>
    /// <param name="alsoBeside">What else goes with the file: how these names go on after its own.</param>
    /// <returns>What else is in the file, which therefore stays; empty: it is gone.</returns>
    /// <exception cref="StoreException">It is no store, cannot be read, or is in use: nothing was removed.</exception>
    /// <exception cref="IOException">A file cannot be removed.</exception>
    public static IReadOnlyList<string> Remove(string path, string queue, params IReadOnlyList<string> alsoBeside)
    {
        // Looked at before it is locked: a lock is nothing to lay beside a file that is not ours.
        Others(path, queue);
        string[] endings = [.. Beside, .. alsoBeside];
        if (!File.Exists(path) && FilesBeside(path, [.. endings, ".lock"]).Count == 0)
        {
            return [];
        }

        using (var held = StoreLock.TryTake(path)
            ?? throw new StoreException($"{path} is in use by {StoreLock.OwnerOf(path)}. Wait for that one, or end it."))
        {
            var others = Others(path, queue);
            if (others.Count > 0)
            {
                RemoveRows(path, queue);
                return others;
            }

            // The file first: what is left without it is no store any more.
            File.Delete(path);
            foreach (var file in FilesBeside(path, endings))
            {
                File.Delete(file);
            }

            // While it is held: once it is free it may be another's.
            if (!OperatingSystem.IsWindows())
            {
                File.Delete(StoreLock.PathOf(path));
            }
        }

        if (OperatingSystem.IsWindows())
        {
            // Here a file that somebody has open cannot be deleted.
            File.Delete(StoreLock.PathOf(path));
        }

        return [];
    }

    /// <summary>What is in a store beside a queue.</summary>
    private static List<string> Others(string path, string queue)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            using var database = StoreFile.TryOpenToRead(path);
            return database is null ? [] : Others(database, queue);
        }
        catch (SqliteException error)
        {
            throw StoreFailures.OfOpening(path, error)!;
        }
    }

    private static List<string> Others(SqlDatabase database, string queue)
    {
        var others = new List<string>();
        using (var names = database.Use("SELECT name FROM queues WHERE name <> ? ORDER BY queue").With(queue))
        {
            while (names.Step())
            {
                others.Add($"the queue {names.Text(0)}");
            }
        }

        if (database.ReadLong("PRAGMA user_version") >= HandoverTable.SinceFormat)
        {
            using var handovers = database.Use("SELECT DISTINCT handover FROM handovers ORDER BY handover");
            while (handovers.Step())
            {
                others.Add($"the handover {handovers.Text(0)}");
            }
        }

        return others;
    }

    private static void RemoveRows(string path, string queue)
    {
        try
        {
            using var database = StoreFile.OpenToWrite(new SqliteStoreSettings { Path = path });
            database.Execute("BEGIN IMMEDIATE");
            const string Number = "(SELECT queue FROM queues WHERE name = ?1)";
            database.Use($"""
                DELETE FROM bodies WHERE body IN (SELECT body FROM heads WHERE queue = {Number})
                    AND body NOT IN (SELECT body FROM heads WHERE queue <> {Number})
                """).With(queue).Run();
            foreach (var table in Tables)
            {
                database.Use($"DELETE FROM {table} WHERE queue = {Number}").With(queue).Run();
            }

            database.Execute("COMMIT");
        }
        catch (SqliteException error)
        {
            throw StoreFailures.OfOpening(path, error)!;
        }

        File.Delete(RunningPage.PathOf(path, queue));
    }

    private static List<string> FilesBeside(string path, IReadOnlyList<string> endings) =>
        Path.GetDirectoryName(path) is { } folder && Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder).Where(file =>
                file.StartsWith(path, StringComparison.Ordinal) && endings.Any(ending => Is(file[path.Length..], ending)))]
            : [];

    private static bool Is(string rest, string ending) =>
        ending.EndsWith('-') ? rest.StartsWith(ending, StringComparison.Ordinal) : rest == ending;
}
