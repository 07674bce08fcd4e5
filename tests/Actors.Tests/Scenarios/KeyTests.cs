using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

/// <summary>Keys by the public API: their types, and what can be done about those that failed.</summary>
public sealed class KeyTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_key_may_be_a_string_a_number_a_Guid_a_date_or_an_enum_and_has_the_same_text_in_every_culture()
    {
        var before = CultureInfo.CurrentCulture;
        var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        other.NumberFormat.NumberDecimalSeparator = ",";
        other.NumberFormat.NegativeSign = "minus ";
        other.DateTimeFormat.ShortDatePattern = "dd.MM.yyyy";
        CultureInfo.CurrentCulture = other;
        try
        {
            Assert.Equal("customer 5", await KeyOfAsync(item => $"customer {item}"));
            Assert.Equal("-5", await KeyOfAsync(item => -item));
            Assert.Equal("5.25", await KeyOfAsync(item => item + 0.25));
            Assert.Equal("1234.5", await KeyOfAsync(_ => 1234.5m));
            Assert.Equal("00000000-0000-0000-0000-000000000000", await KeyOfAsync(_ => Guid.Empty));
            Assert.Equal("Friday", await KeyOfAsync(item => (DayOfWeek)item));
            Assert.Equal("02/01/2024 00:00:00", await KeyOfAsync(_ => new DateTime(2024, 2, 1, 0, 0, 0, DateTimeKind.Utc)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_type_without_a_text_of_its_own_is_refused()
    {
        var thrown = Assert.Throws<ArgumentException>(() => engine.Pipeline().InOrderBy(item => new[] { item }));
        Assert.Contains("Int32[]", thrown.Message);
        Assert.Throws<ArgumentException>(() => engine.Pipeline().InOrderBy(item => new object()));
        Assert.Throws<ArgumentException>(() => engine.Pipeline().InOrderBy(item => (item, item)));
    }

    [Fact]
    public async Task Keys_do_not_go_with_last_in_first_out_and_rates_of_keys_not_without_keys()
    {
        var lastIn = engine.Pipeline().Order(ItemOrder.LastInFirstOut<int>()).InOrderBy(item => item);
        Assert.Contains("last-in-first-out", (await Assert.ThrowsAsync<InvalidOperationException>(() => lastIn.StartAsync())).Message);
        var noKeys = engine.Pipeline().RateLimitPerKey(Rate.PerSecond(1));
        Assert.Contains("InOrderBy", (await Assert.ThrowsAsync<InvalidOperationException>(() => noKeys.StartAsync())).Message);
    }

    [Fact]
    public async Task A_put_whose_key_cannot_be_told_is_refused_and_harms_nobody()
    {
        await using var running = await engine.Pipeline()
            .InOrderBy(item => item == 2 ? throw new InvalidDataException("no key") : item == 3 ? null! : "key").StartAsync().Soon();
        await running.Queue.PutAsync(1).Soon();

        await Assert.ThrowsAsync<InvalidDataException>(() => running.Queue.PutAsync(2).Soon());
        await Assert.ThrowsAsync<InvalidOperationException>(() => running.Queue.PutAsync(3).Soon());
        await running.Queue.PutAsync(4).Soon();

        Assert.Equal([1, 4], await running.Queue.TakeAllAsync());
    }

    [Fact]
    public async Task Keys_are_chosen_by_the_priority_of_their_next_items()
    {
        await using var running = await engine.Pipeline().Order(ItemOrder.LowestFirst<int>(item => item % 10))
            .InOrderBy(item => item / 100).StartAsync().Soon();
        await running.Queue.PutAllAsync(109, 101, 205, 202, 303);

        Assert.Equal([303, 205, 202, 109, 101], await running.Queue.TakeAllAsync());
    }

    [Fact]
    public async Task A_completion_behind_a_halted_key_ends_as_stalled_and_says_why()
    {
        await using var running = await FailingAsync(KeyFailure.Halt);
        await running.Queue.UntilAsync(now => now is { Acked: 3, DeadLettered: 1, Queued: 2 });

        var settlement = await running.CompleteAsync().Soon();

        Assert.Equal((PipelineOutcome.Stalled, 2L), (settlement.Outcome, settlement.Released));
        Assert.Equal("2 items wait behind 1 halted key, 0", Assert.Single(settlement.Reasons));
    }

    [Fact]
    public async Task What_was_put_before_a_completion_behind_a_halted_key_is_done()
    {
        for (var round = 0; round < 20; round++)
        {
            await using var running = await FailingAsync(KeyFailure.Halt);
            await running.Queue.UntilAsync(now => now is { Acked: 3, DeadLettered: 1, Queued: 2 });
            await running.Queue.PutAllAsync(Enumerable.Range(0, 50).Select(item => 101 + (2 * item)));

            var settlement = await running.CompleteAsync().Soon();

            Assert.Equal((PipelineOutcome.Stalled, 53L, 2L), (settlement.Outcome, settlement.Acked, settlement.Released));
        }
    }

    [Fact]
    public async Task A_key_that_is_resumed_just_before_a_completion_is_done()
    {
        for (var round = 0; round < 20; round++)
        {
            await using var running = await FailingAsync(KeyFailure.Halt);
            await running.Queue.UntilAsync(now => now is { Acked: 3, DeadLettered: 1, Queued: 2 });
            await running.ResumeKeyAsync("0").Soon();

            Assert.Equal((PipelineOutcome.Completed, 5L), await OfAsync(running.CompleteAsync()));
        }
    }

    [Fact]
    public async Task A_completion_with_a_parked_key_completes()
    {
        await using var running = await FailingAsync(KeyFailure.Park);

        var settlement = await running.CompleteAsync().Soon();

        Assert.Equal((PipelineOutcome.Completed, 3L, 3L), (settlement.Outcome, settlement.Acked, settlement.DeadLettered));
    }

    [Fact]
    public async Task A_requeued_dead_letter_of_a_halted_key_runs_first_when_the_key_is_resumed()
    {
        var moody = new Moody(item => item == 12 ? new IOException("bad") : null);
        await using var running = await FailingAsync(KeyFailure.Halt, moody);
        await running.Queue.UntilAsync(now => now is { DeadLettered: 1, Queued: 2 });
        moody.Mend();

        Assert.Equal(1, await running.DeadLetters.RequeueAllAsync().Soon());
        await running.Queue.UntilAsync(now => now is { DeadLettered: 0, Queued: 3 });
        Assert.True(await running.ResumeKeyAsync("0").Soon());

        Assert.Equal(6, (await running.Queue.JoinAsync().Soon()).Acked);
        Assert.Equal([12, 12, 14, 16], moody.Seen.Select(one => one.Item).Where(item => item % 2 == 0));
    }

    [Fact]
    public async Task Dead_letters_of_a_parked_key_run_in_their_order_when_the_key_is_resumed_and_they_are_requeued()
    {
        var moody = new Moody(item => item == 12 ? new IOException("bad") : null);
        await using var running = await FailingAsync(KeyFailure.Park, moody);
        await running.Queue.JoinAsync().Soon();
        moody.Mend();

        await running.PauseAsync("so that nothing overtakes them").Soon();
        Assert.True(await running.ResumeKeyAsync("0").Soon());
        await running.Queue.PutAsync(18).Soon();
        Assert.Equal(3, await running.DeadLetters.RequeueAsync(new DeadLetterFilter { Key = "0" }).Soon());
        await running.ResumeAsync().Soon();

        Assert.Equal((7, 0), Of(await running.Queue.JoinAsync().Soon()));
        Assert.Equal([12, 12, 14, 16, 18], moody.Seen.Select(one => one.Item).Where(item => item % 2 == 0));

        static (long, long) Of(Settlement settlement) => (settlement.Acked, settlement.DeadLettered);
    }

    [Fact]
    public async Task An_item_that_has_failed_itself_and_is_requeued_into_a_parked_key_keeps_its_cause()
    {
        await using var running = await FailingAsync(KeyFailure.Park, new Moody(item => item == 12 ? new IOException("bad") : null));
        await running.Queue.JoinAsync().Soon();

        Assert.Equal(1, await running.DeadLetters.RequeueAsync(new DeadLetterFilter { Cause = DeadLetterCause.AttemptsUsedUp }).Soon());
        await running.Queue.JoinAsync().Soon();

        var letter = Assert.Single(await running.DeadLetters.AllAsync(), letter => letter.Item == 12);
        Assert.Equal(DeadLetterCause.KeyParked, letter.Cause);
        Assert.Equal("its key 0 is parked; before that it failed itself: System.IO.IOException: bad", letter.Reason);
        Assert.Equal("bad", Assert.Single(letter.Attempts).Error.Message);
    }

    [Fact]
    public async Task A_stall_names_all_the_halted_keys()
    {
        await using var running = await engine.Pipeline().InOrderBy(item => item % 5, KeyFailure.Halt)
            .Consume(2, (_, _) => throw new IOException("bad")).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 20));

        var settlement = await running.CompleteAsync().Soon();

        Assert.Equal(PipelineOutcome.Stalled, settlement.Outcome);
        Assert.EndsWith(", …", Assert.Single(settlement.Reasons));
        Assert.Equal(["0", "1", "2", "3", "4"], settlement.HaltedKeys.Order());
    }

    [Fact]
    public async Task Keys_that_are_not_there_have_no_rate()
    {
        await using var running = await engine.QueueAsync();

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => running.ChangeRatePerKeyAsync(Rate.PerSecond(1)).Soon());

        Assert.Contains("InOrderBy", refused.Message);
        await running.ChangeRatePerKeyAsync(null).Soon();
    }

    [Fact]
    public async Task An_item_of_a_parked_key_whose_dead_letter_is_being_written_is_not_handed_back()
    {
        var (gate, writing) = (new Gate(), new Gate());
        var letters = new RecordingSink<DeadLetteredItem<int>>(async batch =>
        {
            if (batch.Outputs.Span[0].Item != 12)
            {
                writing.Open();
                await gate.Opened;
            }
        });
        var moody = new Moody(item => item == 12 ? new IOException("bad") : null);
        await using var running = await engine.Pipeline().InOrderBy(item => item % 2, KeyFailure.Park).DeadLettersTo(letters)
            .Consume(2, moody.Consume).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(11, 6));
        await writing.Opened;

        Assert.Equal(ItemCancellation.Requested, await running.CancelItemAsync(4).Soon());
        await running.Queue.HasHeardAsync();
        gate.Open();

        var settlement = await running.CompleteAsync().Soon();
        Assert.Equal((3, 3, 0, 0), (settlement.Acked, settlement.DeadLettered, settlement.Dropped, settlement.Refused));
        Assert.Equal([12, 14, 16], letters.Written.Select(letter => letter.Item).Order());
    }

    [Fact]
    public async Task Parked_and_open_keys_that_become_ready_at_once_are_all_granted()
    {
        var moody = new Moody(item => item % 10 == 0 && item < 100 ? new IOException("bad") : null);
        await using var running = await engine.Pipeline().InOrderBy(item => item % 10, KeyFailure.Park)
            .Consume(2, moody.Consume).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 200).Select(item => 100 + (10 * item) + 1));
        await running.Queue.PutAsync(0).Soon();
        await running.Queue.UntilAsync(now => now is { Unfinished: 0, DeadLettered: 1 });
        await running.PauseAsync("to gather").Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(200, 1_000));
        await running.Queue.UntilAsync(now => now.Queued == 1_000);

        await running.ResumeAsync().Soon();

        var settlement = await running.Queue.JoinAsync().Soon();
        Assert.Equal((1_201, 1_100, 101), (settlement.Accepted, settlement.Acked, settlement.DeadLettered));
    }

    [Fact]
    public async Task The_rate_of_each_key_holds_for_each_key_and_can_be_changed()
    {
        var clock = new FakeTimeProvider();
        var journal = new Journal<int>(clock);
        await using var running = await engine.Pipeline().Clock(clock).InOrderBy(item => item % 3)
            .RateLimitPerKey(Rate.PerSecond(1, burst: 2)).Consume(4, journal.Done).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 30));

        await AckedAsync(6);
        clock.Advance(Second);
        await AckedAsync(9);
        clock.Advance(2 * Second);
        await AckedAsync(15);
        Assert.All(journal.Items.GroupBy(item => item % 3), key => Assert.Equal(5, key.Count()));
        await running.ChangeRatePerKeyAsync(null).Soon();
        Assert.Equal(30, (await running.Queue.JoinAsync().Soon()).Acked);
        Assert.All(journal.Items.GroupBy(item => item % 3), key => Assert.Equal(key.Order(), key));

        async Task AckedAsync(long acked)
        {
            await running.Queue.UntilAsync(now => now.Acked >= acked && now.InFlight == 0);
            await running.Queue.HasHeardAsync();
            Assert.Equal(acked, (await running.Queue.CountsAsync().Soon()).Acked);
        }
    }

    private async Task<string?> KeyOfAsync<TKey>(Func<int, TKey> key)
        where TKey : notnull
    {
        await using var running = await engine.Pipeline().InOrderBy(key).StartAsync().Soon();
        await running.Queue.PutAsync(5).Soon();
        using var delivery = await running.Queue.GetAsync().Soon();
        return delivery.Key;
    }

    private static async Task<(PipelineOutcome Outcome, long Acked)> OfAsync(ValueTask<Settlement> ending) =>
        await ending.Soon() is var settlement ? (settlement.Outcome, settlement.Acked) : default;

    /// <summary>Puts 11 to 16 by two keys; 12 fails for good.</summary>
    private async Task<RunningPipeline<int>> FailingAsync(KeyFailure onFailure, Moody? moody = null)
    {
        moody ??= new Moody(item => item == 12 ? new IOException("bad") : null);
        var running = await engine.Pipeline().InOrderBy(item => item % 2, onFailure).Consume(2, moody.Consume).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(11, 6));
        return running;
    }
}
