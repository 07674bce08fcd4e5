using AkkaPipeline.Queueing;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Queueing;

public sealed class DrainForecastTests
{
    private static readonly DrainFacts Facts = new()
    {
        Deadline = TimeSpan.FromSeconds(10),
        InFlight = 4,
        Queued = 100,
        Blocked = 20,
        Scheduled = 10,
        ScheduledDue = 6,
        Consumers = 4,
        MeanNanoseconds = 1e9,
    };

    [Fact]
    public void What_finishes_is_what_the_consumers_can_do_by_the_deadline()
    {
        var plan = DrainForecast.Predict(Facts);
        Assert.Equal((40, 74), (plan.WillFinish, plan.WillBeReleased));
        Assert.Equal((4, 100, 10, 4), (plan.InFlight, plan.Queued, plan.Scheduled, plan.Consumers));
        Assert.Equal((TimeSpan.FromSeconds(23), TimeSpan.FromSeconds(1)), (plan.EstimatedTime, plan.MeanServiceTime));
        Assert.Equal(
            "4 consumers for 90 items that take 1 s on the average; 20 stand behind a pause or a halted key; 4 are due later than the deadline.",
            plan.Basis);
    }

    [Fact]
    public void With_time_enough_all_that_moves_finishes_and_the_rest_is_handed_back()
    {
        Assert.Equal((90, 24), Counts(Facts with { Deadline = TimeSpan.FromSeconds(23) }));
        Assert.Equal((94, 20), Counts(Facts with { Deadline = Timeout.InfiniteTimeSpan }));
        Assert.Equal((0, 114), Counts(Facts with { Deadline = TimeSpan.Zero }));
    }

    [Fact]
    public void Where_nothing_is_measured_nothing_is_promised()
    {
        var plan = DrainForecast.Predict(Facts with { MeanNanoseconds = null, Blocked = 0, Scheduled = 0 });
        Assert.Equal((0, 104), (plan.WillFinish, plan.WillBeReleased));
        Assert.Null(plan.EstimatedTime);
        Assert.Null(plan.MeanServiceTime);
        Assert.Equal("No item was measured yet, so nothing is known and nothing promised.", plan.Basis);
    }

    [Fact]
    public void Without_a_deadline_all_that_moves_finishes_though_nothing_is_measured()
    {
        var plan = DrainForecast.Predict(Facts with { MeanNanoseconds = 0, Deadline = Timeout.InfiniteTimeSpan });
        Assert.Equal((94, null), (plan.WillFinish, plan.EstimatedTime));
        Assert.StartsWith("No item was measured yet, so how long it takes is not known;", plan.Basis);
    }

    [Fact]
    public void Without_a_consumer_or_without_items_it_says_so()
    {
        Assert.Equal((0, 114), Counts(Facts with { Consumers = 0, Deadline = Timeout.InfiniteTimeSpan }));
        Assert.StartsWith("There is no consumer;", DrainForecast.Predict(Facts with { Consumers = 0 }).Basis);
        var empty = DrainForecast.Predict(new DrainFacts { Deadline = TimeSpan.FromSeconds(1) });
        Assert.Equal((0, 0, TimeSpan.Zero), (empty.WillFinish, empty.WillBeReleased, empty.EstimatedTime));
        Assert.Equal("Nothing is left that moves by itself.", empty.Basis);
    }

    [Fact]
    public void What_the_rate_does_not_let_start_does_not_finish()
    {
        var facts = Facts with { Scheduled = 0, Blocked = 0, Consumers = 100, RatePerSecond = 2, RateNow = 5 };
        var plan = DrainForecast.Predict(facts);
        Assert.Equal((29, 75), (plan.WillFinish, plan.WillBeReleased));
        Assert.Equal(TimeSpan.FromSeconds(47.5), plan.EstimatedTime);
        Assert.EndsWith("; the rate lets 25 start by then.", plan.Basis);

        var endless = DrainForecast.Predict(facts with { Deadline = Timeout.InfiniteTimeSpan });
        Assert.Equal(104, endless.WillFinish);
        Assert.EndsWith("; the rate takes 47.5 s to let them start.", endless.Basis);
    }

    [Fact]
    public void Behind_a_full_store_of_dead_letters_only_what_is_in_flight_finishes()
    {
        var plan = DrainForecast.Predict(Facts with { DeadLettersFull = true });
        Assert.Equal((4, 110), (plan.WillFinish, plan.WillBeReleased));
        Assert.Equal("4 consumers for 4 items that take 1 s on the average; 110 stand behind the full store of dead letters.", plan.Basis);
    }

    /// <summary>Beside consumers that take item after item until the deadline.</summary>
    [Fact]
    public void A_forecast_is_what_equal_items_would_do() => Gen.Select(
        Gen.Long[0, 60], Gen.Long[0, 60], Gen.Int[0, 7], Gen.Int[1, 50], Gen.Int[0, 300]).Sample((queued, blocked, consumers, mean, deadline) =>
        {
            var plan = DrainForecast.Predict(new DrainFacts
            {
                Deadline = TimeSpan.FromMilliseconds(deadline),
                Queued = queued,
                Blocked = blocked,
                Consumers = consumers,
                MeanNanoseconds = mean * 1e6,
            });
            var (finished, moving, time) = (0L, Math.Max(0, queued - blocked), 0);
            while (finished < moving && consumers > 0 && (time += mean) <= deadline)
            {
                finished = Math.Min(moving, finished + consumers);
            }

            Assert.Equal((finished, queued - finished), (plan.WillFinish, plan.WillBeReleased));
            Assert.Equal(finished == moving, plan.EstimatedTime <= plan.Deadline);
        });

    [Fact]
    public void No_number_is_too_large_and_the_sum_holds() => Gen.Select(
        Gen.Long, Gen.Long, Gen.Long, Gen.Int, Gen.Double, Gen.Long[-10_000, long.MaxValue]).Sample((one, two, three, consumers, mean, ticks) =>
        {
            var plan = DrainForecast.Predict(new DrainFacts
            {
                Deadline = new TimeSpan(ticks),
                InFlight = one,
                Queued = two,
                Blocked = three,
                Scheduled = three,
                ScheduledDue = one,
                Consumers = consumers,
                MeanNanoseconds = mean,
                RatePerSecond = one % 2 == 0 ? null : 1e-6 * (1 + (two % 1_000_000) * (double)(two % 1_000_000)),
                RateNow = two,
                DeadLettersFull = two % 3 == 0,
            });
            var all = (Int128)plan.InFlight + plan.Queued + plan.Scheduled;
            Assert.True(plan.WillFinish >= 0 && plan.WillBeReleased >= 0);
            Assert.Equal(Int128.Min(long.MaxValue, all), (Int128)plan.WillFinish + plan.WillBeReleased);
            Assert.True(plan.EstimatedTime is not { } time || time >= TimeSpan.Zero);
            Assert.EndsWith(".", plan.Basis);
        });

    private static (long WillFinish, long WillBeReleased) Counts(DrainFacts facts)
    {
        var plan = DrainForecast.Predict(facts);
        return (plan.WillFinish, plan.WillBeReleased);
    }
}
