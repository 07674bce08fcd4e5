using AkkaPipeline.Configuring;
using AkkaPipeline.Consuming;
using AkkaPipeline.Host.Configuration;
using Xunit;

namespace AkkaPipeline.Host.Tests.Configuration;

/// <summary>What a pipeline's section says of retries, timeouts, keys, rates, batches and halting.</summary>
public sealed class SettlingConfigurationTests : IDisposable
{
    private readonly ConfigurationFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Nothing_of_it_is_on_unless_it_is_set()
    {
        PipelineSettings settings = With("");

        Assert.Null(settings.Retry);
        Assert.Null(settings.Timeout);
        Assert.Null(settings.Keys);
        Assert.Null(settings.Rate);
        Assert.Null(settings.Halt);
        Assert.Null(settings.Sink.Batch);
        Assert.Null(settings.Sink.Breaker);
    }

    [Theory]
    [InlineData("max-attempts = 3", "at most 3 attempts, exponential from 1 s to 2 min, full jitter")]
    [InlineData("max-attempts = 5, factor = 1.5, max-delay = 1 m", "at most 5 attempts, exponential by 1.5 from 1 s to 1 min, full jitter")]
    [InlineData("max-attempts = 2, backoff = linear, first-delay = 500 ms, max-delay = 3 s", "at most 2 attempts, linear from 500 ms to 3 s, full jitter")]
    [InlineData("max-attempts = 2, backoff = constant, first-delay = 5 s, jitter = none", "at most 2 attempts, constant 5 s")]
    [InlineData("max-attempts = 2, backoff = none", "at most 2 attempts, none")]
    [InlineData("max-attempts = 9, backoff = [1 s, 5 s, 1 m], jitter = none", "at most 9 attempts, listed 1 s, 5 s, 1 min")]
    public void A_retry_has_attempts_and_a_backoff(string retry, string policy) =>
        Assert.Equal(policy, $"{With($"retry {{ {retry} }}").Retry}");

    [Theory]
    [InlineData("", false)]
    [InlineData("errors = transient", false)]
    [InlineData("errors = all", true)]
    public void Malformed_lines_are_tried_again_only_if_all_errors_are(string errors, bool retried)
    {
        RetryPolicy retry = With($"retry {{ max-attempts = 2, {errors} }}").Retry!;

        Assert.Equal(retried, retry.Retries(new FormatException()));
        Assert.True(retry.Retries(new IOException()));
    }

    [Theory]
    [InlineData("per-item = 30 s", 30, 5, 16)]
    [InlineData("per-item = 1 m, grace = 10 s, abandoned-max = 4", 60, 10, 4)]
    public void A_timeout_has_a_grace_and_a_bound_on_what_is_given_up(string timeout, int perItem, int grace, int abandonedMax) =>
        Assert.Equal(
            new TimeoutSettings(TimeSpan.FromSeconds(perItem), TimeSpan.FromSeconds(grace), abandonedMax),
            With($"timeout {{ {timeout} }}").Timeout);

    [Fact]
    public void A_key_is_a_word_of_the_line_or_what_a_pattern_finds()
    {
        Assert.Equal(new KeySettings(new FieldKey(1), KeyFailure.Skip, null), With("in-order-by { field = 1 }").Keys);
        Assert.Equal(
            new KeySettings(new PatternKey("^(\\S+)"), KeyFailure.Park, Rate.Of(5, TimeSpan.FromMinutes(1), 2)),
            With("""in-order-by { pattern = "^(\\S+)", on-failure = park, rate { items = 5, per = 1 m, burst = 2 } }""").Keys);
    }

    [Fact]
    public void The_pattern_that_reference_conf_shows_is_valid()
    {
        const string Mark = "# or: ";
        string shown = ReferenceConfiguration.Source.Text.Split('\n').Single(line => line.Contains(Mark, StringComparison.Ordinal));

        Assert.Equal(
            new PatternKey("\"[A-Z]+ ([^ ?]*)"),
            With($"in-order-by {{ {shown[(shown.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length)..]} }}").Keys!.Key);
    }

    [Theory]
    [InlineData("items = 100", "100 per s, burst 10")]
    [InlineData("items = 100, per = 1 m", "100 per min, burst 1")]
    [InlineData("items = 100, burst = 7", "100 per s, burst 7")]
    [InlineData("items = none, burst = 7", "")]
    public void A_rate_is_a_number_of_items_in_a_time(string rate, string shown) =>
        Assert.Equal(shown, $"{With($"rate {{ {rate} }}").Rate}");

    [Theory]
    [InlineData("failures = 5", "soon after 5 failures")]
    [InlineData("failures = 10 %, when = now", "now after 10 % failures (of at least 3 items)")]
    [InlineData("failures = 12.5%, after = 1000", "soon after 12.5 % failures (of at least 1,000 items)")]
    [InlineData("successes = 1", "soon after 1 success")]
    [InlineData("successes = 100, failures = 50 %", "soon after 50 % failures (of at least 3 items); soon after 100 successes")]
    public void A_halt_has_rules(string halt, string rules) =>
        Assert.Equal(rules, string.Join("; ", With($"halt {{ {halt} }}").Halt!.Rules));

    [Fact]
    public void A_sink_has_batches_and_a_breaker()
    {
        PipelineSettings settings = With("""
            sink.batch { items = 500, bytes = 1 MiB, time = 200 ms }
            sink.breaker { failure-ratio = 0.5, minimum-throughput = 10, sampling-duration = 1 m, break-duration = 15 s }
            """);

        Assert.Equal(new BatchSettings(500, 1 << 20, TimeSpan.FromMilliseconds(200)), settings.Sink.Batch);
        Assert.Equal(new BreakerSettings(0.5, 10, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(15)), settings.Sink.Breaker);
    }

    [Fact]
    public void Defaults_for_all_pipelines_hold_for_it_too()
    {
        (ProgramConfiguration? configuration, string faults) = folder.With("t.conf", """
            akka-pipeline.pipeline-defaults { retry.max-attempts = 4, in-order-by { field = 2, rate.items = 9 }, sink.batch.items = 3 }
            akka-pipeline.pipelines.p {
              source { type = file, path = in.log }
              consume { type = parse, format = combined-log }
              sink { type = file, path = out.jsonl }
              in-order-by.on-failure = halt
            }
            """).Load();

        Assert.Equal("", faults);
        PipelineSettings settings = configuration!.Pipelines[0];
        Assert.Equal(4, settings.Retry!.MaxAttempts);
        Assert.Equal(new KeySettings(new FieldKey(2), KeyFailure.Halt, Rate.PerSecond(9)), settings.Keys);
        Assert.Equal(3, settings.Sink.Batch!.ItemsMax);
    }

    private PipelineSettings With(string more)
    {
        (ProgramConfiguration? configuration, string faults) = folder.With("t.conf", $$"""
            akka-pipeline.pipelines.p {
              source { type = file, path = in.log }
              consume { type = parse, format = combined-log }
              sink { type = file, path = out.jsonl }
              {{more}}
            }
            """).Load();
        Assert.Equal("", faults);
        return Assert.Single(configuration!.Pipelines);
    }
}
