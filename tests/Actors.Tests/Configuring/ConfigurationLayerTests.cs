using AkkaPipeline.Configuring;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace AkkaPipeline.Tests.Configuring;

/// <summary>Several providers of one application, each with its own spelling, and what they leave open.</summary>
public sealed class ConfigurationLayerTests
{
    private const string Orders = "AkkaPipeline:Pipelines:orders";

    [Theory]
    [InlineData("AkkaPipeline:Pipelines:orders:Retry:MaxAttempts", "akka-pipeline:pipelines:orders:retry:max-attempts")]
    [InlineData("akka-pipeline:pipelines:orders:retry:max-attempts", "AkkaPipeline:Pipelines:orders:Retry:MaxAttempts")]
    [InlineData("AkkaPipeline:Pipelines:orders:Retry:MaxAttempts", "AKKAPIPELINE:PIPELINES:ORDERS:RETRY:MAXATTEMPTS")]
    [InlineData("AkkaPipeline:Pipelines:orders:Retry:MaxAttempts", "AKKA_PIPELINE:PIPELINES:ORDERS:RETRY:MAX_ATTEMPTS")]
    [InlineData("AkkaPipeline:PipelineDefaults:Retry:MaxAttempts", "AKKA_PIPELINE:PIPELINE_DEFAULTS:RETRY:MAX_ATTEMPTS")]
    public void The_later_provider_goes_over_the_earlier_in_whatever_spelling(string earlier, string later) =>
        Assert.Equal(7, Sound([(earlier, "3")], [(later, "7")]).Retry!.MaxAttempts);

    [Theory]
    [InlineData("ACCESS_LOG")]
    [InlineData("accesslog")]
    [InlineData("Access-Log")]
    public void A_pipeline_s_name_is_known_in_any_spelling(string written) =>
        Assert.Equal(7, Read([[($"AKKA_PIPELINE:PIPELINES:{written}:QUEUE:CAPACITY", "7")]], new ConfigFaults(), "access-log").Queue.Capacity);

    [Fact]
    public void A_pipeline_s_exact_name_is_taken_before_one_that_is_like_it()
    {
        (string, string?)[] both = [("AkkaPipeline:Pipelines:access_log:Queue:Capacity", "5"), ("AkkaPipeline:Pipelines:access-log:Queue:Capacity", "7")];
        var faults = new ConfigFaults();

        Assert.Equal(7, Read([both], faults, "access-log").Queue.Capacity);
        Assert.Equal(5, Read([both], faults, "access_log").Queue.Capacity);
        Assert.Equal("", faults.Format());
    }

    [Theory]
    [InlineData("AkkaPipelines")]
    [InlineData("AkkaPipline")]
    [InlineData("akka-pipelin")]
    [InlineData("AKKA_PIPELINES")]
    public void A_misspelt_root_is_told(string root) =>
        Assert.Contains(
            $"Memory configuration: {root} is not a key that is known here; did you mean akka-pipeline?",
            Faults([($"{root}:Pipelines:orders:Queue:Capacity", "7")]),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("AkkaPipelines")]
    [InlineData("Akka:Pipeline")]
    [InlineData("AkkaPipelineHost:Port")]
    public void What_is_the_application_s_own_is_left_alone(string key) =>
        Assert.Equal(65_536, Sound([(key, "7")]).Queue.Capacity);

    [Fact]
    public void Two_spellings_in_one_provider_are_told_with_both() =>
        Assert.Contains(
            "Memory configuration: AkkaPipeline:Pipelines:orders:retry:max-attempts and AkkaPipeline:Pipelines:orders:retry:MaxAttempts set max-attempts in two spellings; drop one of them",
            Faults([("AkkaPipeline:Pipelines:orders:retry:MaxAttempts", "3"), ("AkkaPipeline:Pipelines:orders:retry:max-attempts", "4")]),
            StringComparison.Ordinal);

    [Fact]
    public void A_section_in_two_spellings_is_one() =>
        Assert.Equal((7, 3), Sound([($"{Orders}:DeadLetters:Kept", "7"), ($"akka-pipeline:pipelines:orders:dead-letters:drop-oldest", "true"), ($"{Orders}:consume:consumers", "3")]) is var options
            && options.DeadLetters.DropsOldest ? ((int)options.DeadLetters.Max, options.Consumers) : default);

    [Theory]
    [InlineData("True", true)]
    [InlineData("False", false)]
    [InlineData("TRUE", true)]
    [InlineData("on", true)]
    public void Switches_are_known_in_any_capitals(string written, bool expected) =>
        Assert.Equal(expected, Sound([($"{Orders}:DeadLetters:DropOldest", written)]).DeadLetters.DropsOldest);

    [Fact]
    public void HOCON_is_strict_with_switches()
    {
        var reading = Reading.Of("drop-oldest = True");
        new ConfigSection(reading.Root, reading.Root.Place, [], reading.Faults).Flag("drop-oldest");

        Assert.Contains("drop-oldest = \"True\" is not known", reading.FaultText, StringComparison.Ordinal);
    }

    [Fact]
    public void Null_leaves_what_an_earlier_provider_says() =>
        Assert.Equal(5, Sound([($"{Orders}:Queue:Capacity", "5")], [($"{Orders}:Queue:Capacity", null), ($"{Orders}:Retry", null)]).Queue.Capacity);

    [Theory]
    [InlineData("Queue", "x", "orders.queue = \"x\" is not an object; allowed: queue { … }")]
    [InlineData("Queue:0", "x", "orders.queue = an array is not an object; allowed: queue { … }")]
    [InlineData("Queue", "", "orders.queue = \"\" is not an object; allowed: queue { … }")]
    [InlineData("Retry:MaxAttempts:0", "x", "orders.retry.max-attempts = an array cannot stand here; allowed: a single value")]
    [InlineData("Retry:MaxAttempts:x", "x", "orders.retry.max-attempts = an object cannot stand here; allowed: a single value")]
    public void A_value_of_another_kind_is_told(string key, string value, string told) =>
        Assert.Contains(told, Faults([($"{Orders}:{key}", value)]), StringComparison.Ordinal);

    [Theory]
    [InlineData("AkkaPipeline", "AkkaPipeline is a single value; allowed: a section with keys below it")]
    [InlineData("AkkaPipeline:Pipelines", "akka-pipeline.pipelines = \"x\" is not an object; allowed: pipelines { … }")]
    [InlineData("AkkaPipeline:Pipelines:0", "akka-pipeline.pipelines.0 = \"x\" is not an object; allowed: 0 { … }")]
    [InlineData("AkkaPipeline:PipelineDefaults", "akka-pipeline.pipeline-defaults = \"x\" is not an object")]
    public void A_word_where_sections_are_is_told(string key, string told) => Assert.Contains(told, Faults([(key, "x")]), StringComparison.Ordinal);

    [Fact]
    public void A_word_goes_over_the_whole_list_of_an_earlier_provider_and_a_list_over_a_word()
    {
        (string, string?)[] list = [($"{Orders}:Retry:Backoff:0", "1 s"), ($"{Orders}:Retry:Backoff:1", "5 s"), ($"{Orders}:Retry:MaxAttempts", "3")];
        (string, string?)[] word = [($"{Orders}:Retry:Backoff", "constant")];

        Assert.Equal("at most 3 attempts, constant 1 s, full jitter", $"{Sound(list, word).Retry}");
        Assert.Equal("at most 3 attempts, listed 1 s, 5 s, full jitter", $"{Sound(word, list).Retry}");
    }

    [Fact]
    public void Items_of_a_list_go_over_those_of_an_earlier_provider_and_stand_in_their_order()
    {
        (string, string?)[] earlier = [.. Enumerable.Range(0, 12).Select(i => ($"{Orders}:Retry:Backoff:{i}", (string?)$"{i + 1} s")), ($"{Orders}:Retry:MaxAttempts", "3")];

        Assert.Equal(
            "at most 3 attempts, listed 1 s, 2 s, 3 s, 4 s, 5 s, 6 s, 7 s, 8 s, 9 s, 10 s, 30 s, 12 s, full jitter",
            $"{Sound(earlier, [($"{Orders}:Retry:Backoff:10", "30 s")]).Retry}");
    }

    [Fact]
    public void A_value_and_keys_below_it_in_one_provider_are_told() =>
        Assert.Contains(
            "Memory configuration: AkkaPipeline:Pipelines:orders:Queue has both a value and keys below it",
            Faults([($"{Orders}:Queue", "x"), ($"{Orders}:Queue:Capacity", "3")]),
            StringComparison.Ordinal);

    [Fact]
    public void A_hundred_thousand_levels_are_a_fault() =>
        Assert.Contains(
            "is more than 100 levels deep",
            Faults([($"{Orders}:Queue" + string.Concat(Enumerable.Repeat(":a", 100_000)), "x")]),
            StringComparison.Ordinal);

    private static PipelineOptions Sound(params IReadOnlyList<(string Key, string? Value)[]> providers)
    {
        var faults = new ConfigFaults();
        PipelineOptions options = Read(providers, faults);
        Assert.Equal("", faults.Format());
        return options;
    }

    private static string Faults(params IReadOnlyList<(string Key, string? Value)[]> providers)
    {
        var faults = new ConfigFaults();
        Read(providers, faults);
        return faults.Format();
    }

    private static PipelineOptions Read(IReadOnlyList<(string Key, string? Value)[]> providers, ConfigFaults faults, string pipeline = "orders")
    {
        var builder = new ConfigurationBuilder();
        foreach ((string Key, string? Value)[] provider in providers)
        {
            builder.AddInMemoryCollection(provider.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)));
        }

        return PipelineConfiguration.Read(pipeline, faults, ConfigurationLayer.Read(builder.Build(), pipeline, faults));
    }
}
