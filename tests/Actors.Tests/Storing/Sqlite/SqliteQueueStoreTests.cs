using AkkaPipeline.Storing;
using AkkaPipeline.Storing.Sqlite;

namespace AkkaPipeline.Tests.Storing.Sqlite;

/// <summary>The store of SQLite does what every store does.</summary>
public sealed class SqliteQueueStoreTests : QueueStoreTests, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("akka-pipeline-store-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    internal override IQueueStore Make() => new SqliteStore(new SqliteStoreSettings { Path = Path.Combine(folder, "store", "orders.db") });
}
