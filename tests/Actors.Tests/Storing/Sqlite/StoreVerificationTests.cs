using AkkaPipeline.Storing;
using AkkaPipeline.Storing.Sqlite;
using Xunit;

namespace AkkaPipeline.Tests.Storing.Sqlite;

public sealed class StoreVerificationTests : IDisposable
{
    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    private async Task MakeAsync(bool close = true)
    {
        var (store, _) = await folder.OpenAsync();
        await store.CommitAsync(new StoreBatch { Accepted = [StoreItems.Accepted(1, 10)] }, default);
        await store.CommitAsync(
            new StoreBatch
            {
                Accepted = [StoreItems.Accepted(11, 10)],
                Settled = [new NumberRange(1, 4)],
                Alone = [StoreItems.Alone(3, 1, TimeSpan.FromHours(1))],
                DeadLetters = [StoreItems.Letter(1, key: "a"), StoreItems.Letter(2)],
                PutIds = [new StoredPutId("a", 1, StoreItems.Noon)],
                Counts = new StoreCounts(LastSequence: 20, Accepted: 20, Acked: 1, DeadLettered: 2, Dropped: 0, Retried: 1),
            },
            default);
        if (close)
        {
            await store.CloseAsync(default);
        }
    }

    [Fact]
    public async Task A_sound_store_is_counted_and_its_ledger_proven()
    {
        await MakeAsync();
        var report = StoreVerification.Run(folder.Path);
        Assert.Empty(report.Damage);
        Assert.Null(report.InUse);
        var queue = Assert.Single(report.Queues);
        Assert.True(queue.Balances);
        Assert.Equal(("orders", 2, 16, 1, 2, 1), (queue.Name, queue.Rows, queue.InRows, queue.Alone, queue.DeadLetters, queue.PutIds));
        Assert.Equal((1, StoreItems.Noon.AddMinutes(1), StoreItems.Noon.AddHours(1)), (queue.OldestSequence, queue.OldestDeadLetter, queue.NextDue));
        Assert.Equal(1, queue.Epoch);
    }

    [Fact]
    public async Task A_store_that_is_in_use_is_verified_beside_its_writer()
    {
        await MakeAsync(close: false);
        var report = StoreVerification.Run(folder.Path);
        Assert.Empty(report.Damage);
        Assert.Equal($"process {Environment.ProcessId} on {Environment.MachineName}", report.InUse);
        Assert.True(Assert.Single(report.Queues).Balances);
    }

    [Theory]
    [InlineData("UPDATE heads SET count = 9 WHERE first = 11", "heads", 11)]
    [InlineData("UPDATE settled SET bits = x'ff'", "heads", 1)]
    [InlineData("UPDATE bodies SET payload = x'' WHERE body = 2", "bodies", 2)]
    [InlineData("DELETE FROM heads WHERE first = 11", "bodies", null)]
    [InlineData("DELETE FROM heads WHERE first = 1", "settled", null)]
    [InlineData("UPDATE scheduled SET delay_ticks = 9", "scheduled", 3)]
    [InlineData("UPDATE dead_letters SET sequence = 9 WHERE number = 2", "dead_letters", 2)]
    [InlineData("UPDATE put_ids SET at = 'now'", "put_ids", 1)]
    [InlineData("UPDATE counters SET acked = 2", "counters", 1)]
    [InlineData("DELETE FROM scheduled", "counters", 1)]
    [InlineData("UPDATE queues SET epoch = 7", "queues", 1)]
    public async Task Damage_is_named_by_table_and_row(string harm, string table, int? place)
    {
        await MakeAsync();
        folder.Run(harm);
        Assert.Contains(StoreVerification.Run(folder.Path).Damage, damage => damage.Table == table && damage.Place == place);
    }

    [Fact]
    public async Task Requeued_letters_are_items_again_with_their_history_and_the_ledger_balances()
    {
        await MakeAsync();
        Assert.Equal(["orders"], StoredLetters.Queues(folder.Path));
        Assert.Equal(2, StoredLetters.Count(folder.Path, "orders", null));
        Assert.Equal(1, await StoredLetters.RequeueAsync(folder.Settings, "orders", new DeadLetterFilter { Key = "a" }, default));
        Assert.Equal([2], StoredLetters.List(folder.Path, "orders", null, 0, 10).Select(kept => kept.Letter.Sequence));
        Assert.True(Assert.Single(StoreVerification.Run(folder.Path).Queues).Balances);

        var (store, opened) = await folder.OpenAsync();
        var item = (await store.ReadAloneAsync(0, 10, default))[0];
        await store.CloseAsync(default);
        Assert.Equal((1, 0, 2), (item.Sequence, item.Attempts, item.History.Count));
        Assert.Equal((1, 18), (opened.Counts.DeadLettered, opened.Counts.Left));
    }

    [Fact]
    public async Task Dropped_letters_are_counted_and_a_damaged_one_is_not_requeued()
    {
        await MakeAsync();
        folder.Run("UPDATE dead_letters SET reason = 'x' WHERE number = 1");
        Assert.Equal(1, await StoredLetters.RequeueAsync(folder.Settings, "orders", null, default));
        Assert.Equal(1, await StoredLetters.DropAsync(folder.Settings, "orders", null, default));
        Assert.Empty(StoredLetters.List(folder.Path, "orders", null, 0, 10));
        var queue = Assert.Single(StoreVerification.Run(folder.Path).Queues);
        Assert.True(queue.Balances);
        Assert.Equal((0, 1), (queue.Counts.DeadLettered, queue.Counts.Dropped));
    }

    [Fact]
    public async Task A_store_that_is_in_use_is_listed_and_not_changed()
    {
        await MakeAsync(close: false);
        Assert.Equal(2, StoredLetters.List(folder.Path, "orders", null, 0, 10).Count);
        await Assert.ThrowsAsync<StoreException>(() => StoredLetters.DropAsync(folder.Settings, "orders", null, default));
        await Assert.ThrowsAsync<StoreException>(() => StoredLetters.DropAsync(folder.Settings, "other", null, default));
    }
}
