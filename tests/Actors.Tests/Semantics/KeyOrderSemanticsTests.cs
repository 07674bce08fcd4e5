using System.Collections.Concurrent;
using AkkaPipeline.Tests.Scenarios;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Semantics;

/// <summary>Semantics 19: the order by key, across retries, and the three policies for a key that fails.</summary>
public sealed class KeyOrderSemanticsTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(KeyFailure.Skip)]
    [InlineData(KeyFailure.Halt)]
    [InlineData(KeyFailure.Park)]
    public async Task S19_Items_of_one_key_are_worked_on_one_at_a_time_and_in_order_also_across_retries(KeyFailure onFailure)
    {
        var keys = new KeyWatch();
        var settlement = await engine.Pipeline().From(Enumerable.Range(0, 1_000))
            .InOrderBy(item => item % 37, onFailure)
            .Retry(3, RetryBackoff.None)
            .Consume(8, async (delivery, _) =>
            {
                keys.Begin(delivery);
                if (delivery.Item % 5 == 0)
                {
                    await Task.Yield();
                }

                keys.End(delivery);
                if (delivery.Attempt <= delivery.Item % 3)
                {
                    throw new IOException("not yet");
                }
            }).RunToCompletionAsync().Soon();

        Assert.Equal((1_000, 1_000), (settlement.Accepted, settlement.Acked));
        keys.Check(37);
    }

    [Theory]
    [InlineData(KeyFailure.Skip)]
    [InlineData(KeyFailure.Halt)]
    [InlineData(KeyFailure.Park)]
    public async Task S19_What_a_sink_writes_keeps_the_order_of_its_keys_also_across_failed_writes(KeyFailure onFailure)
    {
        var failedOnce = new HashSet<int>();
        var written = new List<int>();
        var sink = new AnsweringSink<int>(batch =>
        {
            var result = new BatchResult(batch.Count);
            for (var index = 0; index < batch.Count; index++)
            {
                var item = batch.Outputs.Span[index];
                if (item % 7 == 3 && failedOnce.Add(item))
                {
                    result.MarkFailed(index, new IOException("once"));
                }
                else
                {
                    written.Add(item);
                    result.MarkWritten(index);
                }
            }

            return result;
        });

        var settlement = await engine.Pipeline().From(Enumerable.Range(0, 1_000))
            .InOrderBy(item => item % 10, onFailure)
            .Retry(3, RetryBackoff.None)
            .Consume<int>(4, (delivery, outputs, _) =>
            {
                outputs.Emit(delivery.Item);
                return ValueTask.CompletedTask;
            }).To(sink).RunToCompletionAsync().Soon();

        Assert.Equal((1_000, 1_000), (settlement.Accepted, settlement.Acked));
        Assert.All(written.GroupBy(item => item % 10), key => Assert.Equal(key.Order(), key));
    }

    [Fact]
    public async Task S19_Other_keys_flow_on_however_slow_one_is()
    {
        var gate = new Gate();
        await using var running = await engine.Pipeline().InOrderBy(item => item % 10)
            .Consume(2, async (delivery, _) =>
            {
                if (delivery.Item == 0)
                {
                    await gate.Opened;
                }
            }).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 1_000));

        var counts = await running.Queue.UntilAsync(now => now.Acked == 900);

        Assert.Equal((99, 1), (counts.Queued, counts.InFlight));
        gate.Open();
        Assert.Equal(1_000, (await running.Queue.JoinAsync().Soon()).Acked);
    }

    [Fact]
    public async Task S19_While_an_item_waits_for_its_next_attempt_its_key_waits_and_others_do_not()
    {
        var clock = new FakeTimeProvider();
        var journal = new Journal<int>(clock);
        await using var running = await engine.Pipeline().Clock(clock).InOrderBy(item => item / 10)
            .Retry(2, RetryBackoff.Constant(Minute).WithoutJitter())
            .Consume(1, (delivery, _) =>
            {
                journal.Note(delivery);
                return delivery is { Item: 10, Attempt: 1 } ? throw new IOException("once") : ValueTask.CompletedTask;
            }).StartAsync().Soon();
        await running.Queue.PutAllAsync(10, 11, 20, 21, 12, 22);

        await running.Queue.UntilAsync(now => now is { Acked: 3, Scheduled: 1, Queued: 2 });
        clock.Advance(Minute);

        await running.Queue.JoinAsync().Soon();
        Assert.Equal([10, 10, 11, 12], journal.Items.Where(item => item < 20));
        Assert.Equal([20, 21, 22], journal.Items.Where(item => item >= 20));
        Assert.All(journal.Started, one => Assert.Equal(one is { Item: < 20 } and not { Item: 10, Attempt: 1 } ? Minute : default, one.At));
    }

    [Fact]
    public async Task S19_A_failing_key_that_is_skipped_goes_on_with_its_next_item()
    {
        var journal = new Journal<int>();
        await using var running = await FailingAsync(KeyFailure.Skip, journal, 12);

        var settlement = await running.CompleteAsync().Soon();

        Assert.Equal((PipelineOutcome.Completed, 5L, 1L), (settlement.Outcome, settlement.Acked, settlement.DeadLettered));
        Assert.Equal([10, 12, 14], journal.Items.Where(item => item % 2 == 0));
    }

    [Fact]
    public async Task S19_A_failing_key_that_is_halted_is_listed_and_goes_on_when_it_is_resumed()
    {
        var journal = new Journal<int>();
        await using var running = await FailingAsync(KeyFailure.Halt, journal, 12);
        await running.Queue.UntilAsync(now => now is { Acked: 4, DeadLettered: 1, Queued: 1 });

        Assert.Equal(
            new KeyStanding("0", KeyFailure.Halt, FailedSequence: 3, Waiting: 1),
            Assert.Single((await running.StatusAsync().Soon()).StoppedKeys));
        Assert.False(await running.ResumeKeyAsync("1").Soon());
        Assert.True(await running.ResumeKeyAsync("0").Soon());

        Assert.Equal(5, (await running.Queue.JoinAsync().Soon()).Acked);
        Assert.Equal([10, 12, 14], journal.Items.Where(item => item % 2 == 0));
        Assert.Empty((await running.StatusAsync().Soon()).StoppedKeys);
        Assert.False(await running.ResumeKeyAsync("0").Soon());
    }

    [Fact]
    public async Task S19_What_follows_in_a_parked_key_becomes_a_dead_letter_until_it_is_resumed()
    {
        var journal = new Journal<int>();
        await using var running = await FailingAsync(KeyFailure.Park, journal, 12);
        await running.Queue.JoinAsync().Soon();

        var letters = await running.DeadLetters.AllAsync();
        Assert.Equal(
            [(12, DeadLetterCause.AttemptsUsedUp, 1), (14, DeadLetterCause.KeyParked, 0)],
            letters.Select(letter => (letter.Item, letter.Cause, letter.Attempts.Count)));
        Assert.Equal(
            new KeyStanding("0", KeyFailure.Park, FailedSequence: 3, Waiting: 0),
            Assert.Single((await running.StatusAsync().Soon()).StoppedKeys));
        await running.Queue.PutAsync(16).Soon();
        await running.Queue.UntilAsync(now => now.DeadLettered == 3);
        Assert.True(await running.ResumeKeyAsync("0").Soon());
        await running.Queue.PutAsync(18).Soon();
        await running.Queue.JoinAsync().Soon();
        Assert.Equal([10, 12, 18], journal.Items.Where(item => item % 2 == 0));
    }

    /// <summary>Puts 10 to 15 by two keys; one item fails for good.</summary>
    private async Task<RunningPipeline<int>> FailingAsync(KeyFailure onFailure, Journal<int> journal, int bad)
    {
        var running = await engine.Pipeline().InOrderBy(item => item % 2, onFailure).Consume(2, (delivery, _) =>
        {
            journal.Note(delivery);
            return delivery.Item == bad ? throw new InvalidDataException("bad") : ValueTask.CompletedTask;
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(10, 6));
        return running;
    }

    /// <summary>Sees that of each key one item is worked on at a time, and none before what came before it is done.</summary>
    private sealed class KeyWatch
    {
        private readonly ConcurrentDictionary<string, List<(int Item, int Attempt)>> started = new();
        private readonly ConcurrentDictionary<string, int> working = new();
        private int overlapped;

        public void Begin(Delivery<int> delivery)
        {
            if (working.AddOrUpdate(delivery.Key!, 1, (_, now) => now + 1) != 1)
            {
                Interlocked.Increment(ref overlapped);
            }

            started.GetOrAdd(delivery.Key!, _ => []).Add((delivery.Item, delivery.Attempt));
        }

        public void End(Delivery<int> delivery) => working.AddOrUpdate(delivery.Key!, 0, (_, now) => now - 1);

        public void Check(int keys)
        {
            Assert.Equal(0, overlapped);
            Assert.Equal(keys, started.Count);
            Assert.All(started.Values, key => Assert.Equal(key.Order(), key));
        }
    }
}
