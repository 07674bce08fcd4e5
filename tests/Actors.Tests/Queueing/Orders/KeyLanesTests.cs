using AkkaPipeline.Queueing;
using AkkaPipeline.Queueing.Orders;
using Xunit;

namespace AkkaPipeline.Tests.Queueing.Orders;

public sealed class KeyLanesTests
{
    [Fact]
    public void An_open_key_behind_a_parked_one_keeps_its_place()
    {
        var lanes = new KeyLanes(new KeyOrderSettings { OnFailure = KeyFailure.Park }, TimeProvider.System);
        lanes.Add(Run("a", "a", "b"));
        lanes.Left(lanes.Take(1).At(0), deadLettered: true);

        var parked = lanes.Take(10);
        Assert.Equal((true, 1, 2L), (parked.Parked, parked.Count, parked.SequenceAt(0)));

        var open = lanes.Take(10);
        Assert.Equal((false, 1, 3L), (open.Parked, open.Count, open.SequenceAt(0)));
    }

    [Fact]
    public void Whoever_works_side_by_side_gets_one_item_of_each_key()
    {
        var lanes = new KeyLanes(new KeyOrderSettings(), TimeProvider.System);
        lanes.Add(Run("a", "a", "b", "b"));

        var items = lanes.TakeOneOfEachKey(10);

        Assert.Equal([1, 3], Enumerable.Range(0, items.Count).Select(items.SequenceAt));
        Assert.Equal(0, lanes.Ready);
    }

    private static ItemRun Run(params string[] keys) => new(PlainChunk.Accepted(keys.Length, 1, keys: keys), 0, keys.Length);
}
