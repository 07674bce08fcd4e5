using Xunit;

namespace AkkaPipeline.Tests.Semantics;

public sealed class OrderSemanticsTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task S10_First_in_first_out()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 5_000));

        Assert.Equal(Enumerable.Range(0, 5_000), await running.Queue.TakeAllAsync());
    }

    [Fact]
    public async Task S10_Last_in_first_out()
    {
        await using var running = await engine.QueueAsync(order: ItemOrder.LastInFirstOut<int>());
        await running.Queue.PutAllAsync(Enumerable.Range(0, 3_000));
        Assert.Equal(2_999, await running.Queue.TakeAsync());
        await running.Queue.PutAsync(5_000).Soon();

        Assert.Equal(Enumerable.Range(0, 2_999).Append(5_000).Reverse(), await running.Queue.TakeAllAsync());
    }

    [Fact]
    public async Task S10_The_lowest_priority_first_and_ties_by_arrival()
    {
        await using var running = await engine.QueueAsync(order: ItemOrder.LowestFirst<int>(item => item % 10));
        var random = new Random(42);
        var items = Enumerable.Range(0, 3_000).ToArray();
        random.Shuffle(items);
        await running.Queue.PutAllAsync(items);

        Assert.Equal(items.OrderBy(item => item % 10), await running.Queue.TakeAllAsync());
    }

    [Fact]
    public async Task S10_An_urgent_item_overtakes_those_that_came_before_it()
    {
        await using var running = await engine.QueueAsync(order: ItemOrder.LowestFirst<int>(item => item));
        await running.Queue.PutAllAsync(5, 4);
        Assert.Equal(4, await running.Queue.TakeAsync());

        await running.Queue.PutAllAsync(7, -3, 6);

        Assert.Equal([-3, 5, 6, 7], await running.Queue.TakeAllAsync());
    }

    [Theory]
    [InlineData("first in, first out")]
    [InlineData("last in, first out")]
    [InlineData("priority")]
    public async Task S10_An_item_handed_back_takes_its_place_again(string order)
    {
        await using var running = await engine.QueueAsync(order: order switch
        {
            "first in, first out" => ItemOrder.FirstInFirstOut<int>(),
            "last in, first out" => ItemOrder.LastInFirstOut<int>(),
            _ => ItemOrder.LowestFirst<int>(item => -item),
        });
        await running.Queue.PutAllAsync(1, 2, 3);
        var first = await running.Queue.GetAsync().Soon();
        using var second = await running.Queue.GetAsync().Soon();

        first.Dispose();

        using var again = await running.Queue.GetAsync().Soon();
        Assert.Equal(first.Item, again.Item);
        Assert.Equal(2, second.Item);
    }

    [Fact]
    public async Task S10_A_priority_that_throws_fails_its_put_and_nothing_else()
    {
        await using var running = await engine.QueueAsync(
            order: ItemOrder.LowestFirst<int>(item => item == 2 ? throw new InvalidDataException("no priority") : item));
        await running.Queue.PutAsync(3).Soon();

        await Assert.ThrowsAsync<InvalidDataException>(() => running.Queue.PutAsync(2).Soon());
        await Assert.ThrowsAsync<InvalidDataException>(() => running.Queue.TryPutAsync(2).Soon());

        await running.Queue.PutAsync(1).Soon();
        Assert.Equal([1, 3], await running.Queue.TakeAllAsync());
    }
}
