using AkkaPipeline.Queueing;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Queueing;

public sealed class HaltWatchTests
{
    private static readonly Gen<HaltRule> AnyRule = Gen.Select(Gen.Int[0, 3], Gen.Int[1, 20], Gen.Int[1, 5], Gen.Bool).Select(
        (kind, number, after, now) =>
        {
            var rule = kind switch
            {
                0 => HaltRule.AfterFailures(number),
                1 => HaltRule.AfterSuccesses(number),
                2 => HaltRule.AfterFailuresPercent(number * 5, after),
                _ => HaltRule.AfterSuccessesPercent(number * 5, after),
            };
            return now ? rule.Now() : rule;
        });

    [Fact]
    public void A_number_of_failures_or_successes_halts_once_it_is_reached()
    {
        Assert.Equal([null, null, "soon after 3 failures", null], Told(HaltRule.AfterFailures(3), (9, 0), (9, 2), (9, 3), (9, 4)));
        Assert.Equal([null, "soon after 1 success", null], Told(HaltRule.AfterSuccesses(1), (0, 9), (2, 9), (3, 9)));
    }

    [Fact]
    public void A_part_of_what_has_finished_halts_once_enough_have()
    {
        var rule = HaltRule.AfterFailuresPercent(50, after: 4).Now();
        Assert.Equal([null, null, "now after 50 % failures (of at least 4 items)"], Told(rule, (0, 3), (3, 2), (2, 2)));
        Assert.Equal([null, "soon after 100 % successes (of at least 3 items)"], Told(HaltRule.AfterSuccessesPercent(100), (2, 0), (3, 0)));
    }

    [Fact]
    public void After_a_soon_only_a_now_is_told_and_after_a_now_nothing()
    {
        var watch = new HaltWatch([HaltRule.AfterFailures(1), HaltRule.AfterFailures(2), HaltRule.AfterFailures(3).Now()]);
        Assert.Equal(HaltRule.AfterFailures(1), watch.Look(0, 1));
        Assert.Null(watch.Look(0, 2));
        Assert.Equal(HaltRule.AfterFailures(3).Now(), watch.Look(0, 3));
        Assert.Null(watch.Look(0, 4));
        Assert.Equal(HaltRule.AfterFailures(3).Now(), watch.Told);
    }

    [Fact]
    public void Rules_that_are_replaced_while_it_runs_are_looked_at_from_then_on()
    {
        var watch = new HaltWatch([HaltRule.AfterFailures(5)]);
        Assert.Null(watch.Look(0, 4));
        watch.Replace([]);
        Assert.Null(watch.Look(0, 9));
        watch.Replace([HaltRule.AfterFailures(7)]);
        Assert.Equal(HaltRule.AfterFailures(7), watch.Look(0, 9));
        watch.Replace([HaltRule.AfterFailures(8)]);
        Assert.Null(watch.Look(0, 9));
    }

    [Fact]
    public void Of_rules_met_at_once_the_first_is_told_or_one_that_stops_now() =>
        Gen.Select(AnyRule.List[0, 5], Gen.Long[0, 30], Gen.Long[0, 30]).Sample((rules, acked, deadLettered) =>
        {
            var met = rules.Where(rule => rule.IsMet(acked, deadLettered)).OrderByDescending(rule => rule.IsNow).FirstOrDefault();
            var watch = new HaltWatch(rules);
            Assert.Equal(met, watch.Look(acked, deadLettered));
            Assert.Null(watch.Look(acked, deadLettered));
        });

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => HaltRule.AfterFailures(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => HaltRule.AfterSuccesses(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => HaltRule.AfterFailuresPercent(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => HaltRule.AfterFailuresPercent(100.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => HaltRule.AfterSuccessesPercent(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => HaltRule.AfterSuccessesPercent(5, after: 0));
    }

    private static IEnumerable<string?> Told(HaltRule rule, params (long Acked, long DeadLettered)[] counts)
    {
        var watch = new HaltWatch([rule]);
        return counts.Select(count => watch.Look(count.Acked, count.DeadLettered)?.ToString());
    }
}
