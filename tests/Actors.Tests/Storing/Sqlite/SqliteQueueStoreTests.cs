using AkkaPipeline.Storing;
using AkkaPipeline.Storing.Sqlite;

namespace AkkaPipeline.Tests.Storing.Sqlite;

/// <summary>The store of SQLite does what every store does.</summary>
public sealed class SqliteQueueStoreTests : QueueStoreTests, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("akka-pipeline-store-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    internal override IQueueStore Make() => At(Path.Combine(folder, "store", "orders.db"));

    internal override IQueueStore MakeEmpty() => At(Path.Combine(folder, Guid.NewGuid().ToString("N"), "orders.db"));

    private protected override int Iterations => 15;

    private static SqliteStore At(string path) => new(new SqliteStoreSettings { Path = path, LogBytes = 1 << 20 });
}
