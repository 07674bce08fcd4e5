using Akka.Actor;
using AkkaPipeline.Tests.Scenarios;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Semantics;

/// <summary>
/// Semantics 20 and 23: an interruption is not an attempt, and time alone moves no item. What is written there of a process
/// that dies (suspects, proven killers) and all of 21 (resuming a list by its content) speak of the next start: they are
/// tested with the durable store.
/// </summary>
public sealed class InterruptionSemanticsTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task S20_The_death_of_a_consumer_is_not_an_attempt_by_its_item()
    {
        var journal = new Journal<int>();
        await using var running = await engine.Pipeline().Retry(1).InOrderBy(_ => "one key", KeyFailure.Halt)
            .Consume(1, async (delivery, cancellationToken) =>
            {
                journal.Note(delivery);
                if (journal.Started.Count < 5)
                {
                    await new Gate().WaitAsync(cancellationToken);
                }
            }).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2);
        for (var incarnation = 1; incarnation < 5; incarnation++)
        {
            await journal.HasAsync(incarnation);
            (await engine.ActorAsync(running.Name, $"consumers/consumer-0.{incarnation}")).Tell(Kill.Instance);
        }

        var settlement = await running.Queue.JoinAsync().Soon();

        Assert.Equal((2, 2, 0), (settlement.Accepted, settlement.Acked, settlement.DeadLettered));
        Assert.Equal([1, 1, 1, 1, 1, 2], journal.Items);
        Assert.All(journal.Started, one => Assert.Equal(1, one.Attempt));
        Assert.Equal(0, (await running.Queue.CountsAsync().Soon()).Retried);
    }

    [Fact]
    public async Task S20_What_a_drain_interrupts_is_handed_back_and_not_charged()
    {
        var journal = new Journal<int>();
        var rule = 0;
        await using var running = await engine.Pipeline().Retry(1)
            .OnFailure((_, _) =>
            {
                Interlocked.Increment(ref rule);
                return FailureOutcome.ByPolicy;
            })
            .Consume(3, async (delivery, cancellationToken) =>
            {
                journal.Note(delivery);
                await new Gate().WaitAsync(cancellationToken);
            }).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 10));
        await journal.HasAsync(3);

        var settlement = await running.DrainAsync(TimeSpan.Zero).Soon();

        Assert.Equal((10, 10, 0, 0), (settlement.Accepted, settlement.Released, settlement.Acked, settlement.DeadLettered));
        Assert.Empty(await running.DeadLetters.AllAsync());
        Assert.Equal(0, rule);
    }

    [Fact]
    public async Task S20_A_failed_attempt_before_an_interruption_stays_charged()
    {
        var journal = new Journal<int>();
        await using var running = await engine.Pipeline().Retry(3, RetryBackoff.None)
            .Consume(1, async (delivery, cancellationToken) =>
            {
                journal.Note(delivery);
                if (journal.Started.Count == 2)
                {
                    await new Gate().WaitAsync(cancellationToken);
                }

                throw new IOException($"call {journal.Started.Count}");
            }).StartAsync().Soon();
        await running.Queue.PutAsync(1).Soon();
        await journal.HasAsync(2);

        (await engine.ActorAsync(running.Name, "consumers/consumer-0.1")).Tell(Kill.Instance);

        await running.Queue.JoinAsync().Soon();
        Assert.Equal([1, 2, 2, 3], journal.Started.Select(one => one.Attempt));
        Assert.Equal(
            ["call 1", "call 3", "call 4"],
            Assert.Single(await running.DeadLetters.AllAsync()).Attempts.Select(attempt => attempt.Error.Message));
    }

    [Fact]
    public async Task S23_A_long_but_living_item_is_never_handed_to_a_second_consumer_by_time_alone()
    {
        var clock = new FakeTimeProvider();
        var gate = new Gate();
        var journal = new Journal<int>();
        await using var running = await engine.Pipeline().Clock(clock).Consume(4, async (delivery, _) =>
        {
            journal.Note(delivery);
            await gate.Opened;
        }).StartAsync().Soon();
        await running.Queue.PutAsync(1).Soon();
        await journal.HasAsync(1);

        for (var day = 0; day < 10; day++)
        {
            clock.Advance(TimeSpan.FromDays(1));
            await running.Queue.HasHeardAsync();
        }

        Assert.Equal(TimeSpan.FromDays(10), Assert.Single(await running.Queue.HoldingsAsync().Soon()).Held);
        gate.Open();
        Assert.Equal(1, (await running.Queue.JoinAsync().Soon()).Acked);
        Assert.Single(journal.Started);
    }
}
