using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests;

public sealed class RateTests
{
    [Fact]
    public void A_rate_is_kept_as_it_is_given()
    {
        Assert.Equal((100, TimeSpan.FromSeconds(1)), Parts(Rate.PerSecond(100)));
        Assert.Equal((90, TimeSpan.FromMinutes(1)), Parts(Rate.PerMinute(90)));
        Assert.Equal((1, TimeSpan.FromMilliseconds(400)), Parts(Rate.PerSecond(2.5)));
        Assert.Equal((1, TimeSpan.FromSeconds(3)), Parts(Rate.PerSecond(1 / 3.0)));
        Assert.Equal((3, TimeSpan.FromHours(7)), Parts(Rate.Of(3, TimeSpan.FromHours(7))));
        Assert.Equal(Rate.PerSecond(1_000_000_000), Rate.Of(1_000_000_000, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void A_rate_of_any_size_is_kept_to_a_millionth_of_a_millionth() =>
        Gen.OneOf(Gen.Double[1e-9, 1], Gen.Double[1, 1e9]).Sample(items =>
        {
            Assert.InRange(Rate.PerSecond(items).ItemsPerSecond / items, 1 - 1e-12, 1 + 1e-12);
            Assert.InRange(Rate.PerMinute(items).ItemsPerSecond * 60 / items, 1 - 1e-12, 1 + 1e-12);
        });

    [Fact]
    public void The_burst_is_what_comes_in_100_ms_unless_told_otherwise()
    {
        Assert.Equal(100, Rate.PerSecond(1_000).Burst);
        Assert.Equal(1, Rate.PerSecond(19).Burst);
        Assert.Equal(1, Rate.PerMinute(1).Burst);
        Assert.Equal(7, Rate.Of(1, TimeSpan.FromHours(1), burst: 7).Burst);
    }

    [Fact]
    public void It_says_what_it_is()
    {
        Assert.Equal("1,000 per s, burst 100", Rate.PerSecond(1_000).ToString());
        Assert.Equal("30 per min, burst 5", Rate.PerMinute(30, burst: 5).ToString());
        Assert.Equal("3 per 7 h, burst 1", Rate.Of(3, TimeSpan.FromHours(7)).ToString());
        Assert.Equal("1 per 400 ms, burst 1", Rate.PerSecond(2.5).ToString());
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        Assert.All([0, -1, double.NaN, double.PositiveInfinity, 1e-300, 1e10, double.MaxValue], items =>
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => Rate.PerSecond(items));
            Assert.Throws<ArgumentOutOfRangeException>(() => Rate.PerMinute(items * 60));
        });
        Assert.Throws<ArgumentOutOfRangeException>(() => Rate.Of(0, TimeSpan.FromSeconds(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Rate.Of(1, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => Rate.Of(1, Timeout.InfiniteTimeSpan));
        Assert.Throws<ArgumentOutOfRangeException>(() => Rate.Of(long.MaxValue, TimeSpan.FromSeconds(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Rate.PerSecond(1, burst: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Rate.PerSecond(1, burst: long.MaxValue));
    }

    private static (long Items, TimeSpan Per) Parts(Rate rate) => (rate.Items, rate.Per);
}
