using AkkaPipeline.Consuming;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Consuming;

public sealed class FailureJudgeTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly Exception Broken = new InvalidOperationException("broken");

    private static readonly RetryPolicy ThreeAttempts = new()
    {
        MaxAttempts = 3,
        Backoff = RetryBackoff.Linear(Second, TimeSpan.MaxValue).WithoutJitter(),
    };

    [Fact]
    public void Without_a_policy_an_item_has_one_attempt() =>
        Assert.Equal(DeadLetter(DeadLetterCause.AttemptsUsedUp), Judged(null, Broken, 1, FailureOutcome.ByPolicy));

    [Fact]
    public void A_policy_retries_with_its_backoff_until_the_attempts_are_used_up()
    {
        Assert.Equal(Retry(Second), Judged(ThreeAttempts, Broken, 1, FailureOutcome.ByPolicy));
        Assert.Equal(Retry(2 * Second), Judged(ThreeAttempts, Broken, 2, FailureOutcome.ByPolicy));
        Assert.Equal(DeadLetter(DeadLetterCause.AttemptsUsedUp), Judged(ThreeAttempts, Broken, 3, FailureOutcome.ByPolicy));
        Assert.Equal(DeadLetter(DeadLetterCause.AttemptsUsedUp), Judged(ThreeAttempts, Broken, int.MaxValue, FailureOutcome.ByPolicy));
    }

    [Fact]
    public void An_exception_that_the_policy_does_not_retry_makes_a_dead_letter_at_once()
    {
        var cause = new FormatException("not a number");
        Assert.Equal(DeadLetter(DeadLetterCause.NotRetried, "not a number"), Judged(ThreeAttempts, cause, 1, FailureOutcome.ByPolicy));
    }

    [Fact]
    public void A_retry_that_was_asked_for_ignores_the_exception_but_not_the_maximum()
    {
        var cause = new FormatException("broken");
        Assert.Equal(Retry(2 * Second), Judged(ThreeAttempts, cause, 2, FailureOutcome.Retry));
        Assert.Equal(DeadLetter(DeadLetterCause.AttemptsUsedUp), Judged(ThreeAttempts, cause, 3, FailureOutcome.Retry));
        Assert.Equal(Retry(TimeSpan.Zero), Judged(null, cause, int.MaxValue, FailureOutcome.Retry));
    }

    [Fact]
    public void A_delay_of_ones_own_goes_before_the_backoff_and_is_bounded_by_a_policy_only()
    {
        var later = FailureOutcome.RetryAfter(7 * Second);
        Assert.Equal(Retry(7 * Second), Judged(ThreeAttempts, Broken, 2, later));
        Assert.Equal(DeadLetter(DeadLetterCause.AttemptsUsedUp), Judged(ThreeAttempts, Broken, 3, later));
        Assert.Equal(Retry(7 * Second), Judged(null, Broken, int.MaxValue, later));
    }

    [Fact]
    public void A_rejected_item_is_a_dead_letter_with_the_given_reason_or_the_message()
    {
        Assert.Equal(DeadLetter(DeadLetterCause.Rejected, "no such customer"), Judged(ThreeAttempts, Broken, 1, FailureOutcome.Reject("no such customer")));
        Assert.Equal(DeadLetter(DeadLetterCause.Rejected), Judged(null, Broken, 1, FailureOutcome.Reject(" \n")));
        Assert.Equal(DeadLetter(DeadLetterCause.Rejected), Judged(null, Broken, 1, FailureOutcome.Reject()));
    }

    [Fact]
    public void A_release_is_a_release_however_many_attempts_there_were() =>
        Assert.Equal(VerdictKind.Release, Judged(ThreeAttempts, Broken, 99, FailureOutcome.Release).Kind);

    [Fact]
    public void A_filter_that_throws_is_contained_and_told_once_and_the_default_decides()
    {
        var policy = ThreeAttempts with { Retries = _ => throw new TimeoutException("the filter's own") };
        var faults = new List<Exception>();
        var judge = new FailureJudge(policy, Random.Shared, faults.Add);
        Assert.Equal(Retry(Second), judge.Judge(Broken, 1, FailureOutcome.ByPolicy));
        Assert.Equal(DeadLetterCause.NotRetried, judge.Judge(new ArgumentException("a"), 1, FailureOutcome.ByPolicy).Cause);
        Assert.IsType<TimeoutException>(Assert.Single(faults));
    }

    [Theory]
    [InlineData("a\r\nb\tc", "a b c")]
    [InlineData("  padded ", "padded")]
    [InlineData("a\u2028\u0085b\n", "a b")]
    [InlineData("", "AkkaPipeline.Tests.Consuming.FailureJudgeTests+Spoken")]
    [InlineData("\n \r", "AkkaPipeline.Tests.Consuming.FailureJudgeTests+Spoken")]
    [InlineData(null, "AkkaPipeline.Tests.Consuming.FailureJudgeTests+Spoken")]
    public void A_reason_is_one_line_and_falls_back_to_the_type(string? message, string reason) =>
        Assert.Equal(reason, Judged(null, new Spoken(() => message!), 1, FailureOutcome.ByPolicy).Reason);

    [Fact]
    public void An_exception_whose_message_throws_is_told_by_its_type() => Assert.Equal(
        typeof(Spoken).FullName,
        Judged(null, new Spoken(() => throw new InvalidOperationException()), 1, FailureOutcome.ByPolicy).Reason);

    [Fact]
    public void A_reason_is_never_long_empty_or_broken_whatever_the_message() =>
        Gen.OneOf(Gen.String, Gen.Char["a\n😀 "].Array[0, 3_000].Select(characters => new string(characters))).Sample(message =>
        {
            var reason = Judged(null, new Spoken(() => message), 1, FailureOutcome.ByPolicy).Reason;
            Assert.InRange(reason.Length, 1, FailureReason.CharactersMax);
            Assert.DoesNotContain(reason, char.IsControl);
        });

    [Fact]
    public async Task A_seeded_random_is_shared_by_many_runners_without_harm()
    {
        var policy = new RetryPolicy { MaxAttempts = 9, Backoff = RetryBackoff.Constant(Second) };
        var judge = new FailureJudge(policy, new Random(1));
        var runners = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            Enumerable.Range(0, 20_000).Select(_ => judge.Judge(Broken, 1, default).Delay).ToArray()));
        var drawn = (await Task.WhenAll(runners)).SelectMany(delays => delays).Order();
        var random = new Random(1);
        Assert.Equal(Enumerable.Range(0, 80_000).Select(_ => policy.Backoff.After(1, random)).Order(), drawn);
    }

    private static Verdict Judged(RetryPolicy? policy, Exception cause, int attempt, FailureOutcome decided) =>
        new FailureJudge(policy, Random.Shared).Judge(cause, attempt, decided);

    private static Verdict Retry(TimeSpan delay) => new(VerdictKind.Retry, delay, default, "broken");

    private static Verdict DeadLetter(DeadLetterCause cause, string reason = "broken") =>
        new(VerdictKind.DeadLetter, TimeSpan.Zero, cause, reason);

    private sealed class Spoken(Func<string> message) : Exception
    {
        public override string Message => message();
    }
}
