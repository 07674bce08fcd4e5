using Microsoft.Data.Sqlite;

namespace AkkaPipeline.Storing.Sqlite;

/// <summary>
/// Makes a store of a copy that was put back: its queues give the numbers again that they had given since the copy was made, and
/// so need new instances, or two items would have one delivery id.
/// </summary>
internal static class StoreRenewal
{
    /// <returns>The names of the queues that were given one.</returns>
    /// <exception cref="StoreException">It is no store, cannot be read or written, or is in use: nothing was changed.</exception>
    public static IReadOnlyList<string> Run(string path)
    {
        var names = StoredLetters.Queues(path);
        using var held = StoreLock.TryTake(path) ?? throw StoreLock.InUse(path, TimeSpan.Zero);
        try
        {
            using var database = StoreFile.OpenToWrite(new SqliteStoreSettings { Path = path });
            database.Execute("BEGIN IMMEDIATE");
            foreach (var name in names)
            {
                QueueRow.Find(database, name)?.Renew(database);
            }

            database.Execute("COMMIT");
            return names;
        }
        catch (SqliteException error)
        {
            throw StoreFailures.OfOpening(path, error)!;
        }
    }
}
