using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AkkaPipeline.Storing.Sqlite;

/// <summary>Opens the file of a store: finds out whether it is one, sets it up, and brings it to this program's format.</summary>
internal static class StoreFile
{
    /// <summary>The first version without a fault that can corrupt a write-ahead log.</summary>
    private static readonly Version OldestSqlite = new(3, 51, 3);

    public static SqlDatabase OpenToWrite(SqliteStoreSettings settings)
    {
        var database = Open(settings.Path, SqliteOpenMode.ReadWrite);
        try
        {
            database.Execute("PRAGMA busy_timeout = 5000");
            var format = FormatOf(database, settings.Path);
            if (format == 0)
            {
                database.Execute($"PRAGMA page_size = {settings.PageBytes}; PRAGMA auto_vacuum = INCREMENTAL");
            }

            // The log is brought home by the store itself, in time and in bounds; what is temporary must not need a disk.
            database.Execute("""
                PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA foreign_keys = OFF;
                PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32000
                """);
            if (database.ReadText("PRAGMA journal_mode") != "wal")
            {
                throw new StoreException($"{settings.Path}: SQLite cannot keep a write-ahead log here. Put the file on a local disk.");
            }

            // Pages that a failed sync has left unwritten are no longer known as such to the kernel: write them again.
            database.Checkpoint(truncate: true);
            StoreSchema.Migrate(database, format);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    public static SqlDatabase OpenToRead(string path) =>
        TryOpenToRead(path) ?? throw new StoreException($"{path} is empty: no store was ever opened there.");

    /// <returns>Null: it is empty.</returns>
    public static SqlDatabase? TryOpenToRead(string path)
    {
        var database = Open(path, SqliteOpenMode.ReadOnly);
        try
        {
            database.Execute("PRAGMA busy_timeout = 5000");
            if (FormatOf(database, path) > 0)
            {
                return database;
            }

            database.Dispose();
            return null;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private static SqlDatabase Open(string path, SqliteOpenMode mode)
    {
        var database = SqlDatabase.Open(path, mode);
        var version = Version.Parse(raw.sqlite3_libversion().utf8_to_string());
        if (version < OldestSqlite)
        {
            database.Dispose();
            throw new StoreException($"SQLite {version} is loaded; a store needs {OldestSqlite} or newer.");
        }

        return database;
    }

    /// <returns>0: an empty file.</returns>
    private static int FormatOf(SqlDatabase database, string path)
    {
        var application = database.ReadLong("PRAGMA application_id");
        var format = (int)database.ReadLong("PRAGMA user_version");
        if (application == 0 && format == 0 && database.ReadLong("SELECT count(*) FROM sqlite_schema") == 0)
        {
            return 0;
        }

        if (application != StoreSchema.ApplicationId)
        {
            throw new StoreException($"{path} is a database of another program, not a store. Give the queue a file of its own.");
        }

        return format <= StoreSchema.Format
            ? format
            : throw new StoreException(
                $"{path} has format {format}; this program knows formats up to {StoreSchema.Format}. Use the newer program, or another file.");
    }
}
