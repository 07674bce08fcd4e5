using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AkkaPipeline.Storing.Sqlite;

/// <summary>
/// A connection and the statements prepared on it. Hot statements go to SQLite's own interface: a batch binds thousands of
/// values, and the commands of ADO.NET copy each.
/// </summary>
internal sealed class SqlDatabase : IDisposable
{
    private const int NoCheckpointOnClose = 1006;

    private readonly SqliteConnection connection;
    private readonly sqlite3 handle;
    private readonly Dictionary<string, SqlStatement> statements = new(StringComparer.Ordinal);

    static SqlDatabase() => Batteries_V2.Init();

    private SqlDatabase(SqliteConnection connection)
    {
        this.connection = connection;
        handle = connection.Handle!;
    }

    /// <summary>Opens a file that exists.</summary>
    public static SqlDatabase Open(string path, SqliteOpenMode mode)
    {
        var text = new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false };
        var connection = new SqliteConnection(text.ConnectionString);
        try
        {
            connection.Open();
            return new SqlDatabase(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The highest number of a body: all queues of the file share them.</summary>
    public long LastBody { get; set; }

    public bool InTransaction => raw.sqlite3_get_autocommit(handle) == 0;

    public int Changes => raw.sqlite3_changes(handle);

    /// <summary>The statement of this text, prepared once and ready to be bound.</summary>
    public SqlStatement Use(string sql)
    {
        if (!statements.TryGetValue(sql, out var statement))
        {
            Check(raw.sqlite3_prepare_v2(handle, sql, out var prepared));
            statement = new SqlStatement(this, prepared);
            statements.Add(sql, statement);
        }

        return statement;
    }

    /// <summary>For what is done once: schema and settings.</summary>
    public void Execute(string sql) => Check(raw.sqlite3_exec(handle, sql));

    /// <summary>The first column of the first row.</summary>
    public long ReadLong(string sql)
    {
        using var query = Use(sql);
        return query.Step() ? query.Long(0) : 0;
    }

    public string? ReadText(string sql)
    {
        using var query = Use(sql);
        return query.Step() ? query.Text(0) : null;
    }

    /// <summary>Pages written since the last call: in the mode of a write-ahead log, written to the log.</summary>
    public int TakePagesWritten()
    {
        raw.sqlite3_db_status(handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, 1);
        return pages;
    }

    /// <returns>False: somebody reads or writes, so that not everything could be done.</returns>
    public bool Checkpoint(bool truncate)
    {
        var mode = truncate ? raw.SQLITE_CHECKPOINT_TRUNCATE : raw.SQLITE_CHECKPOINT_PASSIVE;
        var result = raw.sqlite3_wal_checkpoint_v2(handle, null, mode, out var logged, out var done);
        if (result == raw.SQLITE_BUSY)
        {
            return false;
        }

        Check(result);
        return logged == done;
    }

    /// <summary>Closing checkpoints, and so syncs, unless it is told not to: after a failed sync nothing may.</summary>
    public void LeaveLogOnClose() => raw.sqlite3_db_config(handle, NoCheckpointOnClose, 1, out _);

    public void Check(int result)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            SqliteException.ThrowExceptionForRC(result, handle);
        }
    }

    public void Dispose()
    {
        foreach (var statement in statements.Values)
        {
            statement.Release();
        }

        statements.Clear();
        connection.Dispose();
    }
}
