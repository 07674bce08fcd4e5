using AkkaPipeline.Tests.Scenarios;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Semantics;

/// <summary>Semantics 22: rules for halting, soon or now, after a number or a part of failures or successes.</summary>
public sealed class HaltSemanticsTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    /// <summary>Every fourth item fails: how many are done, and how many have failed, when each is met.</summary>
    public static TheoryData<string, HaltRule, long, long> Soon { get; } = new()
    {
        { "soon after 3 failures", HaltRule.AfterFailures(3), 9, 3 },
        { "soon after 5 successes", HaltRule.AfterSuccesses(5), 5, 1 },
        { "soon after 25 % failures (of at least 8 items)", HaltRule.AfterFailuresPercent(25, after: 8), 6, 2 },
        { "soon after 60 % successes (of at least 20 items)", HaltRule.AfterSuccessesPercent(60, after: 20), 15, 5 },
    };

    [Theory]
    [MemberData(nameof(Soon))]
    public async Task S22_Soon_starts_nothing_more(string text, HaltRule rule, long acked, long failed)
    {
        var clock = new FakeTimeProvider();
        var source = new CountedSource(int.MaxValue);
        var moody = new Moody(item => item % 4 == 3 ? new InvalidDataException("every fourth") : null);
        await using var running = await engine.Pipeline().From(source.Read()).Capacity(500).HaltWhen(rule)
            .Clock(clock).RateLimit(Rate.PerSecond(1)).Consume(1, moody.Consume).StartAsync().Soon();
        for (var settled = 1; settled < acked + failed; settled++)
        {
            // By its rate one item is in flight at a time: otherwise what runs when the rule is met finishes, too.
            await running.Queue.UntilAsync(now => now.Acked + now.DeadLettered == settled);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        var settlement = await running.Completion.Soon();

        Assert.Equal((PipelineOutcome.Halted, false), (settlement.Outcome, settlement.SourcesEnded));
        Assert.Equal(text, Assert.Single(settlement.Reasons));
        Assert.Equal((acked, failed), (settlement.Acked, settlement.DeadLettered));
        Assert.True(source.Count > acked + failed);
        Assert.True(settlement.Released > 0);
        Assert.Equal(settlement.Accepted, settlement.Acked + settlement.DeadLettered + settlement.Released);
    }

    [Fact]
    public async Task S22_Soon_waits_for_what_runs()
    {
        var gate = new Gate();
        var journal = new Journal<int>();
        await using var running = await engine.Pipeline().HaltWhen(HaltRule.AfterFailures(1)).Consume(3, async (delivery, _) =>
        {
            journal.Note(delivery);
            if (delivery.Item == 2)
            {
                throw new InvalidDataException("bad");
            }

            await gate.Opened;
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(0, 1);
        await journal.HasAsync(2);
        await running.Queue.PutAllAsync(2);
        await running.Queue.UntilAsync(now => now.DeadLettered == 1);
        Assert.False(running.Completion.IsCompleted);

        gate.Open();

        var settlement = await running.Completion.Soon();
        Assert.Equal((PipelineOutcome.Halted, 2L, 1L), (settlement.Outcome, settlement.Acked, settlement.DeadLettered));
    }

    [Fact]
    public async Task S22_Soon_does_not_wait_for_the_batches_of_what_is_done()
    {
        var sink = new RecordingSink<int>();
        await using var running = await engine.Pipeline().Clock(new FakeTimeProvider()).HaltWhen(HaltRule.AfterFailures(1))
            .Consume<int>(1, (delivery, outputs, _) =>
            {
                outputs.Emit(delivery.Item);
                return delivery.Item == 3 ? throw new InvalidDataException("bad") : ValueTask.CompletedTask;
            })
            .To(sink, new BatchOptions<int> { ItemsMax = 1_000, TimeMax = TimeSpan.FromHours(1) }).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2, 3);

        var settlement = await running.Completion.Soon();

        Assert.Equal((PipelineOutcome.Halted, 2L, 1L), (settlement.Outcome, settlement.Acked, settlement.DeadLettered));
        Assert.Equal([1, 2], sink.Written);
    }

    [Fact]
    public async Task S22_Now_cancels_what_runs_and_hands_it_back()
    {
        var journal = new Journal<int>();
        await using var running = await engine.Pipeline().HaltWhen(HaltRule.AfterFailures(1).Now())
            .Consume(3, async (delivery, cancellationToken) =>
            {
                journal.Note(delivery);
                if (delivery.Item == 2)
                {
                    throw new InvalidDataException("bad");
                }

                await new Gate().WaitAsync(cancellationToken);
            }).StartAsync().Soon();
        await running.Queue.PutAllAsync(0, 1);
        await journal.HasAsync(2);
        await running.Queue.PutAsync(2).Soon();

        var settlement = await running.Completion.Soon();

        Assert.Equal(PipelineOutcome.Halted, settlement.Outcome);
        Assert.Equal("now after 1 failure", Assert.Single(settlement.Reasons));
        Assert.Equal((3, 0, 1, 2), (settlement.Accepted, settlement.Acked, settlement.DeadLettered, settlement.Released));
    }

    [Fact]
    public async Task S22_Soon_may_become_now_and_both_rules_are_told()
    {
        var (gate, never) = (new Gate(), new Gate());
        var journal = new Journal<int>();
        await using var running = await engine.Pipeline()
            .HaltWhen(HaltRule.AfterFailures(1).Soon(), HaltRule.AfterSuccesses(1).Now())
            .Consume(3, async (delivery, cancellationToken) =>
            {
                journal.Note(delivery);
                if (delivery.Item == 2)
                {
                    throw new InvalidDataException("bad");
                }

                await (delivery.Item == 0 ? gate : never).WaitAsync(cancellationToken);
            }).StartAsync().Soon();
        await running.Queue.PutAllAsync(0, 1);
        await journal.HasAsync(2);
        await running.Queue.PutAsync(2).Soon();
        await running.Queue.UntilAsync(now => now.DeadLettered == 1);
        Assert.False(running.Completion.IsCompleted);

        gate.Open();

        var settlement = await running.Completion.Soon();
        Assert.Equal(PipelineOutcome.Halted, settlement.Outcome);
        Assert.Equal((3, 1, 1, 1), (settlement.Accepted, settlement.Acked, settlement.DeadLettered, settlement.Released));
        Assert.Equal(["soon after 1 failure", "now after 1 success"], settlement.Reasons);
    }

    [Fact]
    public async Task S22_What_is_tried_again_is_no_failure_yet()
    {
        var settlement = await engine.Pipeline().From(Enumerable.Range(0, 100)).Retry(3, RetryBackoff.None)
            .HaltWhen(HaltRule.AfterFailures(1))
            .Consume(2, (delivery, _) => delivery.Attempt < 3 ? throw new IOException("not yet") : ValueTask.CompletedTask)
            .RunToCompletionAsync().Soon();

        Assert.Equal((PipelineOutcome.Completed, 100L), (settlement.Outcome, settlement.Acked));
    }

    [Fact]
    public async Task S22_The_rules_can_be_changed_while_it_runs()
    {
        await using var running = await engine.Pipeline().HaltWhen(HaltRule.AfterFailures(1))
            .Consume(1, (_, _) => throw new InvalidDataException("bad")).StartAsync().Soon();
        await running.HaltWhenAsync([]).Soon();
        await running.Queue.PutAllAsync(1, 2, 3);
        await running.Queue.JoinAsync().Soon();

        await running.HaltWhenAsync([HaltRule.AfterFailures(3)]).Soon();

        Assert.Equal((PipelineOutcome.Halted, 3L), ((await running.Completion.Soon()).Outcome, (await running.Completion).DeadLettered));
    }

    [Fact]
    public async Task S22_A_rule_that_cannot_be_met_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => HaltRule.AfterFailures(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => HaltRule.AfterSuccesses(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => HaltRule.AfterFailuresPercent(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => HaltRule.AfterSuccessesPercent(100.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => HaltRule.AfterFailuresPercent(10, after: 0));
        await using var running = await engine.QueueAsync();
        await Assert.ThrowsAsync<ArgumentNullException>(() => running.HaltWhenAsync(null!));
    }
}
