using AkkaPipeline.Storing;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Storing;

public abstract partial class QueueStoreTests
{
    [Fact]
    public async Task What_is_settled_before_it_is_written_does_not_come_back()
    {
        await CommitAsync(new StoreBatch
        {
            Accepted = [StoreItems.AcceptedBut(1, 6, 1, 3, 6), StoreItems.AcceptedBut(7, 2, 7), StoreItems.AcceptedBut(10, 500, [.. Enumerable.Range(20, 400)])],
        });
        await ReopenAsync();
        var expected = Enumerable.Range(1, 509).Where(number => number is not (1 or 3 or 6 or 7 or 9) and not (>= 20 and < 420));
        Assert.Equal(expected.Select(number => ((long)number, $"item {number}")), (await store.AllRowsAsync()).Unsettled());

        await CommitAsync(new StoreBatch { Settled = [new NumberRange(2, 1), new NumberRange(8, 1), new NumberRange(12, 8), new NumberRange(420, 80)] });
        Assert.Equal("4 5 10 11 500 501 502 503 504 505 506 507 508 509", await LeftAsync());
    }

    [Fact]
    public async Task Rows_are_read_from_a_number_on_until_enough_is_read()
    {
        for (var batch = 0; batch < 10; batch++)
        {
            await CommitAsync(new StoreBatch { Accepted = [StoreItems.Accepted(1 + (batch * 10), 10, bytes: 100)] });
        }

        await CommitAsync(new StoreBatch { Settled = [new NumberRange(1, 5)] });
        Assert.Equal([1, 11, 21], (await store.ReadRowsAsync(0, 16, long.MaxValue, default)).Select(row => row.First));
        Assert.Equal([1, 11], (await store.ReadRowsAsync(0, 15, long.MaxValue, default)).Select(row => row.First));
        Assert.Equal([21, 31], (await store.ReadRowsAsync(11, int.MaxValue, 1001, default)).Select(row => row.First));
        Assert.Equal([11], (await store.ReadRowsAsync(10, 1, 1, default)).Select(row => row.First));
        Assert.Empty(await store.ReadRowsAsync(91, int.MaxValue, long.MaxValue, default));
    }

    [Fact]
    public async Task Codecs_and_headers_come_back_with_the_items()
    {
        var headers = new Dictionary<string, string> { ["trace"] = "ünï\"\0<", [""] = "" };
        var other = new CodecName("json", 7);
        await CommitAsync(new StoreBatch
        {
            Accepted =
            [
                new AcceptedItems(1, StoreItems.Encoded(1, 2) with { Headers = [null, headers] }),
                new AcceptedItems(3, StoreItems.Encoded(3, 2, codec: other)),
            ],
        });
        await ReopenAsync();

        var rows = await store.AllRowsAsync();
        Assert.Equal([StoreItems.Codec, other], rows.Select(row => row.Items!.Codec));
        Assert.Null(rows[0].Items!.Headers![0]);
        Assert.Equal(headers, rows[0].Items!.Headers![1]);
        Assert.Null(rows[1].Items!.Headers);
    }

    [Fact]
    public async Task An_item_may_be_empty_and_may_be_large()
    {
        var large = new byte[300_000];
        Random.Shared.NextBytes(large);
        await CommitAsync(new StoreBatch { Accepted = [new AcceptedItems(1, new EncodedItems(StoreItems.Codec, large, [0, 0, 300_000, 300_000]))] });
        await ReopenAsync();

        var items = (await store.AllRowsAsync()).SelectMany(row => Enumerable.Range(0, row.Count).Select(row.Items!.At)).ToList();
        Assert.Equal([0, 0, 300_000, 0], items.Select(item => item.Length));
        Assert.True(items[2].Span.SequenceEqual(large));
    }

    [Fact]
    public async Task All_above_a_number_can_be_dropped_and_what_comes_with_that_batch_is_not()
    {
        await CommitAsync(new StoreBatch { Accepted = [StoreItems.Accepted(1, 10)] });
        await CommitAsync(new StoreBatch { Accepted = [StoreItems.Accepted(11, 10)] });
        await CommitAsync(new StoreBatch { DropsRowsAbove = 7, Settled = [new NumberRange(1, 3)], Accepted = [StoreItems.Accepted(21, 2)] });
        Assert.Equal("4 5 6 7 21 22", await LeftAsync());
        await CommitAsync(new StoreBatch { DropsRowsAbove = 0 });
        await ReopenAsync();
        Assert.Equal("", await LeftAsync());
    }

    [Fact]
    public async Task Items_that_stand_alone_are_kept_changed_and_removed()
    {
        await CommitAsync(new StoreBatch { Alone = [StoreItems.Alone(9), StoreItems.Alone(3, 2, TimeSpan.FromSeconds(5)), StoreItems.Alone(5)] });
        await CommitAsync(new StoreBatch { Alone = [StoreItems.Alone(9, 1, TimeSpan.FromTicks(7))], AloneRemoved = [5, 77] });
        Assert.Equal(2, (await ReopenAsync()).Alone);

        var read = await store.ReadAloneAsync(0, 10, default);
        Assert.Equal([3, 9], read.Select(item => item.Sequence));
        Same(StoreItems.Alone(3, 2, TimeSpan.FromSeconds(5)), read[0]);
        Same(StoreItems.Alone(9, 1, TimeSpan.FromTicks(7)), read[1]);
        Assert.Equal([3], (await store.ReadAloneAsync(0, 1, default)).Select(item => item.Sequence));
        Assert.Equal([9], (await store.ReadAloneAsync(3, 1, default)).Select(item => item.Sequence));
        Assert.Empty(await store.ReadAloneAsync(9, 1, default));
    }

    [Fact]
    public Task Any_batches_leave_what_a_plain_dictionary_would() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 300], Gen.Int[0, 300], Gen.Int[0, 100]).List[1, 25].SampleAsync(
            RunAgainstModelAsync, iter: Iterations, threads: 1);

    /// <summary>How many random runs a store is worth.</summary>
    private protected virtual int Iterations => 100;

    /// <summary>On data of its own.</summary>
    internal abstract IQueueStore MakeEmpty();

    private async Task RunAgainstModelAsync(List<(int, int, int, int)> acts)
    {
        var tried = MakeEmpty();
        await tried.OpenAsync("orders", default);
        var rows = new SortedDictionary<long, string>();
        var alone = new SortedDictionary<long, int>();
        var last = 0L;
        foreach (var (act, some, more, gap) in acts)
        {
            var batch = new StoreBatch();
            if (act == 5)
            {
                await tried.CloseAsync(default);
                await tried.OpenAsync("orders", default);
            }

            if (act is 0 or 3 && rows.Count > 0)
            {
                var above = rows.Keys.First() + (some * 3);
                batch = batch with { DropsRowsAbove = act == 3 && some % 4 == 0 ? above : null };
                if (batch.DropsRowsAbove is not null)
                {
                    rows = new SortedDictionary<long, string>(rows.Where(item => item.Key <= above).ToDictionary());
                }
            }

            if (act is 1 or 2 or 3 && rows.Count > 0)
            {
                var gone = rows.Keys.Where((_, index) => index >= gap && (index < gap + some || index % 7 == more % 7)).ToArray();
                batch = batch with { Settled = [.. gone.Select(number => new NumberRange(number, 1))] };
                Array.ForEach(gone, number => rows.Remove(number));
                batch = batch with { Alone = [.. gone.Take(3).Select(number => StoreItems.Alone(number, act))] };
                batch.Alone.ToList().ForEach(item => alone[item.Sequence] = act);
            }

            if (act is 0 or 1 && more > 0)
            {
                var first = last + 1 + (gap / 10);
                var settled = Enumerable.Range(0, more - 1).Where(index => (index * gap) % 11 > 5).Select(index => first + index).ToArray();
                batch = batch with { Accepted = [StoreItems.AcceptedBut(first, more, settled)] };
                last = first + more - 1;
                for (var number = first; number <= last; number++)
                {
                    if (!settled.Contains(number))
                    {
                        rows.Add(number, $"item {number}");
                    }
                }
            }

            if (act == 4)
            {
                batch = batch with { AloneRemoved = [.. alone.Keys.Take(some % 3)] };
                batch.AloneRemoved.ToList().ForEach(number => alone.Remove(number));
            }

            await tried.CommitAsync(batch, default);
            Assert.Equal(rows.Select(item => (item.Key, item.Value)), (await tried.AllRowsAsync(some + 1)).Unsettled());
            Assert.Equal(
                alone.Select(item => (item.Key, item.Value)),
                (await tried.ReadAloneAsync(0, int.MaxValue, default)).Select(item => (item.Sequence, item.Attempts)));
        }

        await tried.CloseAsync(default);
    }

    private static void Same(StoredItem expected, StoredItem read)
    {
        Assert.Equal(expected with { Item = null!, History = null! }, read with { Item = null!, History = null! });
        Assert.Equal(expected.History, read.History);
        Assert.Equal(expected.Item.Codec, read.Item.Codec);
        Assert.Equal(expected.Item.At(0).ToArray(), read.Item.At(0).ToArray());
        Assert.Equal(expected.Item.Headers![0], read.Item.Headers![0]);
    }
}
