using System.Text;
using SQLitePCL;

namespace AkkaPipeline.Storing.Sqlite;

/// <summary>A prepared statement: bound in the order of its question marks, stepped, and by its disposal ready for the next use.</summary>
internal sealed class SqlStatement(SqlDatabase database, sqlite3_stmt statement) : IDisposable
{
    private int bound;

    public SqlStatement With(long value)
    {
        database.Check(raw.sqlite3_bind_int64(statement, ++bound, value));
        return this;
    }

    public SqlStatement With(string? value)
    {
        database.Check(value is null
            ? raw.sqlite3_bind_null(statement, ++bound)
            : raw.sqlite3_bind_text(statement, ++bound, Encoding.UTF8.GetBytes(value).AsSpan()));
        return this;
    }

    public SqlStatement With(ReadOnlySpan<byte> value)
    {
        database.Check(value.IsEmpty
            ? raw.sqlite3_bind_zeroblob(statement, ++bound, 0)
            : raw.sqlite3_bind_blob(statement, ++bound, value));
        return this;
    }

    public SqlStatement WithNull()
    {
        database.Check(raw.sqlite3_bind_null(statement, ++bound));
        return this;
    }

    /// <returns>Whether there is a row.</returns>
    public bool Step()
    {
        var result = raw.sqlite3_step(statement);
        database.Check(result);
        return result == raw.SQLITE_ROW;
    }

    /// <summary>To its end.</summary>
    /// <returns>How many rows it has changed.</returns>
    public int Run()
    {
        try
        {
            while (Step())
            {
            }

            return database.Changes;
        }
        finally
        {
            Dispose();
        }
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long Long(int column) => raw.sqlite3_column_int64(statement, column);

    /// <summary>Valid until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(statement, column);

    /// <summary>Read as bytes: text may hold what would end it.</summary>
    public string? Text(int column) => IsNull(column) ? null : Encoding.UTF8.GetString(Bytes(column));

    public void Dispose()
    {
        bound = 0;
        _ = raw.sqlite3_reset(statement);
        _ = raw.sqlite3_clear_bindings(statement);
    }

    public void Release() => statement.Dispose();
}
