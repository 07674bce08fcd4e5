using AkkaPipeline.Queueing;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Queueing;

public sealed class GrantGuideTests
{
    [Fact]
    public void A_guided_grant_is_between_one_and_what_is_wanted_and_takes_half_a_share_or_the_floor() =>
        Gen.Select(Gen.Int[-5, 2_000], Gen.Long[0, 10_000_000], Gen.Long[1, 5_000_000], Gen.Int[0, 300]).Sample(
            (wanted, nanoseconds, ready, active) =>
            {
                var size = GrantGuide.Size(new WorkDemand(wanted, nanoseconds), ready, active);
                var half = ready / (2.0 * Math.Max(1, active));
                var floor = nanoseconds == 0 ? 1 : (double)GrantGuide.FloorNanoseconds / nanoseconds;
                Assert.InRange(size, 1, Math.Max(1, wanted));
                Assert.True(size <= Math.Max(1, Math.Max(half, floor)));
                Assert.True(size >= Math.Min(Math.Max(1, wanted), Math.Floor(Math.Max(half, floor))));
            });

    [Fact]
    public void A_direct_get_takes_what_it_asks_for() =>
        Assert.Equal(7, GrantGuide.Size(new WorkDemand(7, 0, WaitMode.ForItem), ready: 9, active: 100));
}
