using AkkaPipeline.Producing;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Producing;

public sealed class SettledIntervalsTests
{
    [Fact]
    public void The_watermark_is_the_lowest_number_not_settled() =>
        Gen.Select(Gen.Int[1, 9].List[1, 40], Gen.Int).Sample((lengths, seed) =>
        {
            var firsts = lengths.Select((length, index) => (First: lengths.Take(index).Sum(), length)).ToArray();
            new Random(seed).Shuffle(firsts);
            var intervals = new SettledIntervals();
            var settled = new HashSet<long>();
            foreach (var (first, length) in firsts)
            {
                intervals.Add(first, length);
                settled.UnionWith(Enumerable.Range(first, length).Select(number => (long)number));
                var expected = 0L;
                while (settled.Contains(expected))
                {
                    expected++;
                }

                Assert.Equal(expected, intervals.Watermark);
            }
        });
}
