using AkkaPipeline.Queueing;
using AkkaPipeline.Queueing.Orders;
using Xunit;

namespace AkkaPipeline.Tests.Queueing.Orders;

/// <summary>Items that come to the first-in-first-out order after their turn.</summary>
public sealed class LateItemTests
{
    private readonly FirstInFirstOut order = new();

    [Fact]
    public void A_requeued_item_comes_back_before_what_followed_it_in_its_chunk()
    {
        var chunk = PlainChunk.Accepted(10, 1);
        order.Add(new ItemRun(chunk, 0, 10));
        order.Take(6);

        order.Add(Alone(3));

        Assert.Equal(3, order.Take(1).SequenceAt(0));
        Assert.Equal(7, order.Take(1).SequenceAt(0));
    }

    [Fact]
    public void An_item_that_was_put_for_later_and_is_due_does_not_overtake_older_ones()
    {
        order.Add(new ItemRun(PlainChunk.Accepted(2, 1), 0, 2));
        order.Add(new ItemRun(PlainChunk.Accepted(2, 4), 0, 2));

        order.Add(Alone(3));

        Assert.Equal([1, 2, 3, 4, 5], Enumerable.Range(0, 5).Select(_ => order.Take(1).SequenceAt(0)));
    }

    private static ItemRun Alone(long sequence) => new(PlainChunk.Accepted(1, sequence), 0, 1);
}
