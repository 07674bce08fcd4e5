using Akka.Actor;
using AkkaPipeline.Timing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Timing;

public sealed class ActorTimersTests : IClassFixture<EngineSystem>, IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider clock = new();
    private readonly Inbox mailbox;
    private readonly ActorTimers timers;

    public ActorTimersTests(EngineSystem engine)
    {
        mailbox = Inbox.Create(engine.System);
        timers = new ActorTimers(clock, mailbox.Receiver);
    }

    public void Dispose() => timers.Dispose();

    [Fact]
    public async Task A_timer_is_due_once_and_not_before_its_time()
    {
        timers.StartSingle("key", "due", Second);
        clock.Advance(Second - TimeSpan.FromTicks(1));
        await NothingIsDueAsync();
        Assert.True(timers.IsActive("key"));

        clock.Advance(TimeSpan.FromTicks(1));

        Assert.Equal("due", await TakeAsync());
        Assert.False(timers.IsActive("key"));
        clock.Advance(10 * Second);
        await NothingIsDueAsync();
    }

    [Fact]
    public async Task The_message_of_a_cancelled_timer_is_not_acted_on_even_if_it_waits_in_the_mailbox()
    {
        timers.StartSingle("key", "due", Second);
        clock.Advance(Second);

        timers.Cancel("key");

        Assert.Null(await TakeAsync());
        Assert.False(timers.IsActive("key"));
    }

    [Fact]
    public async Task The_message_of_a_timer_started_anew_is_not_acted_on_but_that_of_its_successor_is()
    {
        timers.StartSingle("key", "first", Second);
        clock.Advance(Second);

        timers.StartSingle("key", "second", Second);

        Assert.Null(await TakeAsync());
        Assert.True(timers.IsActive("key"));
        clock.Advance(Second);
        Assert.Equal("second", await TakeAsync());
    }

    [Fact]
    public async Task A_timer_is_cancelled_before_it_is_due()
    {
        timers.StartSingle("one", "one", Second);
        timers.StartPeriodic("another", "another", Second);

        timers.CancelAll();

        clock.Advance(Second);
        await NothingIsDueAsync();
    }

    [Fact]
    public async Task A_periodic_timer_is_due_again_and_again_but_waits_in_the_mailbox_once()
    {
        timers.StartPeriodic("key", "due", Second);
        clock.Advance(5 * Second);
        Assert.Equal("due", await TakeAsync());
        await NothingIsDueAsync();

        clock.Advance(Second);

        Assert.Equal("due", await TakeAsync());
        Assert.True(timers.IsActive("key"));
    }

    [Theory]
    [InlineData(21)]
    [InlineData(50)]
    [InlineData(1_000)]
    public async Task A_timer_may_run_longer_than_any_timer_of_the_platform(int days)
    {
        timers.StartSingle("key", "due", TimeSpan.FromDays(days));
        for (var day = 1; day < days; day++)
        {
            clock.Advance(TimeSpan.FromDays(1));
        }

        await NothingIsDueAsync();

        clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal("due", await TakeAsync());
    }

    [Fact]
    public async Task A_timer_of_no_time_is_due_at_once_by_any_clock()
    {
        using var real = new ActorTimers(TimeProvider.System, mailbox.Receiver);
        real.StartSingle("key", "due", TimeSpan.Zero);

        Assert.True(real.TryTake(await mailbox.ReceiveAsync(TimeSpan.FromSeconds(30)), out var due));
        Assert.Equal("due", due);
    }

    [Fact]
    public void A_message_that_no_timer_sent_is_itself()
    {
        Assert.True(timers.TryTake("message", out var message));
        Assert.Equal("message", message);
    }

    /// <summary>What the next envelope holds; null if it is not to be acted on.</summary>
    private async Task<object?> TakeAsync() =>
        timers.TryTake(await mailbox.ReceiveAsync(TimeSpan.FromSeconds(30)), out var message) ? message : null;

    private async Task NothingIsDueAsync()
    {
        mailbox.Receiver.Tell("nothing before this");
        Assert.Equal("nothing before this", await TakeAsync());
    }
}
