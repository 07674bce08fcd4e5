using AkkaPipeline.Consuming;
using AkkaPipeline.Queueing;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Consuming;

public sealed class ServiceTimesTests
{
    [Fact]
    public void It_tells_the_ninth_tenth_of_the_last_32_measurements() =>
        Gen.Select(Gen.Long[1, 10_000_000], Gen.Int[1, 64]).List[1, 100].Sample(measured =>
        {
            var times = new ServiceTimes();
            foreach (var (nanoseconds, items) in measured)
            {
                times.Add(nanoseconds, items);
            }

            times.Update();
            var recent = measured.TakeLast(32).Select(one => (float)one.Item1 / one.Item2).Order().ToArray();
            Assert.Equal(Math.Max(1, (long)recent[(int)((recent.Length - 1) * 0.9)]), times.NanosecondsPerItem);
            Assert.InRange(times.Wanted, 1, Chunk.ItemsMax);
            Assert.True(times.Wanted == 1 || times.Wanted * times.NanosecondsPerItem <= ServiceTimes.WantedNanoseconds);
        });

    [Fact]
    public void Without_a_measurement_one_item_is_wanted()
    {
        var times = new ServiceTimes();
        times.Update();
        Assert.Equal((0, 1), (times.NanosecondsPerItem, times.Wanted));
    }
}
