using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Akka.Actor;
using AkkaPipeline.Tests.Scenarios;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Semantics;

/// <summary>
/// Semantics 18: a producer that crashes is restarted alone, and a polling source's late answer is not lost. A source that
/// throws is another thing: an enumeration that has thrown is over, and its pipeline fails (FailureTests).
/// </summary>
public sealed class ProducerSemanticsTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(2_000)]
    public async Task S18_A_producer_that_crashes_is_restarted_alone_and_nothing_is_lost_or_comes_twice(int capacity)
    {
        const int Items = 20_000;
        var seen = new int[2 * Items];
        var source = new HeardSource(Enumerable.Range(0, Items));
        var gate = new Gate();
        await using var running = await engine.Pipeline().From(source).From(ReadAsync()).Capacity(capacity)
            .Consume(2, async (delivery, _) =>
            {
                Interlocked.Increment(ref seen[delivery.Item]);
                if (delivery.Item % 512 == 0)
                {
                    await gate.Opened;
                }
            }).StartAsync().Soon();
        for (var incarnation = 1; incarnation <= 5; incarnation++)
        {
            (await engine.ActorAsync(running.Name, $"producer-0.{incarnation}")).Tell(Kill.Instance);
            (await engine.ActorAsync(running.Name, $"producer-1.{incarnation}")).Tell(PoisonPill.Instance);
        }

        gate.Open();
        for (var incarnation = 6; incarnation <= 9; incarnation++)
        {
            (await engine.ActorAsync(running.Name, $"producer-0.{incarnation}")).Tell(Kill.Instance);
        }

        var settlement = await running.CompleteAsync().Soon();

        Assert.Equal(PipelineOutcome.Completed, settlement.Outcome);
        Assert.Equal((2 * Items, 2 * Items, true), (settlement.Accepted, settlement.Acked, settlement.SourcesEnded));
        Assert.All(seen, times => Assert.Equal(1, times));
        Assert.Equal(Enumerable.Range(0, Items).Select(number => (long)number), source.Heard.Order());
        Assert.Equal(Items, source.Watermark);

        static async IAsyncEnumerable<int> ReadAsync()
        {
            for (var item = Items; item < 2 * Items; item++)
            {
                if (item % 100 == 0)
                {
                    await Task.Yield();
                }

                yield return item;
            }
        }
    }

    [Fact]
    public async Task S18_The_rest_goes_on_while_a_producer_is_restarted()
    {
        var channel = Channel.CreateUnbounded<int>();
        var journal = new Journal<int>();
        await using var running = await engine.Pipeline().From(channel.Reader).Consume(1, journal.Done).StartAsync().Soon();
        await channel.Writer.WriteAsync(1);
        await journal.HasAsync(1);
        (await engine.ActorAsync(running.Name, "producer-0.1")).Tell(Kill.Instance);
        await running.Queue.PutAsync(2).Soon();
        await journal.HasAsync(2);
        await engine.ActorAsync(running.Name, "producer-0.2");

        await channel.Writer.WriteAsync(3);

        await journal.HasAsync(3);
        channel.Writer.Complete();
        Assert.Equal(3, (await running.CompleteAsync().Soon()).Acked);
        Assert.Equal([1, 2, 3], journal.Items);
    }

    [Fact]
    public async Task S18_A_producer_whose_source_has_ended_still_tells_it_what_is_settled()
    {
        var source = new HeardSource(Enumerable.Range(0, 500));
        var gate = new Gate();
        await using var running = await engine.Pipeline().From(source).Consume(1, async (_, _) => await gate.Opened).StartAsync().Soon();
        await running.Queue.UntilAsync(now => now.Accepted == 500);
        var ending = running.CompleteAsync().AsTask();
        (await engine.ActorAsync(running.Name, "producer-0.1")).Tell(Kill.Instance);
        await engine.ActorAsync(running.Name, "producer-0.2");

        gate.Open();

        Assert.Equal(500, (await ending.Soon()).Acked);
        Assert.Equal((500, 500), (source.Heard.Count, source.Watermark));
    }

    [Fact]
    public async Task S18_A_producer_that_crashes_while_it_stops_is_restarted_and_stops()
    {
        for (var round = 0; round < 20; round++)
        {
            var source = new CountedSource(int.MaxValue);
            await using var running = await engine.Pipeline().From(source.Read()).Capacity(50)
                .Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();
            var producer = await engine.ActorAsync(running.Name, "producer-0.1");
            await running.Queue.UntilAsync(now => now.Acked > 100);
            if (round % 2 == 0)
            {
                producer.Tell(Kill.Instance);
            }

            var drain = running.DrainAsync(Long).AsTask();
            producer.Tell(Kill.Instance);

            var settlement = await drain.Soon();
            Assert.Equal((source.Count, source.Count), (settlement.Accepted, settlement.Acked));
        }
    }

    [Fact]
    public async Task S18_Producers_that_die_again_and_again_and_bring_nothing_end_the_pipeline()
    {
        var channel = Channel.CreateUnbounded<int>();
        await using var running = await engine.Pipeline().From(channel.Reader).Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();
        for (var incarnation = 1; incarnation <= 11; incarnation++)
        {
            (await engine.ActorAsync(running.Name, $"producer-0.{incarnation}")).Tell(Kill.Instance);
        }

        var failed = await Assert.ThrowsAsync<PipelineFailedException>(() => running.Completion.Soon());

        Assert.Contains("producer-0.11", failed.Message);
    }

    [Fact]
    public async Task S18_A_polling_sources_late_answer_after_the_stop_is_not_lost()
    {
        var (asked, stopped, answers) = (new Gate(), new Gate(), new Gate());
        var journal = new Journal<int>();
        await using var running = await engine.Pipeline().Clock(new FakeTimeProvider()).From(Poll())
            .Consume(1, journal.Done).StartAsync().Soon();
        await asked.Opened;
        var drain = running.DrainAsync(Long).AsTask();
        await stopped.Opened;

        answers.Open();

        var settlement = await drain.Soon();
        Assert.Equal((1, 1), (settlement.Accepted, settlement.Acked));
        Assert.Equal([7], journal.Items);

        async IAsyncEnumerable<int> Poll([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            // A call that has been made is answered, whoever cancels.
            await using var registration = cancellationToken.UnsafeRegister(_ => stopped.Open(), null);
            asked.Open();
            await answers.Opened;
            yield return 7;
            Assert.Fail("it is not asked again after the stop");
        }
    }
}
