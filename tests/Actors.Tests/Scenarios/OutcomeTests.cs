using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

/// <summary>What a consumer can say of its item, besides returning and throwing.</summary>
public sealed class OutcomeTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Returning_is_done_and_throwing_is_failed_and_without_a_policy_an_item_has_one_attempt()
    {
        var journal = new Journal<int>();
        await using var running = await StartedAsync(journal, delivery =>
            delivery.Item == 2 ? throw new IOException("bad") : ValueTask.CompletedTask);
        await running.Queue.PutAllAsync(1, 2, 3);

        var settlement = await running.CompleteAsync().Soon();

        Assert.Equal((2, 1), (settlement.Acked, settlement.DeadLettered));
        Assert.Equal([1, 2, 3], journal.Items.Order());
        Assert.Equal(DeadLetterCause.AttemptsUsedUp, Assert.Single(await running.DeadLetters.AllAsync()).Cause);
    }

    [Fact]
    public async Task RetryAfter_tries_an_item_again_after_that_time_as_often_as_it_is_called_where_there_is_no_policy()
    {
        var clock = new FakeTimeProvider();
        var journal = new Journal<int>(clock);
        await using var running = await StartedAsync(
            journal,
            delivery =>
            {
                if (delivery.Attempt < 4)
                {
                    delivery.RetryAfter(delivery.Attempt * Minute);
                }

                return ValueTask.CompletedTask;
            },
            pipeline => pipeline.Clock(clock));
        await running.Queue.PutAsync(1).Soon();
        for (var attempt = 1; attempt < 4; attempt++)
        {
            await running.Queue.UntilAsync(now => now.Scheduled == 1 && now.Retried == attempt);
            clock.Advance(attempt * Minute);
        }

        var settlement = await running.Queue.JoinAsync().Soon();

        Assert.Equal((1, 0), (settlement.Acked, settlement.DeadLettered));
        Assert.Equal([(1, 0), (2, 1), (3, 3), (4, 6)], journal.Started.Select(one => (one.Attempt, (int)one.At.TotalMinutes)));
        Assert.Single(journal.Started.Select(one => (one.Id, one.Sequence)).Distinct());
    }

    [Fact]
    public async Task RetryAfter_is_bounded_by_the_attempts_of_a_policy()
    {
        var journal = new Journal<int>();
        await using var running = await StartedAsync(
            journal,
            delivery =>
            {
                delivery.RetryAfter(TimeSpan.Zero);
                return ValueTask.CompletedTask;
            },
            pipeline => pipeline.Retry(3, RetryBackoff.Constant(TimeSpan.FromDays(1))));
        await running.Queue.PutAsync(1).Soon();

        Assert.Equal(1, (await running.Queue.JoinAsync().Soon()).DeadLettered);
        Assert.Equal([1, 2, 3], journal.Started.Select(one => one.Attempt));
        Assert.Equal(DeadLetterCause.AttemptsUsedUp, Assert.Single(await running.DeadLetters.AllAsync()).Cause);
    }

    [Fact]
    public async Task Reject_makes_a_dead_letter_whatever_the_policy()
    {
        var journal = new Journal<int>();
        await using var running = await StartedAsync(
            journal,
            delivery =>
            {
                delivery.Reject("of no use to anybody");
                return ValueTask.CompletedTask;
            },
            pipeline => pipeline.Retry(5, RetryBackoff.None));
        await running.Queue.PutAsync(1).Soon();

        await running.Queue.JoinAsync().Soon();

        var letter = Assert.Single(await running.DeadLetters.AllAsync());
        Assert.Equal((DeadLetterCause.Rejected, "of no use to anybody"), (letter.Cause, letter.Reason));
        Assert.Equal(1, Assert.Single(letter.Attempts).Number);
        Assert.Equal(typeof(ConsumerDecisionException).FullName, letter.Attempts[0].Error.Type);
        Assert.Single(journal.Started);
    }

    [Fact]
    public async Task Release_hands_an_item_back_and_charges_no_attempt()
    {
        var journal = new Journal<int>();
        await using var running = await StartedAsync(
            journal,
            delivery =>
            {
                if (journal.Started.Count < 5)
                {
                    delivery.Release();
                }

                return ValueTask.CompletedTask;
            },
            pipeline => pipeline.Retry(1));
        await running.Queue.PutAsync(1).Soon();

        Assert.Equal((1, 0), await OfAsync(running.Queue.JoinAsync()));
        Assert.Equal([1, 1, 1, 1, 1], journal.Started.Select(one => one.Attempt));
        Assert.Equal(0, (await running.Queue.CountsAsync().Soon()).Retried);
    }

    [Theory]
    [InlineData("reject")]
    [InlineData("retry")]
    [InlineData("release")]
    public async Task What_a_consumer_has_decided_wins_over_what_it_throws_later(string decision)
    {
        var asked = 0;
        var journal = new Journal<int>();
        await using var running = await StartedAsync(
            journal,
            async delivery =>
            {
                if (journal.Started.Count == 1)
                {
                    Decide(delivery, decision);
                    await Task.Yield();
                    throw new FormatException("later");
                }
            },
            pipeline => pipeline.OnFailure((_, _) =>
            {
                Interlocked.Increment(ref asked);
                return FailureOutcome.Reject("the rule");
            }));
        await running.Queue.PutAsync(1).Soon();

        var settlement = await running.Queue.JoinAsync().Soon();

        Assert.Equal(0, asked);
        Assert.Equal(decision == "reject" ? (0, 1) : (1, 0), (settlement.Acked, settlement.DeadLettered));
        Assert.Equal(decision switch { "reject" => [1], "retry" => [1, 2], _ => [1, 1] }, journal.Started.Select(one => one.Attempt));
        Assert.All(await running.DeadLetters.AllAsync(), letter => Assert.Equal("decided", letter.Reason));
    }

    [Fact]
    public async Task What_a_consumer_has_decided_wins_over_the_cancellation_by_a_drain()
    {
        var decided = new Gate();
        await using var running = await engine.Pipeline().Consume(1, async (delivery, cancellationToken) =>
        {
            delivery.Reject("known to be bad");
            decided.Open();
            await new Gate().WaitAsync(cancellationToken);
        }).StartAsync().Soon();
        await running.Queue.PutAsync(1).Soon();
        await decided.Opened;

        var settlement = await running.DrainAsync(TimeSpan.Zero).Soon();

        Assert.Equal((1, 0), (settlement.DeadLettered, settlement.Released));
        Assert.Equal("known to be bad", Assert.Single(await running.DeadLetters.AllAsync()).Reason);
    }

    [Fact]
    public async Task The_last_decision_of_a_consumer_holds()
    {
        var journal = new Journal<int>();
        await using var running = await StartedAsync(journal, delivery =>
        {
            delivery.Release();
            delivery.RetryAfter(TimeSpan.Zero);
            delivery.Reject("after all");
            return ValueTask.CompletedTask;
        });
        await running.Queue.PutAsync(1).Soon();

        Assert.Equal((0, 1), await OfAsync(running.Queue.JoinAsync()));
        Assert.Single(journal.Started);
    }

    [Theory]
    [InlineData("reject")]
    [InlineData("retry")]
    [InlineData("release")]
    public async Task A_decision_after_the_consumer_has_returned_throws(string decision)
    {
        Delivery<int> kept = default;
        await using var running = await StartedAsync(new Journal<int>(), delivery =>
        {
            kept = delivery;
            return ValueTask.CompletedTask;
        });
        await running.Queue.PutAsync(1).Soon();
        await running.Queue.JoinAsync().Soon();

        var thrown = Assert.Throws<InvalidOperationException>(() => Decide(kept, decision));

        Assert.Contains(kept.Id, thrown.Message);
    }

    [Fact]
    public async Task A_decision_about_another_item_than_the_one_at_hand_changes_nothing()
    {
        var kept = new List<Delivery<int>>();
        var journal = new Journal<int>();
        await using var running = await StartedAsync(journal, delivery =>
        {
            foreach (var earlier in kept)
            {
                try
                {
                    earlier.Reject("too late");
                }
                catch (InvalidOperationException)
                {
                    // Reported already.
                }
            }

            kept.Add(delivery);
            return ValueTask.CompletedTask;
        });
        await running.Queue.PutAllAsync(Enumerable.Range(0, 200));

        Assert.Equal((200, 0), await OfAsync(running.Queue.JoinAsync()));
        Assert.Equal(Enumerable.Range(0, 200), journal.Items);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_and_is_a_failure_of_its_item()
    {
        await using var running = await StartedAsync(new Journal<int>(), delivery =>
        {
            switch (delivery.Item)
            {
                case 0:
                    delivery.RetryAfter(TimeSpan.FromSeconds(-1));
                    break;
                case 1:
                    delivery.Reject(" ");
                    break;
                case 2:
                    delivery.PausePipeline(TimeSpan.Zero, "for no time");
                    break;
                default:
                    delivery.PausePipeline(TimeSpan.FromSeconds(1), "");
                    break;
            }

            return ValueTask.CompletedTask;
        });
        await running.Queue.PutAllAsync(0, 1, 2, 3);

        await running.Queue.JoinAsync().Soon();

        Assert.All(await running.DeadLetters.AllAsync(), letter => Assert.IsAssignableFrom<ArgumentException>(letter.Exception));
        Assert.Equal(4, await running.DeadLetters.CountAsync().Soon());
    }

    [Fact]
    public async Task A_consumer_with_outputs_decides_too_and_its_outputs_are_discarded()
    {
        var sink = new RecordingSink<(int, int)>();
        var settlement = await engine.Pipeline().From(Enumerable.Range(0, 100)).Consume<(int, int)>(2, (delivery, outputs, _) =>
        {
            outputs.Emit((delivery.Item, delivery.Attempt));
            switch (delivery.Item % 4)
            {
                case 1:
                    delivery.Reject("odd");
                    break;
                case 2 when delivery.Attempt == 1:
                    delivery.RetryAfter(TimeSpan.Zero);
                    break;
            }

            return ValueTask.CompletedTask;
        }).To(sink).RunToCompletionAsync().Soon();

        Assert.Equal((75, 25), (settlement.Acked, settlement.DeadLettered));
        Assert.Equal(
            Enumerable.Range(0, 100).Where(item => item % 4 != 1).Select(item => (item, item % 4 == 2 ? 2 : 1)),
            sink.Written.Order());
    }

    private static void Decide(Delivery<int> delivery, string decision)
    {
        switch (decision)
        {
            case "reject":
                delivery.Reject("decided");
                break;
            case "retry":
                delivery.RetryAfter(TimeSpan.Zero);
                break;
            default:
                delivery.Release();
                break;
        }
    }

    private static async Task<(long Acked, long DeadLettered)> OfAsync(Task<Settlement> join)
    {
        var settlement = await join.Soon();
        return (settlement.Acked, settlement.DeadLettered);
    }

    private Task<RunningPipeline<int>> StartedAsync(
        Journal<int> journal, Func<Delivery<int>, ValueTask> consume, Func<PipelineBuilder<int>, PipelineBuilder<int>>? with = null) =>
        (with?.Invoke(engine.Pipeline()) ?? engine.Pipeline()).Consume(1, (delivery, _) =>
        {
            journal.Note(delivery);
            return consume(delivery);
        }).StartAsync().Soon();
}
