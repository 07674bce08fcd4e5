using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

/// <summary>What a direct getter can say of its item.</summary>
public sealed class DirectOutcomeTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task An_item_to_be_tried_again_comes_back_when_its_time_has_come_with_its_number_and_the_next_attempt()
    {
        var clock = new FakeTimeProvider();
        await using var running = await engine.Pipeline().Clock(clock).StartAsync().Soon();
        await running.Queue.PutAllAsync(1);
        using var first = await running.Queue.GetAsync().Soon();

        await first.RetryAfterAsync(Minute).Soon();

        Assert.Equal((1, 1), Of(await running.Queue.CountsAsync().Soon()));
        Assert.Null(await running.Queue.TryGetAsync().Soon());
        var waiting = running.Queue.GetAsync().AsTask();
        await running.Queue.HasHeardAsync();
        Assert.False(waiting.IsCompleted);
        clock.Advance(Minute);
        using var second = await waiting.Soon();
        Assert.Equal((first.Id, 1L, 2), (second.Id, second.Sequence, second.Attempt));
        await second.AckAsync().Soon();
        Assert.Equal(1, (await running.Queue.JoinAsync().Soon()).Acked);

        static (long, long) Of(QueueCounts counts) => (counts.Scheduled, counts.Retried);
    }

    [Fact]
    public async Task A_failed_item_is_tried_again_by_the_policy_until_its_attempts_are_used_up()
    {
        await using var running = await engine.Pipeline().Retry(3, RetryBackoff.None).StartAsync().Soon();
        await running.Queue.PutAsync(1).Soon();

        for (var attempt = 1; attempt <= 3; attempt++)
        {
            using var delivery = await running.Queue.GetAsync().Soon();
            Assert.Equal(attempt, delivery.Attempt);
            await delivery.FailAsync(new IOException($"bad {attempt}")).Soon();
        }

        var letter = Assert.Single(await running.DeadLetters.AllAsync());
        Assert.Equal((DeadLetterCause.AttemptsUsedUp, "bad 3"), (letter.Cause, letter.Reason));
        Assert.Equal([(1, "bad 1"), (2, "bad 2"), (3, "bad 3")], letter.Attempts.Select(one => (one.Number, one.Error.Message)));
        Assert.Equal(1, (await running.Queue.JoinAsync().Soon()).DeadLettered);
    }

    [Fact]
    public async Task A_failed_item_is_not_tried_again_after_an_exception_that_the_policy_does_not_retry()
    {
        await using var running = await engine.Pipeline().Retry(RetryPolicy.Default).StartAsync().Soon();
        await running.Queue.PutAsync(1).Soon();
        using var delivery = await running.Queue.GetAsync().Soon();

        await delivery.FailAsync(new FormatException("no number")).Soon();

        Assert.Equal(DeadLetterCause.NotRetried, Assert.Single(await running.DeadLetters.AllAsync()).Cause);
    }

    [Fact]
    public async Task The_rule_for_failures_is_asked_of_what_a_getter_fails()
    {
        await using var running = await engine.Pipeline()
            .OnFailure((thrown, delivery) => FailureOutcome.Reject($"{thrown.Message} of {delivery.Item}")).StartAsync().Soon();
        await running.Queue.PutAsync(7).Soon();
        using var delivery = await running.Queue.GetAsync().Soon();

        await delivery.FailAsync(new IOException("the loss")).Soon();

        var letter = Assert.Single(await running.DeadLetters.AllAsync());
        Assert.Equal((DeadLetterCause.Rejected, "the loss of 7"), (letter.Cause, letter.Reason));
    }

    [Fact]
    public async Task A_rejected_item_is_a_dead_letter_and_a_released_one_is_handed_back_uncharged()
    {
        await using var running = await engine.Pipeline().Retry(1).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2);
        using var first = await running.Queue.GetAsync().Soon();
        using var second = await running.Queue.GetAsync().Soon();

        await first.ReleaseAsync().Soon();
        await second.RejectAsync("of no use").Soon();

        Assert.Equal("of no use", Assert.Single(await running.DeadLetters.AllAsync()).Reason);
        using var again = await running.Queue.GetAsync().Soon();
        Assert.Equal((first.Id, 1), (again.Id, again.Attempt));
        await again.AckAsync().Soon();
        var settlement = await running.Queue.JoinAsync().Soon();
        Assert.Equal((1, 1), (settlement.Acked, settlement.DeadLettered));
    }

    [Fact]
    public async Task Each_of_them_settles_once()
    {
        await using var running = await engine.QueueAsync();
        Func<LeasedDelivery<int>, Task>[] ways =
        [
            delivery => delivery.AckAsync(),
            delivery => delivery.FailAsync(new IOException("bad")),
            delivery => delivery.RetryAfterAsync(Minute),
            delivery => delivery.RejectAsync("bad"),
            delivery => delivery.ReleaseAsync(),
        ];
        foreach (var first in ways)
        {
            await running.Queue.PutAsync(1).Soon();
            using var delivery = await running.Queue.GetAsync().Soon();
            await first(delivery).Soon();
            foreach (var later in ways)
            {
                await Assert.ThrowsAsync<AlreadySettledException>(() => later(delivery).Soon());
            }
        }

        var counts = await running.Queue.CountsAsync().Soon();
        Assert.Equal((5, 1, 2, 1, 1), (counts.Accepted, counts.Acked, counts.DeadLettered, counts.Scheduled, counts.Queued));
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_and_the_delivery_stays_held()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAsync(1).Soon();
        using var delivery = await running.Queue.GetAsync().Soon();

        await Assert.ThrowsAsync<ArgumentNullException>(() => delivery.FailAsync(null!));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => delivery.RetryAfterAsync(TimeSpan.FromTicks(-1)));
        await Assert.ThrowsAsync<ArgumentException>(() => delivery.RejectAsync(" "));

        await delivery.AckAsync().Soon();
        Assert.Equal(1, (await running.Queue.JoinAsync().Soon()).Acked);
    }

    [Fact]
    public async Task Of_one_key_getters_hold_one_item_at_a_time()
    {
        await using var running = await engine.Pipeline().InOrderBy(item => item % 2).Retry(2, RetryBackoff.None).StartAsync().Soon();
        var gets = Enumerable.Range(0, 4).Select(_ => running.Queue.GetAsync().AsTask()).ToArray();
        await running.Queue.HasHeardAsync();
        await running.Queue.PutAllAsync(10, 12, 14, 11, 13);

        using var even = await gets[0].Soon();
        using var odd = await gets[1].Soon();
        await running.Queue.HasHeardAsync();

        Assert.Equal((10, "0", 11, "1"), (even.Item, even.Key, odd.Item, odd.Key));
        Assert.False(gets[2].IsCompleted);
        await even.FailAsync(new IOException("once")).Soon();
        using var again = await gets[2].Soon();
        Assert.Equal((10, 2), (again.Item, again.Attempt));
        await again.AckAsync().Soon();
        using var next = await gets[3].Soon();
        Assert.Equal(12, next.Item);
    }

    [Fact]
    public async Task A_getter_of_a_parked_key_gets_nothing_of_it()
    {
        await using var running = await engine.Pipeline().InOrderBy(item => item % 2, KeyFailure.Park).StartAsync().Soon();
        await running.Queue.PutAllAsync(10, 12, 14, 11);
        using var bad = await running.Queue.GetAsync().Soon();
        await bad.RejectAsync("bad").Soon();

        using var good = await running.Queue.GetAsync().Soon();

        Assert.Equal(11, good.Item);
        await running.Queue.UntilAsync(now => now is { DeadLettered: 3, InFlight: 1 });
        Assert.Equal([10, 12, 14], (await running.DeadLetters.AllAsync()).Select(letter => letter.Item));
    }
}
