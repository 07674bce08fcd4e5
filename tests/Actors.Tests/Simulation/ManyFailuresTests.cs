using System.Diagnostics;
using AkkaPipeline.Consuming;
using Xunit;
using Xunit.Abstractions;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>
/// Consumers that fail at random by every means: a throw, a fault, a timeout, a cancellation, the death of their actor. The
/// ledger is compared with the books after every message. A hundred thousand items; a million if AKKA_PIPELINE_MILLION=1.
/// </summary>
public sealed class ManyFailuresTests(ITestOutputHelper output)
{
    private const double OneInTen = 0.1;

    private static readonly int Items = LargeRuns.Wanted ? 1_000_000 : 100_000;

    private static readonly Plan Failing = new()
    {
        Producers = 4,
        Consumers = 16,
        Items = Items,
        Capacity = 65_536,
        DeadLettersMax = Items,
        Shape = ServiceShape.Exponential,
        Failing = 2 * OneInTen,
        Quitting = OneInTen,
        Overrunning = OneInTen,
        ConsumerCrashing = OneInTen,
        Timeout = new TimeoutSettings(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1), 10),
        Retry = new RetryPolicy
        {
            MaxAttempts = 8,
            Backoff = RetryBackoff.Exponential(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(100)),
        },
        StepsMax = long.MaxValue,
    };

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1_000, 4)]
    public void Nothing_is_lost_and_the_rest_finishes_when_consumers_fail_by_every_means(int keys, int fewer)
    {
        var items = LargeRuns.Wanted ? Items : Items / fewer;
        var (watch, cpu) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime);
        var simulation = new Simulation($"{keys} keys", Failing with { Items = items, Keys = keys }).Run();
        var counts = simulation.Coordinator.Counts!.Value;
        output.WriteLine(
            $"{items:#,0} items, {keys} keys: {counts}; {simulation.Pool.Made:#,0} consumers, {simulation.Scheduler.Steps:#,0} steps, "
            + $"{simulation.Books.RulesChecked:#,0} rules, {simulation.Time.Now / 1e9:0.0} s in {watch.Elapsed.TotalSeconds:0.0} s ({(Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds:0.0} s CPU), "
            + $"{Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB at most");

        Assert.Equal(PipelineOutcome.Completed, simulation.Coordinator.Outcome);
        Assert.Equal((items, 0, 0), ((int)counts.Accepted, (int)counts.Dropped, (int)counts.Released));
        Assert.Equal(items, counts.Acked + counts.DeadLettered);
        Assert.InRange(counts.Acked, (long)(0.9 * items), (long)(0.99 * items));
    }

    [Fact]
    public void It_replays_by_its_seed()
    {
        var plan = Failing with { Items = 10_000, Keys = 100 };
        var first = new Simulation("first", plan, 7).Run();
        var second = new Simulation("second", plan, 7).Run();
        Assert.Equal((first.Trace.Hash, first.Scheduler.Steps), (second.Trace.Hash, second.Scheduler.Steps));
        Assert.NotEqual(first.Trace.Hash, new Simulation("another", plan, 8).Run().Trace.Hash);
    }

    [Fact]
    public void Some_that_never_end_change_nothing_while_they_are_below_their_bound()
    {
        var simulation = new Simulation("a few never end", Failing with
        {
            Items = Items / 10,
            Hanging = 20.0 / Items,
            Timeout = Failing.Timeout! with { AbandonedMax = 50 },
        }).Run();

        Assert.Equal(PipelineOutcome.Completed, simulation.Coordinator.Outcome);
        Assert.Equal(Items / 10, simulation.Coordinator.Counts!.Value.Acked + simulation.Coordinator.Counts.Value.DeadLettered);
        Assert.InRange(simulation.Pool.MostAbandoned, 1, 49);
        Assert.Equal(0, simulation.Pool.Pauses);
    }

    [Fact]
    public void Beyond_their_bound_the_pipeline_pauses_says_why_and_goes_on_when_told()
    {
        const int Count = 5_000;
        var resumes = Enumerable.Range(1, 100).Select(time => (time * 100 * VirtualTime.Millisecond, UserAct.Resume, 0L));
        var simulation = new Simulation("many never end", Failing with
        {
            Items = Count,
            Hanging = 0.01,
            Timeout = Failing.Timeout! with { AbandonedMax = 10 },
            EndsWithSources = false,
            Acts = [.. resumes, (11 * VirtualTime.Second, UserAct.Complete, 0L)],
        }).Run();

        output.WriteLine($"{simulation.Pool.Pauses} pauses, {simulation.Pool.MostAbandoned} abandoned: {string.Join("; ", simulation.Coordinator.StallReasons)}");
        Assert.Equal(PipelineOutcome.Completed, simulation.Coordinator.Outcome);
        Assert.Equal(Count, simulation.Coordinator.Counts!.Value.Acked + simulation.Coordinator.Counts.Value.DeadLettered);
        Assert.True(simulation.Pool.Pauses > 2);
        Assert.Contains(simulation.Coordinator.StallReasons, reason => reason.Contains("stuck", StringComparison.Ordinal));
    }
}
