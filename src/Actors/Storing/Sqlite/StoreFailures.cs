using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AkkaPipeline.Storing.Sqlite;

/// <summary>Says for people what has gone wrong with a store, and what to do.</summary>
internal static class StoreFailures
{
    /// <returns>Null: it is told as it is.</returns>
    public static StoreException? OfOpening(string path, Exception failure) => failure switch
    {
        StoreException told => told,
        SqliteException error => OfOpening(path, error),
        UnauthorizedAccessException => new StoreException(
            $"{path} cannot be opened: {failure.Message} Let this user read and write the file and its folder.", failure),
        IOException => new StoreException($"{path} cannot be opened: {failure.Message}{Advice(failure)}", failure),
        _ => null,
    };

    public static StoreException OfWriting(string path, SqliteException error) => new(
        $"{path} can no longer be used: {error.Message} (code {error.SqliteExtendedErrorCode}). "
        + "Nothing unconfirmed is promised. See to the disk, then start again: what was confirmed is read back.",
        error);

    private static StoreException OfOpening(string path, SqliteException error) => error.SqliteErrorCode switch
    {
        raw.SQLITE_NOTADB => new StoreException($"{path} is no SQLite file, or its first page is damaged. Give the queue a file of its own, or restore this one from a copy.", error),
        raw.SQLITE_FULL => new StoreFullException($"{path} cannot be opened: the disk is full. Make room.", error),
        raw.SQLITE_READONLY or raw.SQLITE_PERM => new StoreException($"{path} cannot be opened: it, or its folder, is read-only. Let this user write there.", error),
        raw.SQLITE_BUSY => new StoreException($"{path} is in use by another program that writes to it. End that one first.", error),
        raw.SQLITE_CORRUPT => new StoreException($"{path} is damaged: {error.Message} Restore it from a copy, or save what can be read by sqlite3's .recover.", error),
        raw.SQLITE_CANTOPEN => new StoreException($"{path} cannot be opened: {error.Message} See whether the folder can be written to and file handles are left.", error),
        _ => new StoreException($"{path} cannot be opened: {error.Message} (code {error.SqliteExtendedErrorCode}).", error),
    };

    private static string Advice(Exception failure) =>
        failure.Message.Contains("Too many open files", StringComparison.Ordinal)
            ? " Raise the limit of open files (ulimit -n)."
            : " See that the disk is there, writable, and not full.";
}
