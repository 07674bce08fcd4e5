using AkkaPipeline.Storing;
using Xunit;

namespace AkkaPipeline.Tests.Storing;

/// <summary>What every store does. One that is closed and opened again here has lost nothing.</summary>
public abstract partial class QueueStoreTests : IAsyncLifetime
{
    private static readonly StoreCounts Counts = new(LastSequence: 900, Accepted: 800, Acked: 4, DeadLettered: 3, Dropped: 2, Retried: 1);

    private readonly List<IQueueStore> opened = [];
    private IQueueStore store = null!;
    private StoreOpened first = null!;

    /// <summary>A store on the same data as the others of this test; those are closed.</summary>
    internal abstract IQueueStore Make();

    public async Task InitializeAsync() => first = await OpenAsync();

    public async Task DisposeAsync()
    {
        foreach (var one in opened)
        {
            await one.CloseAsync(default);
        }
    }

    [Fact]
    public async Task What_was_accepted_is_read_back_in_order_with_its_payloads()
    {
        await CommitAsync(new StoreBatch { Accepted = [StoreItems.Accepted(1, 3), StoreItems.Accepted(4, 700, bytes: 200)] });
        await CommitAsync(new StoreBatch { Accepted = [StoreItems.Accepted(704, 2)] });
        await ReopenAsync();

        var rows = await store.AllRowsAsync();
        Assert.Equal(Enumerable.Range(1, 705).Select(number => ((long)number, $"item {number}")), rows.Unsettled());
        Assert.All(rows, row => Assert.Equal((row.Count, null, StoreItems.Codec), (row.Unsettled, row.Settled, row.Items!.Codec)));
        Assert.True(rows.Zip(rows.Skip(1)).All(pair => pair.First.First + pair.First.Count <= pair.Second.First));
    }

    [Fact]
    public async Task Settled_items_do_not_come_back()
    {
        await CommitAsync(new StoreBatch { Accepted = [StoreItems.Accepted(1, 10)] });
        await CommitAsync(new StoreBatch { Accepted = [StoreItems.Accepted(11, 10)], Settled = [new NumberRange(4, 2), new NumberRange(1, 1)] });
        await CommitAsync(new StoreBatch { Settled = [new NumberRange(9, 2), new NumberRange(11, 3)] });
        await ReopenAsync();
        Assert.Equal("2 3 6 7 8 14 15 16 17 18 19 20", await LeftAsync());

        await CommitAsync(new StoreBatch { Settled = [new NumberRange(14, 7), new NumberRange(2, 2), new NumberRange(6, 3)] });
        Assert.Equal("", await LeftAsync());
        await ReopenAsync();
        Assert.Equal("", await LeftAsync());
    }

    [Fact]
    public async Task The_epoch_rises_and_the_instance_stays()
    {
        var second = await ReopenAsync();
        Assert.Equal(first.Identity, second.Identity);
        Assert.True(second.Epoch > first.Epoch);
    }

    [Fact]
    public async Task Counts_are_kept_as_they_are_given()
    {
        Assert.Equal(StoreCounts.None, first.Counts);
        await CommitAsync(new StoreBatch { Counts = Counts with { Quarantined = 77 } });
        await CommitAsync(new StoreBatch { PutIds = [new StoredPutId("a", 1, StoreItems.Noon)] });
        Assert.Equal(Counts, (await ReopenAsync()).Counts);
    }

    private async Task<string> LeftAsync() => string.Join(' ', await store.LeftAsync());

    private async Task CommitAsync(StoreBatch batch) => await store.CommitAsync(batch, default);

    private async Task<StoreOpened> OpenAsync()
    {
        store = Make();
        opened.Add(store);
        return await store.OpenAsync("orders", default);
    }

    private async Task<StoreOpened> ReopenAsync()
    {
        await store.CloseAsync(default);
        return await OpenAsync();
    }
}
