using AkkaPipeline.Storing;
using AkkaPipeline.Storing.Sqlite;
using Microsoft.Data.Sqlite;

namespace AkkaPipeline.Tests.Storing.Sqlite;

/// <summary>A folder for one store, gone afterwards; with what is needed to look at the file and to harm it.</summary>
internal sealed class StoreFolder : IDisposable
{
    public StoreFolder() => Root = Directory.CreateTempSubdirectory("akka-pipeline-store-").FullName;

    public string Root { get; }

    public string Path => System.IO.Path.Combine(Root, "store", "orders.db");

    public List<string> Warnings { get; } = [];

    public SqliteStoreSettings Settings => new() { Path = Path, LogBytes = 1 << 20, LockWait = TimeSpan.Zero, Warn = Warnings.Add };

    public async Task<(SqliteStore Store, StoreOpened Opened)> OpenAsync(Func<SqliteStoreSettings, SqliteStoreSettings>? with = null)
    {
        var store = new SqliteStore(with is null ? Settings : with(Settings));
        return (store, await store.OpenAsync("orders", default));
    }

    public void Run(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public long Read(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
