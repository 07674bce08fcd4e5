using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

/// <summary>What a dead letter tells of its item, and that what it tells is bounded.</summary>
public sealed class DeadLetterContentTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task It_holds_the_item_its_id_key_headers_cause_and_reason_and_every_attempt_with_time_and_duration()
    {
        var clock = new FakeTimeProvider();
        var start = clock.GetUtcNow();
        var id = string.Empty;
        await using var running = await engine.Pipeline().Clock(clock).InOrderBy(item => $"key {item}")
            .Retry(2, RetryBackoff.Constant(TimeSpan.FromMinutes(1)).WithoutJitter())
            .Consume(1, (delivery, _) =>
            {
                id = delivery.Id;
                clock.Advance(TimeSpan.FromSeconds(delivery.Attempt));
                throw new IOException($"attempt {delivery.Attempt}", new FormatException("inner"));
            }).StartAsync().Soon();
        await running.Queue.PutAsync(7, headers: new Dictionary<string, string> { ["from"] = "test" }).Soon();
        await running.Queue.UntilAsync(now => now.Scheduled == 1);
        clock.Advance(TimeSpan.FromMinutes(1));
        await running.Queue.JoinAsync().Soon();

        var letter = Assert.Single(await running.DeadLetters.AllAsync());

        Assert.Equal((7, id, 1L, "key 7"), (letter.Item, letter.Id, letter.Sequence, letter.Key));
        Assert.Equal("test", Assert.Single(letter.Headers).Value);
        Assert.Equal((DeadLetterCause.AttemptsUsedUp, "attempt 2"), (letter.Cause, letter.Reason));
        Assert.Equal(start + TimeSpan.FromSeconds(63), letter.At);
        Assert.Equal("attempt 2", Assert.IsType<IOException>(letter.Exception).Message);
        Assert.Equal(
            [(1, start, TimeSpan.FromSeconds(1)), (2, start + TimeSpan.FromSeconds(61), TimeSpan.FromSeconds(2))],
            letter.Attempts.Select(attempt => (attempt.Number, attempt.StartedAt, attempt.Duration)));
        Assert.All(letter.Attempts, attempt =>
        {
            Assert.Equal((typeof(IOException).FullName, $"attempt {attempt.Number}"), (attempt.Error.Type, attempt.Error.Message));
            Assert.Contains(nameof(It_holds_the_item_its_id_key_headers_cause_and_reason_and_every_attempt_with_time_and_duration), attempt.Error.StackTrace);
            Assert.Contains("inner", attempt.Error.StackTrace);
        });
    }

    [Fact]
    public async Task Message_and_stack_are_bounded_and_the_reason_is_one_line()
    {
        await using var running = await engine.Pipeline().Consume(1, (delivery, _) => Deep(delivery.Item)).StartAsync().Soon();
        await running.Queue.PutAsync(500).Soon();
        await running.Queue.JoinAsync().Soon();

        var letter = Assert.Single(await running.DeadLetters.AllAsync());
        var error = Assert.Single(letter.Attempts).Error;

        Assert.InRange(error.Message.Length, 2_000, 2_048);
        Assert.InRange(error.StackTrace!.Length, 8_000, 8_192);
        Assert.InRange(letter.Reason.Length, 100, 1_024);
        Assert.DoesNotContain(letter.Reason, char.IsControl);

        static ValueTask Deep(int depth)
        {
            Descend(depth);
            return ValueTask.CompletedTask;
        }

        static int Descend(int depth) => depth > 0
            ? 1 + Descend(depth - 1)
            : throw new IOException(string.Join("\r\n", Enumerable.Repeat("a line of many, \u001b[31mred\a", 10_000)));
    }

    [Fact]
    public async Task Of_an_exception_whose_own_members_throw_the_type_is_told()
    {
        await using var running = await engine.Pipeline().Retry(2, RetryBackoff.None)
            .Consume(1, (_, _) => throw new Nasty()).StartAsync().Soon();
        await running.Queue.PutAsync(1).Soon();

        Assert.Equal(1, (await running.Queue.JoinAsync().Soon()).DeadLettered);

        var letter = Assert.Single(await running.DeadLetters.AllAsync());
        Assert.Equal([typeof(Nasty).FullName, typeof(Nasty).FullName], letter.Attempts.Select(attempt => attempt.Error.Type));
        Assert.Equal(typeof(Nasty).FullName, letter.Reason);
    }

    [Fact]
    public async Task Of_very_many_attempts_the_latest_hundred_are_kept()
    {
        await using var running = await engine.Pipeline().Retry(250, RetryBackoff.None)
            .Consume(1, (delivery, _) =>
            {
                delivery.RetryAfter(TimeSpan.Zero);
                return ValueTask.CompletedTask;
            }).StartAsync().Soon();
        await running.Queue.PutAsync(1).Soon();
        await running.Queue.JoinAsync().Soon();

        var letter = Assert.Single(await running.DeadLetters.AllAsync());

        Assert.Equal(Enumerable.Range(151, 100), letter.Attempts.Select(attempt => attempt.Number));
    }

    [Fact]
    public async Task After_a_requeue_the_attempts_start_anew_and_the_history_stays()
    {
        var moody = new Moody();
        await using var running = await engine.Pipeline().Retry(2, RetryBackoff.None).Consume(1, moody.Consume).StartAsync().Soon();
        await running.Queue.PutAsync(1).Soon();
        await running.Queue.JoinAsync().Soon();

        await running.DeadLetters.RequeueAllAsync().Soon();
        await running.Queue.JoinAsync().Soon();

        var letter = Assert.Single(await running.DeadLetters.AllAsync());
        Assert.Equal([1, 2, 1, 2], letter.Attempts.Select(attempt => attempt.Number));
        Assert.Equal([1, 2, 1, 2], moody.Seen.Select(one => one.Attempt));
    }

    private sealed class Nasty : Exception
    {
        public override string Message => throw new InvalidOperationException("no message for you");

        public override string? StackTrace => throw new InvalidOperationException("no stack for you");

        public override string ToString() => throw new InvalidOperationException("no text for you");
    }
}
