using System.Collections;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

public sealed class SettledSourceTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task A_source_hears_of_every_item_exactly_once_and_the_watermark_is_right(int consumers)
    {
        var source = new ListeningSource(30_000);

        var settlement = await engine.Pipeline().From(source).Capacity(2_000)
            .Consume(consumers, (delivery, _) => delivery.Item % 1_000 == 3
                ? throw new InvalidDataException("an odd one")
                : Awkward(delivery.Item))
            .RunToCompletionAsync().Soon();

        Assert.Equal((29_970, 30), (settlement.Acked, settlement.DeadLettered));
        Assert.Empty(source.Faults);
        Assert.Equal(30_000, source.Settled);
        Assert.Equal(30_000, source.Watermark);
    }

    [Fact]
    public async Task Two_sources_each_hear_of_their_own_items()
    {
        var few = new ListeningSource(100);
        var many = new ListeningSource(10_000);

        await engine.Pipeline().From(few).From(many).Capacity(64)
            .Consume(4, (_, _) => ValueTask.CompletedTask).RunToCompletionAsync().Soon();

        Assert.Equal((100, 100L, 10_000, 10_000L), (few.Settled, few.Watermark, many.Settled, many.Watermark));
        Assert.Empty(few.Faults.Concat(many.Faults));
    }

    [Fact]
    public async Task A_source_does_not_hear_of_items_that_were_released()
    {
        var source = new ListeningSource(1_000);
        var stuck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var running = await engine.Pipeline().From(source).Consume(1, async (delivery, cancellationToken) =>
        {
            if (delivery.Item == 500)
            {
                stuck.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
        }).StartAsync().Soon();
        await stuck.Task.Soon();

        var settlement = await running.DrainAsync(TimeSpan.Zero).Soon();

        Assert.Equal(500, settlement.Acked);
        Assert.Equal(settlement.Accepted - 500, settlement.Released);
        Assert.Empty(source.Faults);
        Assert.Equal((500, 500L), (source.Settled, source.Watermark));
    }

    [Fact]
    public async Task A_source_that_throws_when_it_is_told_disturbs_nobody()
    {
        var source = new ListeningSource(1_000) { Throws = true };

        var settlement = await engine.Pipeline().From(source)
            .Consume(2, (_, _) => ValueTask.CompletedTask).RunToCompletionAsync().Soon();

        Assert.Equal(1_000, settlement.Acked);
    }

    private static async ValueTask Awkward(int item)
    {
        if (item % 17 == 0)
        {
            await Task.Yield();
        }
    }

    private sealed class ListeningSource(int items) : IEnumerable<int>, ISettledSource
    {
        private readonly HashSet<long> settled = [];
        private readonly List<string> faults = [];
        private int telling;

        public bool Throws { get; init; }

        public IReadOnlyList<string> Faults => faults;

        public int Settled => settled.Count;

        public long Watermark { get; private set; }

        public void OnSettled(long first, int count, long watermark)
        {
            if (Throws)
            {
                throw new InvalidDataException("the source does not want to know");
            }

            FaultIf(Interlocked.Increment(ref telling) != 1, "told while being told");
            FaultIf(count < 1, "told of nothing");
            for (var number = first; number < first + count; number++)
            {
                FaultIf(!settled.Add(number), $"told twice of {number}");
            }

            FaultIf(watermark < Watermark, "the watermark went back");
            for (; Watermark < watermark; Watermark++)
            {
                FaultIf(!settled.Contains(Watermark), $"{Watermark} lies below the watermark, unsettled");
            }

            FaultIf(settled.Contains(watermark), $"{watermark} is settled and not below the watermark");
            Interlocked.Decrement(ref telling);
        }

        public IEnumerator<int> GetEnumerator() => Enumerable.Range(0, items).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        private void FaultIf(bool wrong, string what)
        {
            if (wrong)
            {
                faults.Add(what);
            }
        }
    }
}
