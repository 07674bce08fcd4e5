using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests;

public sealed class RetryBackoffTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static readonly Gen<TimeSpan> AnyTime =
        Gen.OneOf(Gen.Long[0, 1_000], Gen.Long[0, TimeSpan.TicksPerDay], Gen.Long[0, long.MaxValue]).Select(ticks => new TimeSpan(ticks));

    private static readonly Gen<int> AnyAttempt = Gen.OneOf(Gen.Int[1, 50], Gen.Int[1, int.MaxValue]);

    [Fact]
    public void Each_kind_waits_as_it_says()
    {
        Assert.Equal([0, 0, 0, 0], Waits(RetryBackoff.None));
        Assert.Equal([3, 3, 3, 3], Waits(RetryBackoff.Constant(3 * Second)));
        Assert.Equal([2, 2, 2, 2], Waits(RetryBackoff.Constant(3 * Second, max: 2 * Second)));
        Assert.Equal([2, 4, 5, 5], Waits(RetryBackoff.Linear(2 * Second, 5 * Second)));
        Assert.Equal([1, 2, 4, 5], Waits(RetryBackoff.Exponential(Second, 5 * Second)));
        Assert.Equal([1, 3, 9, 27], Waits(RetryBackoff.Exponential(Second, 100 * Second, factor: 3)));
        Assert.Equal([4, 1, 6, 6], Waits(RetryBackoff.Listed(4 * Second, Second, 6 * Second)));
        Assert.Equal([4, 1, 5, 5], Waits(RetryBackoff.Listed([4 * Second, Second, 6 * Second], max: 5 * Second)));
    }

    [Fact]
    public void No_wait_is_negative_or_above_the_maximum_and_none_shrinks_however_many_attempts_failed() =>
        Gen.Select(AnyTime, AnyTime, Gen.Double[1, 1e9], AnyAttempt, Gen.Int).Sample((one, other, factor, failed, seed) =>
        {
            var (first, max) = one < other ? (one, other) : (other, one);
            foreach (var backoff in new[] { RetryBackoff.Linear(first, max), RetryBackoff.Exponential(first, max, factor) })
            {
                Assert.InRange(backoff.Most(failed), first, max);
                Assert.True(failed == int.MaxValue || backoff.Most(failed + 1) >= backoff.Most(failed));
                Assert.InRange(backoff.After(failed, new Random(seed)), TimeSpan.Zero, backoff.Most(failed));
                Assert.Equal(backoff.Most(failed), backoff.WithoutJitter().After(failed, new Random(seed)));
            }
        });

    [Fact]
    public void The_longest_wait_that_there_is_can_be_drawn_from()
    {
        var backoff = RetryBackoff.Constant(TimeSpan.MaxValue);
        Assert.InRange(backoff.After(int.MaxValue, new Random(1)), TimeSpan.Zero, TimeSpan.MaxValue);
        Assert.Equal(TimeSpan.MaxValue, RetryBackoff.Linear(TimeSpan.MaxValue, TimeSpan.MaxValue).Most(int.MaxValue));
    }

    [Fact]
    public void Full_jitter_is_spread_evenly_from_zero_to_the_wait()
    {
        var random = new Random(1);
        var backoff = RetryBackoff.Exponential(Second, 60 * Second);
        var drawn = Enumerable.Range(0, 10_000).Select(_ => backoff.After(3, random) / Second).ToArray();
        Assert.All(Enumerable.Range(0, 4), quarter => Assert.InRange(drawn.Count(wait => (int)wait == quarter), 2_300, 2_700));
    }

    [Fact]
    public void It_says_what_it_is()
    {
        var exponential = RetryBackoff.Exponential(Second, TimeSpan.FromMinutes(2));
        Assert.Equal("exponential from 1 s to 2 min, full jitter", exponential.ToString());
        Assert.Equal("exponential from 1 s to 2 min", exponential.WithoutJitter().ToString());
        Assert.Equal("exponential by 1.5 from 0 s to 1.5 s, full jitter", RetryBackoff.Exponential(default, 1.5 * Second, 1.5).ToString());
        Assert.Equal("linear from 250 ms to 100 s, full jitter", RetryBackoff.Linear(Second / 4, 100 * Second).ToString());
        Assert.Equal("constant 1.23 ms, full jitter", RetryBackoff.Constant(TimeSpan.FromTicks(12_345)).ToString());
        Assert.Equal("listed 1 s, 1 d", RetryBackoff.Listed(Second, TimeSpan.FromDays(1)).WithoutJitter().ToString());
        Assert.Equal("none", RetryBackoff.None.ToString());
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => RetryBackoff.Constant(-Second));
        Assert.Throws<ArgumentOutOfRangeException>(() => RetryBackoff.Constant(Second, max: -Second));
        Assert.Throws<ArgumentOutOfRangeException>(() => RetryBackoff.Linear(-Second, Second));
        Assert.Throws<ArgumentOutOfRangeException>(() => RetryBackoff.Linear(2 * Second, Second));
        Assert.Throws<ArgumentOutOfRangeException>(() => RetryBackoff.Exponential(Second, Timeout.InfiniteTimeSpan));
        Assert.Throws<ArgumentOutOfRangeException>(() => RetryBackoff.Exponential(Second, Second, factor: 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => RetryBackoff.Exponential(Second, Second, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => RetryBackoff.Listed(Second, -Second));
        Assert.Throws<ArgumentException>(() => RetryBackoff.Listed());
    }

    private static double[] Waits(RetryBackoff backoff)
    {
        var plain = backoff.WithoutJitter();
        return [.. Enumerable.Range(1, 4).Select(failed => plain.After(failed, Random.Shared) / Second)];
    }
}
