using System.Collections.Concurrent;
using Xunit;

namespace AkkaPipeline.Tests.DurableQueues;

public sealed class HandoverTests : DurableQueue
{
    private readonly ConcurrentQueue<string> shipped = new();

    [Fact]
    public async Task The_outputs_of_the_first_are_the_items_of_the_second()
    {
        var parcels = new Handover<string>("parcels");
        await using var shipping = await Shipping(parcels).StartAsync().Soon();
        await using var orders = await Orders(parcels).StartAsync().Soon();
        for (var order = 0; order < 1_000; order++)
        {
            await orders.Queue.PutAsync(order).Soon();
        }

        var first = await orders.CompleteAsync().AsTask().Soon();
        var second = await shipping.CompleteAsync().AsTask().Soon();

        Assert.Equal((1_000, 2_000), (first.Acked, second.Acked));
        Assert.Equal(Enumerable.Range(0, 1_000).SelectMany(ParcelsOf).Order(), shipped.Order());
    }

    [Fact]
    public async Task What_the_second_has_not_taken_is_there_at_the_next_start()
    {
        var parcels = new Handover<string>("parcels");
        await using (var orders = await Orders(parcels).StartAsync().Soon())
        {
            await orders.Queue.PutAsync(1).Soon();
            await orders.Queue.PutAsync(2).Soon();
            await orders.CompleteAsync().AsTask().Soon();
        }

        await using var shipping = await Shipping(new Handover<string>("parcels")).StartAsync().Soon();
        await shipping.Queue.JoinAsync().Soon();

        Assert.Equal(ParcelsOf(1).Concat(ParcelsOf(2)).Order(), shipped.Order());
        Assert.Equal(4, (await shipping.Queue.CountsAsync().Soon()).Accepted);
    }

    [Fact]
    public async Task What_comes_after_a_start_is_not_mistaken_for_what_was_left_before_it()
    {
        for (var run = 0; run < 3; run++)
        {
            // The second starts first, and takes what the first has left; what the first hands over then is new.
            var parcels = new Handover<string>("parcels");
            if (run > 0)
            {
                await using var shipping = await Shipping(parcels).StartAsync().Soon();
                await using var orders = await Orders(parcels).StartAsync().Soon();
                await orders.Queue.PutAsync((10 * run) + 1).Soon();
                await orders.CompleteAsync().AsTask().Soon();
                await shipping.CompleteAsync().AsTask().Soon();
            }

            await using var alone = await Orders(new Handover<string>("parcels")).StartAsync().Soon();
            await alone.Queue.PutAsync(10 * run).Soon();
            await alone.CompleteAsync().AsTask().Soon();
        }

        Assert.Equal(new[] { 0, 10, 11, 21 }.SelectMany(ParcelsOf).Order(), shipped.Order());
    }

    [Fact]
    public async Task Of_an_attempt_that_has_failed_nothing_is_handed_over()
    {
        var parcels = new Handover<string>("parcels");
        await using var shipping = await Shipping(parcels).StartAsync().Soon();
        await using var orders = await Kept<int>("orders")
            .Retry(3, RetryBackoff.None)
            .Consume<string>(consumers: 2, (delivery, outputs, _) =>
            {
                outputs.Emit($"{delivery.Item}/{delivery.Attempt}");
                return delivery.Attempt < 3 || delivery.Item == 7 ? throw new IOException("not yet") : ValueTask.CompletedTask;
            })
            .To(parcels)
            .StartAsync().Soon();
        for (var order = 0; order < 10; order++)
        {
            await orders.Queue.PutAsync(order).Soon();
        }

        var first = await orders.CompleteAsync().AsTask().Soon();
        await shipping.CompleteAsync().AsTask().Soon();

        Assert.Equal((9, 1), (first.Acked, first.DeadLettered));
        Assert.Equal(Enumerable.Range(0, 10).Where(order => order != 7).Select(order => $"{order}/3").Order(), shipped.Order());
    }

    [Fact]
    public async Task An_item_without_outputs_is_done_as_any()
    {
        var parcels = new Handover<string>("parcels");
        await using var shipping = await Shipping(parcels).StartAsync().Soon();
        await using var orders = await Kept<int>("orders")
            .Consume<string>(consumers: 1, (_, _, _) => ValueTask.CompletedTask)
            .To(parcels)
            .StartAsync().Soon();
        await orders.Queue.PutAsync(1).Soon();

        Assert.Equal(1, (await orders.CompleteAsync().AsTask().Soon()).Acked);
        Assert.Equal(0, (await shipping.CompleteAsync().AsTask().Soon()).Accepted);
    }

    [Fact]
    public async Task An_output_that_is_too_large_fails_its_item()
    {
        var parcels = new Handover<string>("parcels", itemBytesMax: 4);
        await using var orders = await Orders(parcels).StartAsync().Soon();
        await orders.Queue.PutAsync(1).Soon();
        await orders.Queue.PutAsync(12_345).Soon();

        var settlement = await orders.CompleteAsync().AsTask().Soon();

        Assert.Equal((1, 1), (settlement.Acked, settlement.DeadLettered));
    }

    [Fact]
    public async Task The_first_waits_while_the_second_has_too_much_to_take()
    {
        var parcels = new Handover<string>("parcels");
        await using var orders = await Kept<int>("orders")
            .Consume<string>(consumers: 1, (_, outputs, _) =>
            {
                for (var parcel = 0; parcel < 1_000; parcel++)
                {
                    outputs.Emit("parcel");
                }

                return ValueTask.CompletedTask;
            })
            .To(parcels)
            .StartAsync().Soon();
        for (var order = 0; order < 100; order++)
        {
            await orders.Queue.PutAsync(order).Soon();
        }

        await using var shipping = await Kept<string>("shipping").From(parcels).Consume(4, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();
        await orders.CompleteAsync().AsTask().Soon();

        Assert.Equal(100_000, (await shipping.CompleteAsync().AsTask().Soon()).Acked);
    }

    [Fact]
    public async Task Both_have_to_be_kept_in_the_same_file()
    {
        var memory = new Handover<string>("parcels");
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(
            () => InMemory<string>("shipping").From(memory).Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync());
        Assert.Contains("is not Durable", thrown.Message, StringComparison.Ordinal);

        var parcels = new Handover<string>("parcels");
        await using var orders = await Orders(parcels).StartAsync().Soon();
        thrown = await Assert.ThrowsAsync<InvalidOperationException>(
            () => InMemory<string>("shipping").Durable(StorePath + ".other").From(parcels)
                .Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync());
        Assert.Contains("the other in", thrown.Message, StringComparison.Ordinal);

        thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => Kept<int>("more orders")
            .Consume<string>(1, (_, _, _) => ValueTask.CompletedTask).To(parcels).StartAsync());
        Assert.Contains("used by a pipeline already", thrown.Message, StringComparison.Ordinal);
    }

    private PipelineBuilder<int> Orders(Handover<string> parcels) => Kept<int>("orders")
        .Consume<string>(consumers: 3, (delivery, outputs, _) =>
        {
            foreach (var parcel in ParcelsOf(delivery.Item))
            {
                outputs.Emit(parcel);
            }

            return ValueTask.CompletedTask;
        })
        .To(parcels);

    private PipelineBuilder<string> Shipping(Handover<string> parcels) => Kept<string>("shipping")
        .From(parcels)
        .Consume(consumers: 3, (delivery, _) =>
        {
            shipped.Enqueue(delivery.Item);
            return ValueTask.CompletedTask;
        });

    private static string[] ParcelsOf(int order) => [$"{order}a", $"{order}b"];
}
