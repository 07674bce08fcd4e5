using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

/// <summary>Why an item is where it is, for each place.</summary>
public sealed class ExplanationTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(0)]
    [InlineData(-7)]
    [InlineData(3)]
    [InlineData(long.MaxValue)]
    public async Task Of_a_number_that_no_item_has_it_says_so(long sequence)
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAllAsync(1, 2);
        await running.Queue.HasHeardAsync();

        var explained = await running.ExplainAsync(sequence).Soon();

        Assert.Equal(ItemStanding.Unknown, explained.Standing);
        Assert.Equal("no item has this number: 2 have been accepted", explained.Text);
    }

    [Fact]
    public async Task Of_a_queued_item_it_says_behind_how_many()
    {
        await using var running = await engine.QueueAsync(order: ItemOrder.LowestFirst<int>(item => item));
        await running.Queue.PutAllAsync(3, 1, 2);
        await running.Queue.HasHeardAsync();

        Assert.Equal([2, 0, 1], await BehindAsync());
        var explained = await running.ExplainAsync(1).Soon();
        Assert.Equal((ItemStanding.Queued, "queued behind 2 items"), (explained.Standing, explained.Text));

        async Task<long?[]> BehindAsync() =>
        [
            (await running.ExplainAsync(1).Soon()).QueuedBehind,
            (await running.ExplainAsync(2).Soon()).QueuedBehind,
            (await running.ExplainAsync(3).Soon()).QueuedBehind,
        ];
    }

    [Fact]
    public async Task Of_an_item_whose_key_is_held_it_says_by_which_item_and_how()
    {
        var clock = new FakeTimeProvider();
        await using var running = await engine.Pipeline().Clock(clock).InOrderBy(_ => "k", KeyFailure.Halt).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2, 3);
        await running.Queue.HasHeardAsync();
        Assert.Equal((1, "queued behind 1 items; its key k runs item 1 before it"), await HeldAsync(2));
        using var first = await running.Queue.GetAsync().Soon();
        Assert.Equal((1, "queued behind 0 items; its key k is held by item 1, in flight"), await HeldAsync(2));

        await first.RetryAfterAsync(Minute).Soon();
        Assert.Equal((1, "queued behind 0 items; its key k is held by item 1, which backs off"), await HeldAsync(2));
        clock.Advance(Minute);
        using var again = await running.Queue.GetAsync().Soon();
        await again.RejectAsync("bad").Soon();

        Assert.Equal((1, "queued behind 0 items; its key k is halted since item 1 failed"), await HeldAsync(2));

        async Task<(long?, string)> HeldAsync(long sequence)
        {
            var explained = await running.ExplainAsync(sequence).Soon();
            Assert.Equal((ItemStanding.Queued, "k"), (explained.Standing, explained.Key));
            return (explained.KeyHeldBy, explained.Text);
        }
    }

    [Fact]
    public async Task Of_an_item_that_waits_for_the_rate_it_says_when_it_is_due()
    {
        var clock = new FakeTimeProvider();
        await using var running = await engine.Pipeline().Clock(clock).RateLimit(Rate.PerMinute(1, burst: 1))
            .Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2);
        await running.Queue.UntilAsync(now => now is { Acked: 1, InFlight: 0 });
        clock.Advance(TimeSpan.FromSeconds(20));

        var explained = await running.ExplainAsync(2).Soon();

        var due = clock.GetUtcNow() + TimeSpan.FromSeconds(40);
        Assert.Equal(due, explained.Due);
        Assert.Equal($"queued behind 0 items; the rate allows the next item at {due:O}", explained.Text);
    }

    [Fact]
    public async Task Of_an_item_whose_key_has_used_up_its_rate_it_says_until_when()
    {
        var clock = new FakeTimeProvider();
        await using var running = await engine.Pipeline().Clock(clock).InOrderBy(_ => "k").RateLimitPerKey(Rate.PerMinute(1, burst: 1))
            .Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2);
        await running.Queue.UntilAsync(now => now is { Acked: 1, InFlight: 0 });

        Assert.Equal(
            $"queued behind 0 items; its key k has used up its rate until {clock.GetUtcNow() + Minute:O}",
            (await running.ExplainAsync(2).Soon()).Text);
    }

    [Fact]
    public async Task Of_an_item_in_a_pause_it_says_why_there_is_one()
    {
        await using var running = await engine.QueueAsync();
        await running.PauseAsync("the disk is changed").Soon();
        await running.Queue.PutAsync(1).Soon();
        await running.Queue.HasHeardAsync();

        var explained = await running.ExplainAsync(1).Soon();

        Assert.Equal("queued behind 0 items; paused: the disk is changed", explained.Text);
        Assert.Equal("the disk is changed", Assert.Single(explained.Paused));
    }

    [Fact]
    public async Task Of_a_scheduled_item_it_says_until_when_and_why_and_what_has_failed()
    {
        var clock = new FakeTimeProvider();
        await using var running = await engine.Pipeline().Clock(clock).Retry(5, RetryBackoff.Constant(Minute).WithoutJitter())
            .Consume(1, (_, _) => throw new IOException("bad")).StartAsync().Soon();
        var due = clock.GetUtcNow() + Minute;
        await running.Queue.PutAsync(1, due).Soon();
        await running.Queue.PutAsync(2).Soon();
        await running.Queue.UntilAsync(now => now is { Scheduled: 2 });

        var put = await running.ExplainAsync(1).Soon();
        var failed = await running.ExplainAsync(2).Soon();

        Assert.Equal((ItemStanding.Scheduled, due, $"it was put for {due:O}"), (put.Standing, put.Due, put.Text));
        Assert.Equal(
            (ItemStanding.Scheduled, due, $"attempt 1 failed; backs off until {due:O}"), (failed.Standing, failed.Due, failed.Text));
        Assert.Equal("bad", Assert.Single(failed.Attempts).Error.Message);
    }

    [Fact]
    public async Task Of_an_item_in_flight_it_says_who_has_it_since_when_and_in_which_attempt()
    {
        var clock = new FakeTimeProvider();
        var gate = new Gate();
        var journal = new Journal<int>();
        await using var running = await engine.Pipeline().Clock(clock).Retry(2, RetryBackoff.None).Consume(1, async (delivery, _) =>
        {
            journal.Note(delivery);
            if (delivery.Attempt == 1)
            {
                throw new IOException("bad");
            }

            await gate.Opened;
        }).StartAsync().Soon();
        await running.Queue.PutAsync(1).Soon();
        await journal.HasAsync(2);
        clock.Advance(1.5 * Minute);

        var explained = await running.ExplainAsync(1).Soon();

        Assert.Equal((ItemStanding.InFlight, "consumer-0.1", 1.5 * Minute), (explained.Standing, explained.Consumer, explained.Held));
        Assert.Equal("consumer-0.1 has it since 90 s (attempt 2)", explained.Text);
        Assert.Single(explained.Attempts);
        gate.Open();
    }

    [Fact]
    public async Task Of_an_item_that_its_consumer_has_not_started_it_says_behind_which()
    {
        const int Quick = 20_000;
        var gate = new Gate();
        var entered = new Gate();
        await using var running = await engine.Pipeline().Consume(1, async (delivery, _) =>
        {
            if (delivery.Item == Quick)
            {
                entered.Open();
                await gate.Opened;
            }
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, Quick));
        await running.Queue.JoinAsync().Soon();
        await running.PauseAsync("to gather").Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(Quick, 400));
        await running.ResumeAsync().Soon();
        await entered.Opened;

        var waits = await running.ExplainAsync(Quick + 2).Soon();
        var runs = await running.ExplainAsync(Quick + 1).Soon();

        Assert.Equal(ItemStanding.InFlight, waits.Standing);
        Assert.EndsWith($": it waits at consumer-0.1 behind item {Quick + 1}", waits.Text);
        Assert.EndsWith("(attempt 1)", runs.Text);
        gate.Open();
    }

    [Fact]
    public async Task Of_an_item_past_its_timeout_or_that_is_to_be_cancelled_it_says_so()
    {
        var clock = new FakeTimeProvider();
        var gate = new Gate();
        var entered = new Gate();
        await using var running = await engine.Pipeline().Clock(clock).Timeout(Minute, 100 * Minute).Consume(1, async (_, _) =>
        {
            entered.Open();
            await gate.Opened;
        }).StartAsync().Soon();
        await running.Queue.PutAsync(1).Soon();
        await entered.Opened;
        clock.Advance(2 * Minute);
        await running.CancelItemAsync(1).Soon();

        var explained = await running.ExplainAsync(1).Soon();

        Assert.Equal(
            "consumer-0.1 has it since 120 s (attempt 1); its cancellation was asked for; its code runs since 120 s, past its "
            + "timeout of 00:01:00, and has been told to stop",
            explained.Text);
        gate.Open();
    }

    [Fact]
    public async Task Of_a_dead_letter_it_says_since_when_and_why()
    {
        var clock = new FakeTimeProvider();
        await using var running = await engine.Pipeline().Clock(clock).InOrderBy(item => item).Retry(2, RetryBackoff.None)
            .Consume(1, (_, _) => throw new IOException("bad")).StartAsync().Soon();
        await running.Queue.PutAsync(7).Soon();
        await running.Queue.JoinAsync().Soon();

        var explained = await running.ExplainAsync(1).Soon();

        Assert.Equal((ItemStanding.DeadLettered, "7", 2), (explained.Standing, explained.Key, explained.Attempts.Count));
        Assert.Equal($"a dead letter since {clock.GetUtcNow():O} after 2 failed attempts (AttemptsUsedUp): bad", explained.Text);
        Assert.Equal(1, await running.DeadLetters.DropAllAsync().Soon());
        Assert.Equal(ItemStanding.Settled, (await running.ExplainAsync(1).Soon()).Standing);
    }

    [Fact]
    public async Task Of_an_item_that_has_left_it_says_so()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAsync(1).Soon();
        await running.Queue.TakeAsync();

        var explained = await running.ExplainAsync(1).Soon();

        Assert.Equal(ItemStanding.Settled, explained.Standing);
        Assert.Equal("it has left the queue: done, dropped, released, or a dead letter that nobody keeps", explained.Text);
    }
}
