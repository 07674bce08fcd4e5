using AkkaPipeline.Queueing;
using Xunit;

namespace AkkaPipeline.Tests.Queueing;

public sealed class PutIdWindowTests
{
    private static readonly TimeSpan Age = TimeSpan.FromDays(7);

    private readonly TwoClocks clock = new();

    [Fact]
    public void A_jump_of_the_wall_clock_forgets_nothing()
    {
        var window = new PutIdWindow(10, Age, clock);
        Assert.True(window.TryAdd("one", clock.GetTimestamp()));

        clock.Wall += 3 * Age;
        Assert.False(window.TryAdd("one", clock.GetTimestamp()));

        clock.Wall -= 9 * Age;
        clock.Run += Age + TimeSpan.FromSeconds(1);
        Assert.True(window.TryAdd("one", clock.GetTimestamp()));
    }

    [Fact]
    public void Ids_of_an_earlier_process_are_as_old_as_the_wall_clock_says()
    {
        var window = new PutIdWindow(10, Age, clock);
        window.Recall("too old", clock.Wall - Age - TimeSpan.FromSeconds(1));
        window.Recall("old", clock.Wall - Age + TimeSpan.FromHours(1));
        window.Recall("of tomorrow", clock.Wall + TimeSpan.FromDays(1));
        Assert.True(window.TryAdd("too old", clock.GetTimestamp()));
        Assert.False(window.TryAdd("old", clock.GetTimestamp()));

        clock.Run += TimeSpan.FromHours(2);
        Assert.True(window.TryAdd("old", clock.GetTimestamp()));
        Assert.False(window.TryAdd("of tomorrow", clock.GetTimestamp()));
    }

    [Fact]
    public void Only_the_latest_are_remembered()
    {
        var window = new PutIdWindow(2, Age, clock);
        Assert.All(["one", "two", "three"], id => Assert.True(window.TryAdd(id, clock.GetTimestamp())));

        Assert.False(window.TryAdd("two", clock.GetTimestamp()));
        Assert.True(window.TryAdd("one", clock.GetTimestamp()));
    }

    private sealed class TwoClocks : TimeProvider
    {
        public DateTimeOffset Wall { get; set; } = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

        public TimeSpan Run { get; set; } = TimeSpan.FromHours(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Wall;

        public override long GetTimestamp() => Run.Ticks;
    }
}
