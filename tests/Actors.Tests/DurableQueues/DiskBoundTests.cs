using System.Collections.Concurrent;
using Xunit;

namespace AkkaPipeline.Tests.DurableQueues;

public sealed class DiskBoundTests : DurableQueue
{
    private const int ItemBytes = 1_000;
    private const int MoreThanFit = 8_000;

    private static readonly DurableOptions Bounded = new() { DiskBytesMax = 4 << 20, WindowItems = 256 };

    [Fact]
    public async Task At_the_bound_puts_wait_until_what_settles_has_made_room()
    {
        await using var running = await On<byte[]>(Bounded).Capacity(0).StartAsync().Soon();
        var puts = Enumerable.Range(0, MoreThanFit).Select(item => running.Queue.PutAsync(Item(item)).AsTask()).ToArray();
        await UntilPutsWaitAsync(running);
        Assert.Contains("bound of 4194304 bytes", (await running.StatusAsync().Soon()).PutsWait, StringComparison.Ordinal);
        Assert.Contains(puts, put => put.IsCompletedSuccessfully);
        Assert.Contains(puts, put => !put.IsCompleted);

        for (var expected = 0; expected < MoreThanFit; expected++)
        {
            using var delivery = await running.Queue.GetAsync().Soon();
            Assert.Equal(expected, BitConverter.ToInt32(delivery.Item));
            _ = delivery.AckAsync();
        }

        await Task.WhenAll(puts).Soon();
        await running.Queue.JoinAsync().Soon();
        Assert.Null((await running.StatusAsync().Soon()).PutsWait);
        Assert.InRange(new FileInfo(StorePath).Length, 1, 4 << 20);
    }

    [Fact]
    public async Task At_the_bound_a_source_waits_and_all_of_it_is_worked_off()
    {
        var seen = new ConcurrentDictionary<int, int>();
        await using var running = await On<byte[]>(Bounded)
            .Capacity(0)
            .From(Enumerable.Range(0, MoreThanFit).Select(Item))
            .Consume(2, (delivery, _) =>
            {
                seen.AddOrUpdate(BitConverter.ToInt32(delivery.Item), 1, (_, times) => times + 1);
                return default;
            })
            .StartAsync().Soon();
        await running.PauseAsync("the store is to fill").Soon();
        await UntilPutsWaitAsync(running);
        await running.ResumeAsync().Soon();

        var settlement = await running.CompleteAsync().Soon();

        Assert.Equal((MoreThanFit, MoreThanFit), (settlement.Accepted, settlement.Acked));
        Assert.Equal(MoreThanFit, seen.Count);
        Assert.All(seen.Values, times => Assert.Equal(1, times));
    }

    [Fact]
    public async Task What_waits_at_the_bound_is_worked_off_after_a_restart()
    {
        await using (var first = await On<byte[]>(Bounded).Capacity(0).StartAsync().Soon())
        {
            for (var item = 0; item < MoreThanFit; item++)
            {
                _ = first.Queue.PutAsync(Item(item)).AsTask();
            }

            await UntilPutsWaitAsync(first);
            await first.DrainAsync(TimeSpan.FromSeconds(30)).AsTask().Soon();
        }

        await using var second = await On<byte[]>(Bounded).Consume(2, (_, _) => default).StartAsync().Soon();
        await second.Queue.PutAsync(Item(-1)).Soon();
        var settlement = await second.Queue.JoinAsync().Soon();
        Assert.Equal(settlement.Accepted, settlement.Acked);
        Assert.InRange(settlement.Accepted, 1_000, MoreThanFit);
    }

    [Fact]
    public async Task Puts_fail_at_the_bound_where_they_are_to()
    {
        await using var running = await On<byte[]>(Bounded with { PutsFailAtDiskBytesMax = true }).Capacity(0).StartAsync().Soon();
        var puts = Enumerable.Range(0, MoreThanFit).Select(item => running.Queue.PutAsync(Item(item)).AsTask()).ToArray();
        await Assert.ThrowsAsync<StoreFullException>(() => Task.WhenAll(puts).Soon());
        Assert.Null((await running.StatusAsync().Soon()).PutsWait);
    }

    [Fact]
    public async Task An_item_that_no_room_could_be_made_for_is_refused()
    {
        await using var running = await On<byte[]>(Bounded).StartAsync().Soon();
        await Assert.ThrowsAsync<ItemTooLargeException>(() => running.Queue.PutAsync(new byte[(1 << 20) + 1]).AsTask().Soon());
        await running.Queue.PutAsync(new byte[1 << 20]).Soon();
    }

    [Fact]
    public void A_bound_in_which_no_store_fits_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DurableOptions { DiskBytesMax = 65_536 });

    [Fact]
    public async Task A_store_full_of_dead_letters_is_told_as_a_stall()
    {
        await using var running = await On<byte[]>(Bounded)
            .Capacity(0)
            .From(Enumerable.Range(0, MoreThanFit).Select(Item))
            .Consume(2, (_, _) => throw new IOException("down"))
            .StartAsync().Soon();

        var settlement = await running.CompleteAsync().Soon();

        Assert.Equal(PipelineOutcome.Stalled, settlement.Outcome);
        Assert.Contains("requeue or drop dead letters", Assert.Single(settlement.Reasons), StringComparison.Ordinal);
    }

    private static byte[] Item(int number)
    {
        var item = new byte[ItemBytes];
        BitConverter.TryWriteBytes(item, number);
        return item;
    }

    private static async Task UntilPutsWaitAsync(RunningPipeline<byte[]> running)
    {
        while ((await running.StatusAsync().Soon()).PutsWait is null)
        {
            await Task.Yield();
        }
    }
}
