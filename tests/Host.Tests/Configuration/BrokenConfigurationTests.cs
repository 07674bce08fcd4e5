using System.Text.RegularExpressions;
using Xunit;

namespace AkkaPipeline.Host.Tests.Configuration;

public sealed partial class BrokenConfigurationTests
{
    [Theory]
    [MemberData(nameof(BrokenPipelines.Sources), MemberType = typeof(BrokenPipelines))]
    public void A_broken_source_is_named_with_its_place(string line, string places, string phrase) =>
        Check(BrokenPipelines.Around(line), places, phrase);

    [Theory]
    [MemberData(nameof(BrokenPipelines.Consumes), MemberType = typeof(BrokenPipelines))]
    public void A_broken_consume_is_named_with_its_place(string line, string places, string phrase) =>
        Check(BrokenPipelines.Around(line), places, phrase);

    [Theory]
    [MemberData(nameof(BrokenPipelines.Sinks), MemberType = typeof(BrokenPipelines))]
    public void A_broken_sink_is_named_with_its_place(string line, string places, string phrase) =>
        Check(BrokenPipelines.Around(line), places, phrase);

    [Theory]
    [MemberData(nameof(BrokenPipelines.DeadLetters), MemberType = typeof(BrokenPipelines))]
    public void Broken_dead_letters_are_named_with_their_place(string line, string places, string phrase) =>
        Check(BrokenPipelines.Around(line), places, phrase);

    [Theory]
    [MemberData(nameof(BrokenPipelines.Queues), MemberType = typeof(BrokenPipelines))]
    public void A_broken_queue_is_named_with_its_place(string line, string places, string phrase) =>
        Check(BrokenPipelines.Around(line), places, phrase);

    [Theory]
    [MemberData(nameof(BrokenPipelines.Retries), MemberType = typeof(BrokenPipelines))]
    public void A_broken_retry_is_named_with_its_place(string line, string places, string phrase) =>
        Check(BrokenPipelines.Around(line), places, phrase);

    [Theory]
    [MemberData(nameof(BrokenPipelines.Timeouts), MemberType = typeof(BrokenPipelines))]
    public void A_broken_timeout_is_named_with_its_place(string line, string places, string phrase) =>
        Check(BrokenPipelines.Around(line), places, phrase);

    [Theory]
    [MemberData(nameof(BrokenPipelines.Keys), MemberType = typeof(BrokenPipelines))]
    public void A_broken_order_by_key_is_named_with_its_place(string line, string places, string phrase) =>
        Check(BrokenPipelines.Around(line), places, phrase);

    [Theory]
    [MemberData(nameof(BrokenPipelines.Rates), MemberType = typeof(BrokenPipelines))]
    public void A_broken_rate_is_named_with_its_place(string line, string places, string phrase) =>
        Check(BrokenPipelines.Around(line), places, phrase);

    [Theory]
    [MemberData(nameof(BrokenPipelines.Halts), MemberType = typeof(BrokenPipelines))]
    public void A_broken_halt_is_named_with_its_place(string line, string places, string phrase) =>
        Check(BrokenPipelines.Around(line), places, phrase);

    [Theory]
    [MemberData(nameof(BrokenPipelines.Batches), MemberType = typeof(BrokenPipelines))]
    public void A_broken_batch_or_breaker_is_named_with_its_place(string line, string places, string phrase) =>
        Check(BrokenPipelines.Around(line), places, phrase);

    [Theory]
    [MemberData(nameof(BrokenPipelines.Others), MemberType = typeof(BrokenPipelines))]
    public void Any_other_broken_key_is_named_with_its_place(string line, string places, string phrase) =>
        Check(BrokenPipelines.Around(line), places, phrase);

    [Theory]
    [MemberData(nameof(BrokenConfigurations.Whole), MemberType = typeof(BrokenConfigurations))]
    public void A_broken_configuration_is_named_with_its_places(string text, string places, string phrase) =>
        Check(BrokenConfigurations.Text(text), places, phrase);

    [Fact]
    public void All_faults_are_reported_at_once_in_order_of_place()
    {
        using var folder = new ConfigurationFolder();
        (_, string faults) = folder.With("t.conf", """
            akka-pipeline.pipelines.p {
              source { type = file, pth = in.log }
              consume { type = parse, format = combined-log, consumers = many, threads = shard }
              sink { type = file, path = }
              queue { capacity = 0
                order = lifo }
              dead-letters { allow = ${NOPE} }
              drain-timeout = 25
            }
            """).Load();

        Assert.Equal(
            ["2:3", "2:25", "3:62", "3:78", "4:28", "5:22", "6:13", "7:26", "8:19"],
            PlaceInText().Matches(faults).Select(match => match.Groups[1].Value));
    }

    private static void Check(string text, string places, string phrase)
    {
        using var folder = new ConfigurationFolder();
        (object? configuration, string faults) = folder.With("t.conf", text).Load();

        Assert.Null(configuration);
        Assert.Equal(places, string.Join(' ', PlaceInText().Matches(faults).Select(match => match.Groups[1].Value)));
        Assert.Contains(phrase, faults.Split('\n')[0], StringComparison.Ordinal);
    }

    [GeneratedRegex("^t\\.conf:([0-9]+:[0-9]+): ", RegexOptions.Multiline)]
    private static partial Regex PlaceInText();
}
