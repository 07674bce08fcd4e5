using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

public sealed class RetryTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static TheoryData<RetryBackoff, double[]> Backoffs { get; } = new()
    {
        { RetryBackoff.None, [0, 0, 0, 0] },
        { RetryBackoff.Constant(3 * Second).WithoutJitter(), [3, 3, 3, 3] },
        { RetryBackoff.Linear(2 * Second, 5 * Second).WithoutJitter(), [2, 4, 5, 5] },
        { RetryBackoff.Exponential(Second, 6 * Second).WithoutJitter(), [1, 2, 4, 6] },
        { RetryBackoff.Listed(4 * Second, Second).WithoutJitter(), [4, 1, 1, 1] },
    };

    [Theory]
    [MemberData(nameof(Backoffs))]
    public async Task Each_kind_of_backoff_waits_by_the_pipelines_clock(RetryBackoff backoff, double[] waits)
    {
        var clock = new FakeTimeProvider();
        var journal = new Journal<int>(clock);
        await using var running = await AlwaysFailingAsync(clock, journal, new RetryPolicy { MaxAttempts = 5, Backoff = backoff });
        await running.Queue.PutAsync(1).Soon();

        foreach (var wait in waits.Where(wait => wait > 0))
        {
            await running.Queue.UntilAsync(now => now is { InFlight: 0, Queued: 0, Scheduled: 1 });
            clock.Advance((wait * Second) - TimeSpan.FromMilliseconds(1));
            await running.Queue.HasHeardAsync();
            Assert.Equal(1, (await running.Queue.CountsAsync().Soon()).Scheduled);
            clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        var settlement = await running.Queue.JoinAsync().Soon();
        Assert.Equal(1, settlement.DeadLettered);
        var starts = journal.Started.Select(one => one.At / Second).ToArray();
        Assert.Equal(waits, starts.Skip(1).Zip(starts, (later, earlier) => later - earlier));
        Assert.Equal([1, 2, 3, 4, 5], journal.Started.Select(one => one.Attempt));
        Assert.Single(journal.Started.Select(one => (one.Id, one.Sequence)).Distinct());
    }

    [Fact]
    public async Task A_jittered_wait_lies_between_zero_and_what_the_kind_says_and_they_differ()
    {
        const int Items = 200;
        var clock = new FakeTimeProvider();
        var journal = new Journal<int>(clock);
        await using var running = await AlwaysFailingAsync(
            clock, journal, new RetryPolicy { MaxAttempts = 2, Backoff = RetryBackoff.Constant(10 * Second) });
        await running.Queue.PutAllAsync(Enumerable.Range(0, Items));
        await running.Queue.UntilAsync(now => now is { Queued: 0, InFlight: 0 });
        for (var second = 0; second < 10; second++)
        {
            clock.Advance(Second);
            await running.Queue.UntilAsync(now => now is { Queued: 0, InFlight: 0 });
        }

        var settlement = await running.Queue.JoinAsync().Soon();

        Assert.Equal(Items, settlement.DeadLettered);
        var again = journal.Started.Where(one => one.Attempt == 2).Select(one => one.At / Second).ToArray();
        Assert.All(again, at => Assert.InRange(at, 0, 10));
        Assert.True(again.Distinct().Count() > 5, "all of them were tried at the same time");
    }

    [Fact]
    public async Task The_attempts_are_those_of_the_policy_and_the_dead_letter_tells_all_of_them()
    {
        await using var running = await AlwaysFailingAsync(
            new FakeTimeProvider(), new Journal<int>(), new RetryPolicy { MaxAttempts = 4, Backoff = RetryBackoff.None });
        await running.Queue.PutAllAsync(1, 2);

        var settlement = await running.Queue.JoinAsync().Soon();

        Assert.Equal((2, 0, 2), (settlement.Accepted, settlement.Acked, settlement.DeadLettered));
        Assert.Equal(6, (await running.Queue.CountsAsync().Soon()).Retried);
        Assert.All(await running.DeadLetters.AllAsync(), letter =>
        {
            Assert.Equal(DeadLetterCause.AttemptsUsedUp, letter.Cause);
            Assert.Equal([1, 2, 3, 4], letter.Attempts.Select(attempt => attempt.Number));
            Assert.Equal(["attempt 1", "attempt 2", "attempt 3", "attempt 4"], letter.Attempts.Select(attempt => attempt.Error.Message));
        });
    }

    [Theory]
    [InlineData(typeof(ArgumentException), 1, DeadLetterCause.NotRetried)]
    [InlineData(typeof(ArgumentNullException), 1, DeadLetterCause.NotRetried)]
    [InlineData(typeof(FormatException), 1, DeadLetterCause.NotRetried)]
    [InlineData(typeof(UriFormatException), 1, DeadLetterCause.NotRetried)]
    [InlineData(typeof(OperationCanceledException), 3, DeadLetterCause.AttemptsUsedUp)]
    [InlineData(typeof(TaskCanceledException), 3, DeadLetterCause.AttemptsUsedUp)]
    [InlineData(typeof(InvalidOperationException), 3, DeadLetterCause.AttemptsUsedUp)]
    [InlineData(typeof(TimeoutException), 3, DeadLetterCause.AttemptsUsedUp)]
    public async Task By_default_what_speaks_of_an_argument_or_a_format_is_not_tried_again(
        Type exception, int attempts, DeadLetterCause cause)
    {
        await using var running = await engine.Pipeline().Retry(3, RetryBackoff.None).Consume(2, async (delivery, _) =>
        {
            var thrown = (Exception)Activator.CreateInstance(exception)!;
            if (delivery.Item == 1)
            {
                throw thrown;
            }

            await Task.Yield();
            throw thrown;
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2);

        await running.Queue.JoinAsync().Soon();

        Assert.All(await running.DeadLetters.AllAsync(), letter => Assert.Equal((attempts, cause), (letter.Attempts.Count, letter.Cause)));
    }

    [Fact]
    public async Task A_policy_says_itself_what_is_tried_again()
    {
        await using var running = await engine.Pipeline()
            .Retry(RetryPolicy.Default with { Retries = thrown => thrown is FormatException, Backoff = RetryBackoff.None })
            .Consume(1, (delivery, _) => throw (delivery.Item == 1 ? new FormatException("form") : new IOException("io"))).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2);

        await running.Queue.JoinAsync().Soon();

        Assert.Equal([(2, 1), (1, 5)], (await running.DeadLetters.AllAsync()).Select(letter => (letter.Item, letter.Attempts.Count)).OrderBy(one => one.Count));
    }

    [Fact]
    public async Task An_item_that_comes_back_stands_before_what_came_after_it()
    {
        var clock = new FakeTimeProvider();
        var journal = new Journal<int>(clock);
        var gate = new Gate();
        await using var running = await engine.Pipeline().Clock(clock).Retry(2, RetryBackoff.Constant(Second).WithoutJitter())
            .Consume(1, async (delivery, _) =>
            {
                journal.Note(delivery);
                if (delivery is { Item: 1, Attempt: 1 })
                {
                    throw new IOException("once");
                }

                if (delivery.Item == 2)
                {
                    await gate.Opened;
                }
            }).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2);
        await journal.HasAsync(2);
        await running.Queue.PutAllAsync(3, 4);
        clock.Advance(Second);
        await running.Queue.UntilAsync(now => now is { Scheduled: 0, Queued: 3 });

        gate.Open();

        await running.Queue.JoinAsync().Soon();
        Assert.Equal([1, 2, 1, 3, 4], journal.Items);
    }

    [Fact]
    public async Task A_settled_source_hears_of_an_item_once_when_it_is_settled_for_good()
    {
        var clock = new FakeTimeProvider();
        var source = new HeardSource(Enumerable.Range(0, 10));
        var settlement = await engine.Pipeline().Clock(clock).From(source).Retry(3, RetryBackoff.None)
            .Consume(2, (delivery, _) => delivery.Item % 3 == 1 && delivery.Attempt <= 2 || delivery.Item == 5
                ? throw new IOException("bad")
                : ValueTask.CompletedTask).RunToCompletionAsync().Soon();

        Assert.Equal((9, 1), (settlement.Acked, settlement.DeadLettered));
        Assert.Equal(Enumerable.Range(0, 10).Select(number => (long)number), source.Heard.Order());
        Assert.Equal(10, source.Watermark);
    }

    [Fact]
    public async Task A_failed_write_is_tried_again_with_the_item_that_it_came_from()
    {
        var writes = 0;
        var sink = new AnsweringSink<int>(_ => ++writes <= 2 ? throw new IOException($"write {writes}") : BatchResult.Written);
        var journal = new Journal<int>();
        await using var running = await engine.Pipeline().Retry(3, RetryBackoff.None).Consume<int>(1, (delivery, outputs, _) =>
        {
            journal.Note(delivery);
            outputs.Emit(delivery.Item);
            return ValueTask.CompletedTask;
        }).To(sink).StartAsync().Soon();
        await running.Queue.PutAsync(1).Soon();

        Assert.Equal(1, (await running.Queue.JoinAsync().Soon()).Acked);
        Assert.Equal([1, 2, 3], journal.Started.Select(one => one.Attempt));
    }

    private Task<RunningPipeline<int>> AlwaysFailingAsync(TimeProvider clock, Journal<int> journal, RetryPolicy policy) =>
        engine.Pipeline().Clock(clock).Retry(policy).Consume(1, (delivery, _) =>
        {
            journal.Note(delivery);
            throw new IOException($"attempt {delivery.Attempt}");
        }).StartAsync().Soon();
}
