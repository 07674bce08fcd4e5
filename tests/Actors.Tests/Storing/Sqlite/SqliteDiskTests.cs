using AkkaPipeline.Storing;
using AkkaPipeline.Storing.Sqlite;
using Xunit;

namespace AkkaPipeline.Tests.Storing.Sqlite;

public sealed class SqliteDiskTests : IDisposable
{
    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task At_its_bound_a_store_takes_no_items_and_still_settles_and_then_takes_some_again()
    {
        var (store, _) = await folder.OpenAsync(settings => settings with { DiskBytesMax = 4 << 20 });
        var last = await FillAsync(store);
        Assert.InRange(last, 20_000, 42_000);
        Assert.InRange(new FileInfo(folder.Path).Length, 3 << 20, 4 << 20);

        await store.CommitAsync(new StoreBatch { Alone = [StoreItems.Alone(1)], Settled = [new NumberRange(1, 1)] }, default);
        await store.CommitAsync(new StoreBatch { Settled = [new NumberRange(2, last / 2)] }, default);
        await store.CommitAsync(new StoreBatch { Accepted = [StoreItems.Accepted(last + 1, 1000, bytes: 100)] }, default);
        Assert.Equal(last - 1 - (last / 2) + 1000, (await store.LeftAsync()).Length);
        await store.CloseAsync(default);
    }

    [Fact]
    public async Task The_log_stays_short_and_what_is_free_is_given_back()
    {
        var (store, _) = await folder.OpenAsync();
        for (var batch = 0; batch < 200; batch++)
        {
            await store.CommitAsync(new StoreBatch { Accepted = [StoreItems.Accepted(1 + (batch * 1000L), 1000, bytes: 100)] }, default);
            Assert.InRange(new FileInfo(folder.Path + "-wal").Length, 0, 3 << 20);
        }

        Assert.InRange(new FileInfo(folder.Path).Length, 19 << 20, 30 << 20);
        await store.CommitAsync(new StoreBatch { Settled = [new NumberRange(1, 199_000)] }, default);
        await store.GiveBackAsync();
        Assert.InRange(new FileInfo(folder.Path).Length, 0, 3 << 20);
        Assert.Equal(0, new FileInfo(folder.Path + "-wal").Length);
        Assert.Equal(1000, (await store.LeftAsync()).Length);
        await store.CloseAsync(default);
    }

    [Fact]
    public async Task A_settlement_does_not_write_payloads_again()
    {
        var (store, _) = await folder.OpenAsync();
        await store.CommitAsync(new StoreBatch { Accepted = [StoreItems.Accepted(1, 600, bytes: 100)] }, default);
        await store.GiveBackAsync();
        await store.CommitAsync(new StoreBatch { Settled = [new NumberRange(2, 1)] }, default);
        Assert.InRange(new FileInfo(folder.Path + "-wal").Length, 1, 8 * 16384);
        await store.CloseAsync(default);
    }

    private static async Task<long> FillAsync(SqliteStore store)
    {
        for (var last = 0L; ; last += 1000)
        {
            try
            {
                await store.CommitAsync(new StoreBatch { Accepted = [StoreItems.Accepted(last + 1, 1000, bytes: 100)] }, default);
            }
            catch (StoreFullException full)
            {
                Assert.Contains("bound", full.Message, StringComparison.Ordinal);
                return last;
            }
        }
    }
}
