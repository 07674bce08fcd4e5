using AkkaPipeline.Storing;
using AkkaPipeline.Storing.Sqlite;
using Xunit;

namespace AkkaPipeline.Tests.Storing.Sqlite;

/// <summary>Flipped bits in any table are found, moved aside and told; the rest goes on, and the ledger balances.</summary>
public sealed class SqliteDamageTests : IDisposable
{
    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Three rows of ten items of which two are settled, two items alone, two letters, two put ids, a checkpoint.</summary>
    private async Task MakeAsync()
    {
        var (store, _) = await folder.OpenAsync();
        for (var row = 0; row < 3; row++)
        {
            await store.CommitAsync(new StoreBatch { Accepted = [StoreItems.Accepted(1 + (row * 10), 10)] }, default);
        }

        await store.CommitAsync(
            new StoreBatch
            {
                Settled = [new NumberRange(3, 2), new NumberRange(13, 2), new NumberRange(23, 2)],
                Alone = [StoreItems.Alone(3), StoreItems.Alone(4)],
                DeadLetters = [StoreItems.Letter(13), StoreItems.Letter(14)],
                PutIds = [new StoredPutId("a", 1, StoreItems.Noon), new StoredPutId("b", 2, StoreItems.Noon)],
                Checkpoint = new StoredCheckpoint("file", 3, [], "", new Dictionary<string, long>()),
                Counts = new StoreCounts(LastSequence: 30, Accepted: 30, Acked: 2, DeadLettered: 2, Dropped: 0, Retried: 2),
            },
            default);
        await store.CloseAsync(default);
    }

    [Theory]
    [InlineData("UPDATE heads SET count = 11 WHERE first = 11", "head, which says item 11,")]
    [InlineData("UPDATE heads SET crc = crc + 1 WHERE first = 11", "head")]
    [InlineData("UPDATE heads SET codec = x'00ff' WHERE first = 11", "head")]
    [InlineData("UPDATE heads SET codec_version = 9 WHERE first = 11", "head")]
    [InlineData("UPDATE heads SET bytes = 9 WHERE first = 11", "head")]
    [InlineData("UPDATE heads SET count = -7 WHERE first = 11", "head")]
    [InlineData("UPDATE heads SET body = 3 WHERE first = 11", "head")]
    [InlineData("UPDATE heads SET body = 1 WHERE first = 11", "head")]
    [InlineData("UPDATE heads SET body = 7 WHERE first = 11", "head")]
    [InlineData("UPDATE heads SET format = 9 WHERE first = 11", "it claims format 9")]
    [InlineData("UPDATE bodies SET crc = crc + 1 WHERE body = 2", "body")]
    [InlineData("UPDATE bodies SET format = 0 WHERE body = 2", "it claims format 0")]
    [InlineData("UPDATE settled SET crc = crc + 1 WHERE first = 11", "bits")]
    [InlineData("UPDATE settled SET format = 9 WHERE first = 11", "it claims format 9")]
    [InlineData("UPDATE bodies SET payload = replace(payload, '15', '16') WHERE body = 2", "body")]
    [InlineData("UPDATE bodies SET lengths = zeroblob(10) WHERE body = 2", "body")]
    [InlineData("UPDATE bodies SET headers = '{' WHERE body = 2", "body")]
    [InlineData("DELETE FROM bodies WHERE body = 2", "body is missing")]
    [InlineData("UPDATE settled SET bits = x'0E00000000000000' WHERE first = 11", "bits")]
    [InlineData("UPDATE settled SET bits = x'' WHERE first = 11", "bits")]
    public async Task A_damaged_row_is_moved_aside_and_the_rest_is_read(string harm, string told)
    {
        await MakeAsync();
        folder.Run(harm);
        var (store, opened) = await folder.OpenAsync();
        Assert.Equal(24, opened.Counts.Left - opened.Alone);

        var rows = await store.AllRowsAsync();
        Assert.Equal([1, told.Contains("head", StringComparison.Ordinal) ? 1 : 11, 21], rows.Select(row => row.First));
        Assert.Equal((8, null), (rows[1].Unsettled, rows[1].Items));
        Assert.Contains(told, rows[1].Damage, StringComparison.Ordinal);
        Assert.Equal(16, rows.Unsettled().Count());
        Assert.Empty(folder.Warnings);
        Assert.Equal([1, 21], (await store.AllRowsAsync()).Select(row => row.First));

        await store.CommitAsync(new StoreBatch { Settled = [new NumberRange(15, 1)], Counts = opened.Counts }, default);
        await store.CloseAsync(default);
        (store, opened) = await folder.OpenAsync();
        await store.CloseAsync(default);
        Assert.Equal((8, 18), (opened.Counts.Quarantined, opened.Counts.Left));
        Assert.Equal(1, folder.Read("SELECT count(*) FROM quarantined WHERE came_from = 'heads' AND place = 11 AND content LIKE 'count=%'"));
    }

    [Theory]
    [InlineData("UPDATE heads SET count = 2000000000 WHERE first = 21")]
    [InlineData("UPDATE heads SET first = 70000000000 WHERE first = 21")]
    public async Task Whoever_reads_on_behind_a_damaged_head_misses_nothing_that_is_written_since(string harm)
    {
        await MakeAsync();
        folder.Run(harm);
        var (store, _) = await folder.OpenAsync();
        var rows = await store.ReadRowsAsync(0, 1_000, 1 << 20, default);
        await store.CommitAsync(new StoreBatch { Accepted = [StoreItems.Accepted(31, 10)] }, default);

        var next = await store.ReadRowsAsync(rows[^1].First + rows[^1].Count - 1, 1_000, 1 << 20, default);
        await store.CloseAsync(default);
        Assert.Equal([31], next.Select(row => row.First));
    }

    [Fact]
    public async Task A_settlement_that_meets_a_damaged_head_is_not_lost_for_the_rows_behind_it()
    {
        await MakeAsync();
        folder.Run("UPDATE heads SET count = 2000 WHERE first = 11");
        var (store, opened) = await folder.OpenAsync();
        await store.CommitAsync(new StoreBatch { Settled = [new NumberRange(11, 20)], Counts = opened.Counts with { Acked = 18 } }, default);

        Assert.Equal([1], (await store.AllRowsAsync()).Where(row => row.Damage is null).Select(row => row.First));
        await store.CloseAsync(default);
    }

    [Fact]
    public async Task Rows_that_are_dropped_take_no_body_of_one_that_stays()
    {
        await MakeAsync();
        folder.Run("UPDATE heads SET body = 1 WHERE first = 11");
        var (store, _) = await folder.OpenAsync();
        await store.CommitAsync(new StoreBatch { DropsRowsAbove = 10 }, default);

        var row = Assert.Single(await store.AllRowsAsync());
        await store.CloseAsync(default);
        Assert.Equal((1, null), (row.First, row.Damage));
    }

    [Theory]
    [InlineData("UPDATE settled SET first = 12 WHERE first = 11")]
    [InlineData("UPDATE settled SET first = -11 WHERE first = 11")]
    public async Task Bits_that_belong_to_no_row_are_moved_aside_and_what_comes_back_counts_as_done_no_longer(string harm)
    {
        var (store, _) = await folder.OpenAsync();
        await store.CommitAsync(new StoreBatch { Accepted = [StoreItems.Accepted(1, 10)] }, default);
        await store.CommitAsync(new StoreBatch { Accepted = [StoreItems.Accepted(11, 10)] }, default);
        await store.CommitAsync(
            new StoreBatch { Settled = [new NumberRange(2, 1), new NumberRange(13, 3)], Counts = new StoreCounts(20, 20, 4, 0, 0, 0) }, default);
        await store.CloseAsync(default);
        folder.Run(harm);

        (store, var opened) = await folder.OpenAsync();
        Assert.Equal((1, 19), (opened.Counts.Acked, opened.Counts.Left));
        Assert.Equal(19, (await store.AllRowsAsync()).Unsettled().Count());
        await store.CloseAsync(default);
        Assert.Contains("of settled is damaged", Assert.Single(folder.Warnings), StringComparison.Ordinal);
        Assert.True(Assert.Single(StoreVerification.Run(folder.Path).Queues).Balances);
    }

    [Fact]
    public async Task A_settlement_in_a_row_whose_bits_are_damaged_is_counted_and_the_row_moved_aside_later()
    {
        await MakeAsync();
        folder.Run("UPDATE settled SET bits = x'0E00000000000000' WHERE first = 11");
        var (store, opened) = await folder.OpenAsync();
        await store.CommitAsync(new StoreBatch { Settled = [new NumberRange(20, 2)], Counts = opened.Counts with { Acked = opened.Counts.Acked + 2 } }, default);

        var rows = await store.AllRowsAsync();
        Assert.Equal(7, rows[1].Unsettled);
        Assert.NotNull(rows[1].Damage);
        await store.CloseAsync(default);
    }

    [Fact]
    public async Task A_body_whose_pages_are_broken_is_moved_aside_without_it()
    {
        var (store, _) = await folder.OpenAsync();
        await store.CommitAsync(new StoreBatch { Accepted = [StoreItems.Accepted(1, 600, bytes: 100)] }, default);
        await store.CommitAsync(
            new StoreBatch { Accepted = [StoreItems.Accepted(601, 5)], Counts = new StoreCounts(605, 605, 0, 0, 0, 0) }, default);
        await store.CloseAsync(default);
        var bytes = await File.ReadAllBytesAsync(folder.Path);
        var page = bytes.AsSpan().IndexOf("item 300"u8) / folder.Settings.PageBytes;
        bytes.AsSpan(page * folder.Settings.PageBytes, 4).Fill(0xFF);
        await File.WriteAllBytesAsync(folder.Path, bytes);

        (store, _) = await folder.OpenAsync();
        var rows = await store.AllRowsAsync();
        Assert.Equal((600, null), (rows[0].Unsettled, rows[0].Items));
        Assert.Equal(5, rows.Unsettled().Count());
        await store.CommitAsync(new StoreBatch { Settled = [new NumberRange(601, 5)] }, default);
        await store.CloseAsync(default);
    }

    [Theory]
    [InlineData("UPDATE scheduled SET attempts = 3 WHERE sequence = 3")]
    [InlineData("UPDATE scheduled SET payload = x'00' WHERE sequence = 3")]
    public async Task A_damaged_item_that_stands_alone_is_moved_aside_and_counted(string harm)
    {
        await MakeAsync();
        folder.Run(harm);
        var (store, _) = await folder.OpenAsync();
        Assert.Equal([4], (await store.ReadAloneAsync(0, 10, default)).Select(item => item.Sequence));
        await store.CloseAsync(default);
        (store, var opened) = await folder.OpenAsync();
        await store.CloseAsync(default);
        Assert.Equal((1, 1, 25), (opened.Counts.Quarantined, opened.Alone, opened.Counts.Left));
        Assert.Single(folder.Warnings);
    }

    [Theory]
    [InlineData("UPDATE dead_letters SET reason = 'x' WHERE number = 1")]
    [InlineData("UPDATE dead_letters SET attempts = '[{' WHERE number = 1")]
    [InlineData("UPDATE dead_letters SET payload = x'00', at = 7, cause = 'Bored' WHERE number = 1")]
    public async Task A_damaged_letter_is_listed_and_says_so(string harm)
    {
        await MakeAsync();
        folder.Run(harm);
        var (store, _) = await folder.OpenAsync();
        var letters = await store.ReadDeadLettersAsync(null, 0, 10, default);
        await store.CloseAsync(default);
        Assert.Contains("damaged", letters[0].Letter.Reason, StringComparison.Ordinal);
        Assert.Equal("bad", letters[1].Letter.Reason);
    }

    [Fact]
    public async Task A_damaged_put_id_is_forgotten_and_told()
    {
        await MakeAsync();
        folder.Run("UPDATE put_ids SET id = 'c' WHERE number = 1");
        var (store, _) = await folder.OpenAsync();
        Assert.Equal(["b"], (await store.ReadPutIdsAsync(default)).Select(put => put.Id));
        await store.CloseAsync(default);
        Assert.Single(folder.Warnings);
    }

    [Theory]
    [InlineData("UPDATE counters SET acked = 7")]
    [InlineData("DELETE FROM counters")]
    public async Task Damaged_counts_are_made_anew_and_no_delivery_gets_the_id_of_one_before(string harm)
    {
        await MakeAsync();
        var before = Assert.Single(StoreVerification.Run(folder.Path).Queues).Instance;
        folder.Run(harm);
        var (store, opened) = await folder.OpenAsync();
        Assert.Equal((26, 2), (opened.Counts.Left, opened.Counts.DeadLettered));
        Assert.True(opened.Counts.LastSequence > 1_000_000);
        Assert.NotEqual(before, opened.Identity.Instance);
        await store.CloseAsync(default);
        Assert.Single(folder.Warnings);
        Assert.Equal(opened.Identity.Instance, Assert.Single(StoreVerification.Run(folder.Path).Queues).Instance);
    }

    [Fact]
    public async Task Damaged_counts_stay_as_they_are_where_they_cannot_be_made_anew()
    {
        await MakeAsync();
        folder.Run("UPDATE counters SET acked = 7");
        folder.Run("CREATE TRIGGER stop BEFORE INSERT ON queues WHEN new.epoch = (SELECT max(epoch) FROM queues) BEGIN SELECT RAISE(ABORT, 'stop'); END");

        await Assert.ThrowsAsync<StoreException>(() => folder.OpenAsync());

        Assert.Contains(StoreVerification.Run(folder.Path).Damage, damage => damage.Table == "counters");
        Assert.Equal(0, folder.Read("SELECT count(*) FROM quarantined"));
    }

    [Theory]
    [InlineData("UPDATE checkpoints SET watermark = 9", "checkpoint of file is damaged")]
    [InlineData("UPDATE queues SET instance = 'x'", "the queue orders is damaged")]
    public async Task What_nobody_can_make_up_for_is_refused(string harm, string told)
    {
        await MakeAsync();
        folder.Run(harm);
        var refused = await Assert.ThrowsAsync<StoreException>(() => folder.OpenAsync());
        Assert.Contains(told, refused.Message, StringComparison.Ordinal);
        Assert.Null(StoreLock.TryTake(folder.Path) is { } free ? Free(free) : "still locked");
    }

    private static string? Free(StoreLock free)
    {
        free.Dispose();
        return null;
    }
}
