using System.Reflection;
using AkkaPipeline.Storing;
using AkkaPipeline.Storing.Sqlite;

namespace AkkaPipeline.Crash.Controls;

/// <summary>
/// Stores that break the promise, each in one way: the harness must catch them. They wrap the product's; it has no switch. None is without
/// the check of the epoch: a queue that crashes ends its pipeline, so that a late settlement has nobody to go to. What a process may
/// still write whose store another has opened is a test of the store.
/// </summary>
internal static class FlawedStores
{
    public const string SyncNormal = "synchronous=NORMAL";
    public const string SyncOff = "synchronous=OFF";
    public const string AckBeforeCommit = "ack before commit";

    public static IReadOnlyList<string> All { get; } = [SyncNormal, SyncOff, AckBeforeCommit];

    public static IQueueStore Of(string flaw, SqliteStoreSettings settings)
    {
        var store = new SqliteStore(settings);
        return flaw == AckBeforeCommit ? new HastyStore(store) : new UnsyncedStore(store, flaw);
    }

    /// <summary>Syncs too seldom.</summary>
    private sealed class UnsyncedStore(SqliteStore inner, string pragma) : StoreWrapper(inner)
    {
        public override async ValueTask<StoreOpened> OpenAsync(string queue, CancellationToken cancellationToken)
        {
            var opened = await base.OpenAsync(queue, cancellationToken).ConfigureAwait(false);
            var field = typeof(SqliteStore).GetField("database", BindingFlags.Instance | BindingFlags.NonPublic)
                ?? throw new MissingFieldException("SqliteStore has no database any more.");
            ((SqlDatabase)field.GetValue(inner)!).Execute($"PRAGMA {pragma}");
            return opened;
        }
    }

    /// <summary>Confirms what it is only about to commit.</summary>
    private sealed class HastyStore(IQueueStore inner) : StoreWrapper(inner)
    {
        private Task last = Task.CompletedTask;

        public override ValueTask CommitAsync(StoreBatch batch, CancellationToken cancellationToken)
        {
            last = CommitAfterAsync(last, batch);
            return ValueTask.CompletedTask;
        }

        public override async ValueTask CloseAsync(CancellationToken cancellationToken)
        {
            await last.ConfigureAwait(false);
            await base.CloseAsync(cancellationToken).ConfigureAwait(false);
        }

        private async Task CommitAfterAsync(Task before, StoreBatch batch)
        {
            await before.ConfigureAwait(false);
            await base.CommitAsync(batch, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
