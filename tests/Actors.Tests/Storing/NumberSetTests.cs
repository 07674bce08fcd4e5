using AkkaPipeline.Storing;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Storing;

public sealed class NumberSetTests
{
    private static readonly Gen<NumberRange[]> Ranges =
        Gen.Select(Gen.Long[0, 60], Gen.Long[0, 9], (first, count) => new NumberRange(first, count)).Array[0, 12];

    [Fact]
    public void It_holds_what_its_ranges_hold() => Ranges.Sample(ranges =>
    {
        var set = NumberSet.Of(ranges);
        var expected = Numbers(ranges);

        Assert.Equal(expected, Numbers(set.Ranges));
        Assert.Equal(expected.Count, set.Count);
        Assert.All(set.Ranges.Zip(set.Ranges.Skip(1)), pair => Assert.True(pair.First.End < pair.Second.First));
        Assert.Equal(Enumerable.Range(0, 99).First(number => !expected.Contains(number)), set.Watermark);
    });

    [Fact]
    public void Sets_are_joined_and_parted_as_sets_are() => Gen.Select(Ranges, Ranges).Sample((one, other) =>
    {
        var (first, second) = (NumberSet.Of(one), NumberSet.Of(other));

        Assert.Equal(Numbers(one).Union(Numbers(other)).Order(), Numbers(first.Union(second).Ranges).Order());
        Assert.Equal(Numbers(one).Except(Numbers(other)).Order(), Numbers(first.Except(second).Ranges).Order());
    });

    [Fact]
    public void A_range_is_in_it_as_a_whole_in_part_or_not_at_all() =>
        Gen.Select(Ranges, Gen.Long[0, 70], Gen.Long[1, 9]).Sample((ranges, first, count) =>
        {
            var set = NumberSet.Of(ranges);
            var range = new NumberRange(first, count);
            var inside = Numbers([range]).Intersect(Numbers(ranges)).Order().ToList();

            Assert.Equal(inside, Numbers(set.PartsWithin(range)).Order());
            Assert.Equal(Numbers([range]).Except(inside).Order(), Numbers(set.PartsOutside(range)).Order());
            Assert.Equal((inside.Count == count, inside.Count > 0), (set.Covers(range), set.Meets(range)));
        });

    private static HashSet<long> Numbers(IEnumerable<NumberRange> ranges) =>
        [.. ranges.SelectMany(range => Enumerable.Range((int)range.First, (int)range.Count).Select(number => (long)number))];
}
