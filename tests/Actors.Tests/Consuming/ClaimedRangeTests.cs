using AkkaPipeline.Consuming;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Consuming;

public sealed class ClaimedRangeTests
{
    [Fact]
    public void Claims_come_off_the_front_and_take_backs_off_the_end() =>
        Gen.Select(Gen.Int[0, 300], Gen.Select(Gen.Bool, Gen.Int[0, 40]).List[0, 60]).Sample((count, steps) =>
        {
            var range = new ClaimedRange(count);
            var (next, end) = (0, count);
            foreach (var (claims, size) in steps)
            {
                if (claims)
                {
                    Assert.Equal((next, next + Math.Min(size, end - next)), range.Claim(size));
                    next += Math.Min(size, end - next);
                }
                else
                {
                    var taken = Math.Min(size, end - next);
                    Assert.Equal((end - taken, end), range.TakeBack(_ => size));
                    end -= taken;
                }

                Assert.Equal((end - next, next > 0), (range.Unclaimed, range.Started));
            }
        });

    [Fact]
    public void What_was_claimed_and_not_started_can_be_let_go_and_is_claimed_or_taken_back_later()
    {
        var range = new ClaimedRange(100);
        Assert.Equal((0, 16), range.Claim(16));

        range.Unclaim(1);

        Assert.Equal(99, range.Unclaimed);
        Assert.Equal((50, 100), range.TakeBack(static unclaimed => (unclaimed + 1) / 2));
        Assert.Equal((1, 50), range.Claim(64));
        Assert.Equal(0, range.Unclaimed);
    }

    /// <summary>Two real threads on one word: whatever they interleave, an item is claimed or given back, never both.</summary>
    [Fact]
    public async Task A_runner_and_a_take_back_at_once_share_every_item_out_once()
    {
        for (var round = 0; round < 300; round++)
        {
            var shared = new Shared(500);
            using var together = new Barrier(2);
            var claiming = Task.Run(() => Gather(together, () => shared.Range.Claim(3)));
            var taking = Task.Run(() => Gather(together, () => shared.Range.TakeBack(static unclaimed => (unclaimed + 1) / 2)));
            var indexes = (await claiming).Concat(await taking);
            Assert.Equal(Enumerable.Range(0, 500), indexes.Order());
        }
    }

    private static List<int> Gather(Barrier together, Func<(int From, int To)> next)
    {
        var indexes = new List<int>();
        together.SignalAndWait();
        while (next() is var (from, to) && to > from)
        {
            indexes.AddRange(Enumerable.Range(from, to - from));
        }

        return indexes;
    }

    private sealed class Shared(int count)
    {
        private ClaimedRange range = new(count);

        public ref ClaimedRange Range => ref range;
    }
}
