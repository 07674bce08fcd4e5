using Xunit;

namespace AkkaPipeline.Tests;

public sealed class RetryPolicyTests
{
    [Fact]
    public void By_default_everything_is_retried_but_what_speaks_of_an_argument_or_a_format()
    {
        Assert.All<Exception>(
            [new InvalidOperationException(), new OperationCanceledException(), new TimeoutException(), new IOException()],
            exception => Assert.True(RetryPolicy.Default.Retries(exception)));
        Assert.All<Exception>(
            [new ArgumentException(), new ArgumentNullException(), new ArgumentOutOfRangeException(), new FormatException(), new UriFormatException()],
            exception => Assert.False(RetryPolicy.Default.Retries(exception)));
    }

    [Fact]
    public void Two_default_policies_are_equal() => Assert.Equal(RetryPolicy.Default, new RetryPolicy());

    [Fact]
    public void It_says_what_it_is()
    {
        Assert.Equal("at most 5 attempts, exponential from 1 s to 2 min, full jitter", RetryPolicy.Default.ToString());
        Assert.Equal("at most 1 attempt, none", new RetryPolicy { MaxAttempts = 1, Backoff = RetryBackoff.None }.ToString());
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy { MaxAttempts = 0 });
        Assert.Throws<ArgumentNullException>(() => RetryPolicy.Default with { Backoff = null! });
        Assert.Throws<ArgumentNullException>(() => RetryPolicy.Default with { Retries = null! });
    }
}
