using AkkaPipeline.Sinking;
using Xunit;

namespace AkkaPipeline.Tests.Sinking;

public sealed class BatchOptionsTests
{
    [Fact]
    public void Without_a_size_a_time_or_a_key_batches_do_not_wait()
    {
        Assert.False(Of(null).Gathers);
        Assert.False(Of(new()).Gathers);
        Assert.False(Of(new() { Breaker = new(), SizeOf = _ => 1 }).Gathers);
    }

    [Fact]
    public void With_a_size_or_a_key_they_wait_a_second_unless_said_otherwise()
    {
        var second = TimeSpan.FromSeconds(1);
        Assert.Equal(second, Of(new() { ItemsMax = 5 }).TimeMax);
        Assert.Equal(second, Of(new() { BytesMax = 5, SizeOf = _ => 1 }).TimeMax);
        Assert.Equal(second, Of(new() { KeyOf = _ => "a" }).TimeMax);
        Assert.Equal(TimeSpan.FromMinutes(2), Of(new() { TimeMax = TimeSpan.FromMinutes(2) }).TimeMax);
    }

    [Fact]
    public void There_is_room_for_twice_a_batch()
    {
        Assert.Equal((32_768, 16L * 1024 * 1024), (Of(null).RoomOutputs, Of(null).RoomBytes));
        Assert.Equal(200_000, Of(new() { ItemsMax = 100_000 }).RoomOutputs);
        Assert.Equal(200_000_000, Of(new() { BytesMax = 100_000_000, SizeOf = _ => 1 }).RoomBytes);
    }

    [Fact]
    public void What_makes_no_sense_is_refused_with_what_is_allowed()
    {
        Assert.Contains("at least 1 output", Refused(new BatchOptions<int> { ItemsMax = 0 }));
        Assert.Contains("at most 1,000,000", Refused(new BatchOptions<int> { ItemsMax = 1_000_001 }));
        Assert.Contains("at least 1 byte", Refused(new BatchOptions<int> { BytesMax = 0, SizeOf = _ => 1 }));
        Assert.Contains("at most a day", Refused(new BatchOptions<int> { TimeMax = TimeSpan.FromDays(2) }));
        Assert.Contains("more than no time", Refused(new BatchOptions<int> { TimeMax = TimeSpan.Zero }));
        Assert.Contains("give SizeOf too", Refused(new BatchOptions<int> { BytesMax = 5 }));
    }

    [Fact]
    public void A_breaker_that_makes_no_sense_is_refused_with_what_is_allowed()
    {
        Assert.Contains("above 0 and at most 1", Refused(new BreakerOptions { FailureRatio = 0 }));
        Assert.Contains("above 0 and at most 1", Refused(new BreakerOptions { FailureRatio = double.NaN }));
        Assert.Contains("At least 2 writes", Refused(new BreakerOptions { MinimumThroughput = 1 }));
        Assert.Contains("at least half a second", Refused(new BreakerOptions { SamplingDuration = TimeSpan.Zero }));
        Assert.Contains("at most a day", Refused(new BreakerOptions { BreakDuration = TimeSpan.FromDays(2) }));
        SinkBreaker.Validate(new BreakerOptions());
    }

    private static BatchBounds Of(BatchOptions<int>? options) => BatchBounds.Of(options, sizesAreKnown: options?.SizeOf is not null);

    private static string Refused(BatchOptions<int> options) => Assert.ThrowsAny<ArgumentException>(() => Of(options)).Message;

    private static string Refused(BreakerOptions options) =>
        Assert.ThrowsAny<ArgumentException>(() => SinkBreaker.Validate(options)).Message;
}
