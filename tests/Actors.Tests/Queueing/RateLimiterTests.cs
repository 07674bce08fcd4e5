using System.Numerics;
using AkkaPipeline.Queueing;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Queueing;

public sealed class RateLimiterTests
{
    // What a part of an item may do: be 3 ns early or late after a rest.
    private const double SlackSeconds = 3e-9;

    private static readonly Gen<long> AnyFrequency = Among(10_000_000L, 1_000_000_000L, 24_000_000L);

    private static readonly Gen<Rate> AnyRate = Gen.Select(
        Gen.OneOf(Gen.Long[1, 20], Gen.Long[1, 10_000_000]),
        Gen.OneOf(Among(TimeSpan.TicksPerSecond, TimeSpan.TicksPerMinute), Gen.Long[TimeSpan.TicksPerSecond, TimeSpan.TicksPerHour]),
        Gen.OneOf(Gen.Long[1, 4], Gen.Long[1, 1_000])).Select((items, per, burst) => Rate.Of(items, new TimeSpan(per), burst));

    private static readonly Gen<long> AnyOrigin = Gen.OneOf(Gen.Const(0L), Gen.Long[-1_000_000_000_000, 700_000_000_000_000_000]);

    /// <summary>Takes, gives back and waits at random, beside a bucket of exact fractions.</summary>
    [Fact]
    public void What_comes_due_while_a_timer_is_late_is_not_lost()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var queue = new RecordedQueue(new QueueLimits(0, Rate: Rate.PerSecond(1_000, burst: 1)), clock);
        queue.State.Offer(new ProducerKey(0, 1), 0, new PlainChunk(1_024), new CreditDemand(2_000));
        var (consumer, settled, granted) = (new ConsumerKey(0, 1), 0, 0);

        // Each wake is 3 ms late.
        for (var wake = 0; wake < 100; wake++)
        {
            queue.State.Request(consumer, queue.Grants.Count + 1, new WorkDemand(100, 1_000));
            for (; settled < queue.Grants.Count; settled++)
            {
                var (_, id, _, items) = queue.Grants[settled];
                granted += items.Count;
                queue.State.Settle(consumer, settled + 1, 1, id, new OutcomeRun(0, items.Count, Outcome.Acked));
            }

            clock.Advance(TimeSpan.FromMilliseconds(4));
        }

        Assert.InRange(granted, 390, 401);

        // A long rest is no lateness: at most 20 ms of it count.
        clock.Advance(TimeSpan.FromHours(1));
        queue.State.Request(consumer, queue.Grants.Count + 1, new WorkDemand(1_000, 1_000));
        Assert.InRange(queue.Grants[^1].Items.Count, 1, 21);
    }

    [Fact]
    public void What_comes_back_unstarted_has_used_up_no_rate()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var queue = new RecordedQueue(new QueueLimits(0, Rate: Rate.PerSecond(1, burst: 10)), clock);
        queue.State.Offer(new ProducerKey(0, 1), 0, new PlainChunk(40), new CreditDemand(100));
        var consumer = new ConsumerKey(0, 1);
        queue.State.Request(consumer, 1, new WorkDemand(10, 1_000));
        Assert.Equal(10, queue.Grants[0].Items.Count);
        queue.State.Pause("user", "a look at it", null, endsByItself: false);
        Assert.Equal(1, queue.HandBacks);

        queue.State.Settle(consumer, 1, 1, queue.Grants[0].Id, OutcomeRun.NeverStarted(2, 10));
        queue.State.Settle(consumer, 2, 1, queue.Grants[0].Id, new OutcomeRun(0, 2, Outcome.Acked));
        queue.State.Resume("user");
        queue.State.Request(consumer, 2, new WorkDemand(10, 1_000));

        Assert.Equal(8, queue.Grants[1].Items.Count);
    }

    [Fact]
    public void A_limiter_gives_what_a_token_bucket_would_no_more_and_no_less() => Gen.Select(
        AnyRate, AnyFrequency, AnyOrigin, Gen.Select(Gen.Double[0, 3], Gen.Int[0, 12]).List[1, 60]).Sample((rate, frequency, origin, steps) =>
        {
            var bucket = new Bucket(rate, frequency);
            var limiter = new RateLimiter(rate, frequency, origin);
            var (state, now) = (0L, origin);
            foreach (var (items, most) in steps)
            {
                var passed = (long)(items / rate.ItemsPerSecond * frequency);
                now += passed;
                bucket.Wait(passed);
                var taken = limiter.Available(state, now, most);
                Assert.InRange(taken, Math.Min(most, bucket.Whole(-SlackSeconds)), Math.Min(most, bucket.Whole(SlackSeconds)));
                limiter.Take(ref state, now, taken);
                limiter.GiveBack(ref state, taken / 3);
                bucket.Take(taken - (taken / 3));
            }
        });

    [Fact]
    public void No_window_lets_through_more_than_the_burst_and_what_the_rate_brings_in_it() => Gen.Select(
        AnyRate, AnyFrequency, Gen.Select(Gen.Double[0, 2], Gen.Int[0, 9]).List[1, 60]).Sample((rate, frequency, steps) =>
        {
            var limiter = new RateLimiter(rate, frequency, 0);
            var (state, now) = (0L, 0L);
            var taken = new List<(long At, int Count)>();
            foreach (var (items, most) in steps)
            {
                now += (long)(items / rate.ItemsPerSecond * frequency);
                taken.Add((now, limiter.Available(state, now, most)));
                limiter.Take(ref state, now, taken[^1].Count);
            }

            for (var first = 0; first < taken.Count; first++)
            {
                var count = 0;
                foreach (var (at, more) in taken.Skip(first))
                {
                    count += more;
                    var seconds = ((double)(at - taken[first].At) / frequency) + SlackSeconds;
                    Assert.True(count <= rate.Burst + (rate.ItemsPerSecond * seconds) + 1e-6);
                }
            }
        });

    [Fact]
    public void The_next_item_is_there_at_the_told_time_and_not_a_tick_before() => Gen.Select(
        AnyRate, AnyFrequency, Gen.Long[0, 1_000_000_000_000], Gen.Int[0, 2_000]).Sample((rate, frequency, now, most) =>
        {
            var limiter = new RateLimiter(rate, frequency, 0);
            var state = 0L;
            limiter.Take(ref state, now, most);
            var next = limiter.NextAt(state, now);
            Assert.True(limiter.Available(state, next, 1) == 1);
            Assert.True(next == now ? most < rate.Burst : next > now && limiter.Available(state, next - 1, 1) == 0);
        });

    /// <summary>Whatever the rate, the n-th item comes at the tick at which a calculation without rounding has it.</summary>
    [Fact]
    public void Nothing_drifts_in_thousands_of_millions_of_items() => Gen.Select(
        Gen.OneOf(Among(3L, 7L, 1_000_000L, 3_000_000L, 9_999_999L, 10_000_000L), Gen.Long[1, 10_000_000]),
        AnyFrequency, Gen.Int[1, int.MaxValue], Gen.Int[1, 9]).Sample((perSecond, frequency, count, times) =>
        {
            var limiter = new RateLimiter(Rate.PerSecond(perSecond, burst: 1), frequency, 5);
            var state = 0L;
            for (var round = 0; round < times; round++)
            {
                limiter.Take(ref state, 5, count);
            }

            var exact = ((Int128)count * times * frequency + perSecond - 1) / perSecond;
            Assert.Equal(exact, limiter.NextAt(state, 5) - 5);
        });

    [Theory]
    [InlineData(10_000_000, 10_000_000)]
    [InlineData(10_000_000, 1_000_000_000)]
    [InlineData(3, 1_000_000_000)]
    public void A_greedy_taker_gets_the_whole_rate(long perSecond, long frequency)
    {
        var rate = Rate.PerSecond(perSecond);
        var limiter = new RateLimiter(rate, frequency, 0);
        var (state, now, taken) = (0L, 0L, 0L);
        while (taken < rate.Burst + 10_000)
        {
            now = limiter.NextAt(state, now);
            var count = limiter.Available(state, now, 1_000_000);
            limiter.Take(ref state, now, count);
            taken += count;
        }

        Assert.Equal(((taken - rate.Burst) * frequency + perSecond - 1) / perSecond, now);
    }

    [Fact]
    public void A_changed_rate_gives_no_more_than_its_burst_and_no_longer_stall_than_its_own() => Gen.Select(
        AnyRate, AnyRate, AnyFrequency, Gen.Long[0, 1_000_000_000_000], Gen.Int[0, 3_000]).Sample((one, other, frequency, now, count) =>
        {
            var before = new RateLimiter(one, frequency, 0);
            var after = new RateLimiter(other, frequency, now / 2);
            var state = 0L;
            before.Take(ref state, now, count);
            var adopted = after.Adopt(state, before, now);
            Assert.Equal((int)Math.Clamp(one.Burst - count, 0, other.Burst), after.Available(adopted, now, int.MaxValue));
            Assert.True(after.NextAt(adopted, now) - now <= Math.Ceiling(frequency / other.ItemsPerSecond * (1 + 1e-9)) + 1);
        });

    [Fact]
    public void A_rate_that_changes_all_the_time_is_kept_on_the_whole() => Gen.Select(
        AnyRate.List[1, 5], AnyFrequency, Gen.Select(Gen.Double[0, 2], Gen.Int[0, 4]).List[1, 60]).Sample((rates, frequency, steps) =>
        {
            var limiter = new RateLimiter(rates[0], frequency, 0);
            var (state, now, taken) = (0L, 0L, 0);
            var allowed = (double)rates[0].Burst;
            foreach (var (items, index) in steps)
            {
                var passed = (long)(items / limiter.Rate.ItemsPerSecond * frequency);
                now += passed;
                allowed += limiter.Rate.ItemsPerSecond * (((double)passed / frequency) + (2 * SlackSeconds));
                var changed = new RateLimiter(rates[index % rates.Count], frequency, now);
                state = changed.Adopt(state, limiter, now);
                limiter = changed;
                var count = limiter.Available(state, now, 1_000);
                limiter.Take(ref state, now, count);
                taken += count;
                Assert.True(taken <= allowed + 1e-6);
            }
        });

    [Fact]
    public void The_longest_times_and_the_largest_numbers_overflow_nothing()
    {
        var rates = new[] { Rate.PerSecond(1e9, Rate.BurstMax), Rate.Of(1, TimeSpan.MaxValue), Rate.Of(long.MaxValue / 1_000, TimeSpan.MaxValue) };
        foreach (var limiter in rates.Select(rate => new RateLimiter(rate, 1_000_000_000, long.MinValue)))
        {
            var state = 0L;
            Assert.True(limiter.Available(state, long.MaxValue, int.MaxValue) >= 1);
            for (var round = 0; round < 10; round++)
            {
                limiter.Take(ref state, long.MaxValue, int.MaxValue);
                Assert.InRange(limiter.NextAt(state, long.MaxValue - 1), long.MaxValue - 1, long.MaxValue);
            }

            limiter.GiveBack(ref state, int.MaxValue);
            Assert.True(state >= 0);
        }
    }

    private static Gen<long> Among(params long[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    /// <summary>Tokens in units of which a tick and an item are both whole numbers.</summary>
    private sealed class Bucket(Rate rate, long frequency)
    {
        private readonly BigInteger item = (BigInteger)rate.Per.Ticks * frequency;
        private readonly BigInteger tick = (BigInteger)rate.Items * TimeSpan.TicksPerSecond;
        private BigInteger level = (BigInteger)rate.Per.Ticks * frequency * rate.Burst;

        public void Wait(long ticks) => level = BigInteger.Min(item * rate.Burst, level + (ticks * tick));

        public void Take(int items) => level -= item * items;

        public int Whole(double slackSeconds) => (int)BigInteger.Max(
            0, BigInteger.Min(item * rate.Burst, level + new BigInteger((double)tick * frequency * slackSeconds)) / item);
    }
}
