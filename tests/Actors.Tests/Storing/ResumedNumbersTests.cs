using AkkaPipeline.Storing;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Storing;

public sealed class ResumedNumbersTests
{
    [Fact]
    public void What_is_left_keeps_its_number_and_what_is_settled_is_skipped() =>
        Gen.Select(Gen.Int[0, 9], Gen.Select(Gen.Long[0, 40], Gen.Long[1, 5], (first, count) => new NumberRange(first, count)).Array[0, 6], Gen.Int[0, 20], Gen.Int[1, 20])
            .Sample((first, ranges, index, count) =>
            {
                var settled = NumberSet.Of(ranges.Append(new NumberRange(0, first)));
                var resumed = new ResumedNumbers(first, settled);
                var yielded = Enumerable.Range(0, 100).ToArray();
                long[] left = [.. yielded.Where(place => !resumed.IsSkipped(place)).Select(place => (long)(first + place))];

                Assert.All(left, number => Assert.False(settled.Contains(number)));
                Assert.Equal(yielded.Length - left.Length, yielded.Count(place => settled.Contains(first + place)));
                Assert.Equal(
                    left.Skip(index).Take(count),
                    resumed.NumbersOf(index, count).SelectMany(range => Enumerable.Range((int)range.First, (int)range.Count).Select(number => (long)number)));
            });

    [Fact]
    public void Without_a_checkpoint_nothing_is_skipped_and_the_source_is_not_asked()
    {
        var source = new Source();
        var (numbers, ledger) = ResumedNumbers.Resume(source, null);

        Assert.False(numbers.IsSkipped(0));
        Assert.Equal([new NumberRange(3, 2)], numbers.NumbersOf(3, 2));
        Assert.Equal(0, ledger.Taken.Count);
        Assert.Null(source.Resumed);
    }

    [Fact]
    public void A_source_goes_on_at_the_watermark()
    {
        var source = new Source();
        var (numbers, ledger) = ResumedNumbers.Resume(source, Checkpoint);

        Assert.Equal(("there", 4), source.Resumed);
        Assert.Equal([new NumberRange(4, 2), new NumberRange(8, 1)], numbers.NumbersOf(0, 3));
        Assert.Equal(6, ledger.Taken.Count);
    }

    [Fact]
    public void A_source_that_leaves_out_what_is_done_counts_on_from_there()
    {
        var source = new Selective();
        var (numbers, ledger) = ResumedNumbers.Resume(source, Checkpoint);

        Assert.Equal([new NumberRange(6, 3)], numbers.NumbersOf(0, 3));
        Assert.Equal((6, 6), (ledger.Taken.Count, ledger.Taken.Watermark));
        Assert.Equal(20, ledger.LengthOf("out"));
    }

    private static StoredCheckpoint Checkpoint => new("in", 4, [new(6, 2)], "there", new Dictionary<string, long> { ["out"] = 20 });

    private class Source : IReplayableSource
    {
        public (string, long)? Resumed { get; private set; }

        public string PositionAt(long number) => "";

        public void ResumeAt(string position, long number) => Resumed = (position, number);

        public void Forget(long below)
        {
        }
    }

    private sealed class Selective : Source, ISelectiveSource
    {
        public long ResumeWithout(string position, NumberSet settled) => settled.Count;
    }
}
