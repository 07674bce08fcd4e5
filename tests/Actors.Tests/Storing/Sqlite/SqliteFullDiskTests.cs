using AkkaPipeline.Storing;
using Xunit;

namespace AkkaPipeline.Tests.Storing.Sqlite;

/// <summary>A disk without any room left: what is refused can be done again later, and what is committed stays so.</summary>
public sealed class SqliteFullDiskTests : IDisposable
{
    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    [FactWithSmallDisk]
    public async Task A_store_that_has_used_up_its_reserve_refuses_and_lives()
    {
        using var disk = SmallDisk.Mount(Path.GetDirectoryName(folder.Path)!);
        var (store, _) = await folder.OpenAsync();
        await store.CommitAsync(new StoreBatch { Accepted = [StoreItems.Accepted(1, 1000, bytes: 100)] }, default);
        disk.Fill();
        await Assert.ThrowsAsync<StoreFullException>(async () =>
        {
            for (var first = 1001L; ; first += 100)
            {
                await store.CommitAsync(new StoreBatch { Accepted = [StoreItems.Accepted(first, 100, bytes: 100)] }, default);
            }
        });

        var letters = 0;
        for (var refusals = 0; refusals < 3;)
        {
            try
            {
                await store.CommitAsync(new StoreBatch { DeadLetters = [StoreItems.Letter(++letters, new string('x', 20_000))] }, default);
            }
            catch (StoreFullException)
            {
                letters--;
                refusals++;
                disk.Fill();
            }
        }

        Assert.True(letters > 10);
        disk.MakeRoom();
        await store.CommitAsync(new StoreBatch { Accepted = [StoreItems.Accepted(10_001, 100)] }, default);
        Assert.Equal(letters, await store.CountDeadLettersAsync(null, default));
        await store.CloseAsync(default);
    }

    [FactWithSmallDisk]
    public async Task What_settles_is_written_though_others_have_taken_what_the_reserve_gave_up()
    {
        using var disk = SmallDisk.Mount(Path.GetDirectoryName(folder.Path)!);
        var (store, _) = await folder.OpenAsync();
        var accepted = 0L;
        await Assert.ThrowsAsync<StoreFullException>(async () =>
        {
            for (; ; accepted += 100)
            {
                await store.CommitAsync(new StoreBatch { Accepted = [StoreItems.Accepted(accepted + 1, 100, bytes: 100)] }, default);
                if (accepted == 2000)
                {
                    disk.Fill();
                }
            }
        });

        Assert.True(accepted > 2000);
        for (var number = 1; number <= accepted; number++)
        {
            disk.Fill();
            await store.CommitAsync(new StoreBatch { Settled = [new NumberRange(number, 1)] }, default);
        }

        Assert.Empty(await store.LeftAsync());
        await store.CloseAsync(default);
    }

    [FactWithSmallDisk]
    public async Task A_start_on_a_full_disk_takes_the_reserve()
    {
        using var disk = SmallDisk.Mount(Path.GetDirectoryName(folder.Path)!);
        var (store, _) = await folder.OpenAsync();
        await store.CommitAsync(new StoreBatch { Accepted = [StoreItems.Accepted(1, 1000, bytes: 100)] }, default);
        await store.CloseAsync(default);
        disk.Fill();

        (store, var opened) = await folder.OpenAsync();
        Assert.Equal(2, opened.Epoch);
        var other = new AkkaPipeline.Storing.Sqlite.SqliteStore(folder.Settings);
        await other.OpenAsync("others", default);
        await store.CommitAsync(new StoreBatch { Settled = [new NumberRange(1, 999)] }, default);
        Assert.Equal(1000, Assert.Single(await store.LeftAsync()));
        await Assert.ThrowsAsync<StoreFullException>(
            () => store.CommitAsync(new StoreBatch { Accepted = [StoreItems.Accepted(1001, 100)] }, default).AsTask());
        await other.CloseAsync(default);
        await store.CloseAsync(default);
    }
}
