using Akka.Configuration;
using AkkaPipeline.Configuring;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace AkkaPipeline.Tests.Configuring;

/// <summary>Each key that concerns a queue, from each layer, and over the layers below.</summary>
public sealed class PipelineOptionsTests
{
    private const string FromHocon = "the HOCON";

    /// <summary>Keys of the program's own files, and of a whole line's key.</summary>
    private static readonly string[] ProgramOnly = ["source.identity", "sink.format", "dead-letters.allow"];

    /// <summary>Keys that reference.conf has as comments, since they have no default.</summary>
    private static readonly string[] WithoutDefault = ["queue.path"];

    public static TheoryData<string> Keys => [.. OptionRows.All.Select(row => row.Key)];

    [Fact]
    public void Each_key_of_reference_conf_is_an_option_and_each_option_a_key_of_it()
    {
        ConfigObject defaults = ReferenceConfiguration.Values.ObjectAt("pipeline-defaults")!;

        Assert.Equal(
            LeavesOf(defaults, "").Except(ProgramOnly).Concat(WithoutDefault).Order(StringComparer.Ordinal),
            OptionRows.All.Select(row => row.Key).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_value_that_is_not_written_is_reference_conf_s_and_not_the_row_s(string key)
    {
        OptionRow row = Row(key);

        Assert.NotEqual(row.Expected, row.Of(Sound(row.Beside is { } beside && key != "queue.durability" ? Hocon([beside]) : Hocon([]))));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void It_can_be_set_in_HOCON(string key)
    {
        OptionRow row = Row(key);

        Assert.Equal(row.Expected, row.Of(Sound(Hocon(row.With(row.Value)))));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void It_can_be_set_for_all_pipelines(string key)
    {
        OptionRow row = Row(key);

        Assert.Equal(row.Expected, row.Of(Sound(Hocon(row.With(row.Value), "pipeline-defaults"))));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void It_can_be_set_in_either_spelling(string key)
    {
        OptionRow row = Row(key);

        Assert.Equal(row.Expected, row.Of(Sound(Application(row.With(row.Value), pascal: false))));
        Assert.Equal(row.Expected, row.Of(Sound(Application(row.With(row.Value), pascal: true))));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_application_s_configuration_goes_over_HOCON_with_its_mistakes(string key)
    {
        OptionRow row = Row(key);

        Assert.Equal(row.Expected, row.Of(Sound(Application(row.With(row.Value), pascal: true), Hocon(row.With(row.Wrong)))));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_wrong_value_is_told_with_its_key_what_is_allowed_and_where_it_came_from(string key)
    {
        OptionRow row = Row(key);

        Assert.All(
            [(FromHocon, Hocon(row.With(row.Wrong))), ("Memory configuration", Application(row.With(row.Wrong), pascal: true))],
            layer =>
            {
                string fault = Faults(layer.Item2);
                Assert.Contains($"{layer.Item1}: akka-pipeline.pipelines.orders.{key} = ", fault, StringComparison.Ordinal);
                Assert.Contains($"\"{row.Wrong}\" ", fault, StringComparison.Ordinal);
                Assert.Contains($"; allowed: {row.Allowed}", fault, StringComparison.Ordinal);
            });
    }

    [Fact]
    public void All_faults_of_all_layers_are_told_at_once() =>
        Assert.Equal(
            """
            Memory configuration: akka-pipeline.pipelines.orders.queue.capacity = "0" is out of range; allowed: a whole number from 1 to 16777216
            Memory configuration: akka-pipeline.pipelines.orders.retry.MaxAtempts is not a key that is known here; allowed: max-attempts, backoff, first-delay, max-delay, factor, jitter, errors; did you mean max-attempts?
            the HOCON: akka-pipeline.pipelines.orders.drain-timeout = "25" is not a duration; allowed: a number with one of the units ms, s, m, h, d, as in 25 s, from 0 s to 1 d
            the HOCON: akka-pipeline.pipelines.orders.timout is not a key that is known here; allowed: consume, sink, dead-letters, in-order-by, queue, retry, timeout, rate, halt, drain-timeout; did you mean timeout?

            """,
            Faults(
                Application([("queue.capacity", "0"), ("retry.MaxAtempts", "3")], pascal: false),
                Hocon([("drain-timeout", "25"), ("timout.grace", "1 s")])));

    [Theory]
    [InlineData("source.type", "file", "source = an object: is for the program akka-pipeline; a pipeline of your own says it in code")]
    [InlineData("sink.path", "out", "sink.path = \"out\": is for the program akka-pipeline")]
    [InlineData("consume.format", "combined-log", "consume.format = \"combined-log\": is for the program akka-pipeline")]
    [InlineData("in-order-by.field", "1", "in-order-by.field = \"1\": is for the program akka-pipeline")]
    [InlineData("dead-letters.allow", "1", "dead-letters.allow = \"1\": is for the program akka-pipeline")]
    public void What_only_the_program_reads_is_told(string key, string value, string told)
    {
        Assert.Contains(told, Faults(Hocon([(key, value)])), StringComparison.Ordinal);
        Assert.Contains(told, Faults(Application([(key, value)], pascal: true)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("queue.durability", "full", "akka-pipeline.pipelines.orders.queue.path is required and not set")]
    [InlineData("queue.durability", "checkpoint", "akka-pipeline.pipelines.orders.queue.path is required and not set")]
    [InlineData("retry.first-delay", "1 s", "akka-pipeline.pipelines.orders.retry.max-attempts is required and not set")]
    public void A_key_that_needs_another_is_told(string key, string value, string told) =>
        Assert.Contains(told, Faults(Hocon([(key, value)])), StringComparison.Ordinal);

    [Fact]
    public void Nothing_is_kept_where_the_durability_is_none() =>
        Assert.Contains(
            "queue.window-items = \"5\": means nothing where durability is none",
            Faults(Hocon([("queue.durability", "none"), ("queue.window-items", "5")])), StringComparison.Ordinal);

    [Fact]
    public void The_pipeline_s_own_section_goes_over_the_defaults_of_a_higher_layer()
    {
        PipelineOptions options = Sound(
            Application([("queue.capacity", "1"), ("consume.consumers", "2")], pascal: true, "PipelineDefaults"), Hocon([("queue.capacity", "9")]));

        Assert.Equal((9, 2), (options.Queue.Capacity, options.Consumers));
    }

    [Fact]
    public void Keys_in_any_capitals_are_known_as_environment_variables_need_it()
    {
        var layer = ConfigurationLayer.Read(
            Configuration([("AKKAPIPELINE:PIPELINES:ORDERS:RETRY:MAXATTEMPTS", "3"), ("akkapipeline:pipelines:orders:retry:backoff:0", "1 s"),
                ("akkapipeline:pipelines:orders:retry:backoff:1", "5 s")]),
            "orders", new ConfigFaults());

        Assert.Equal("at most 3 attempts, listed 1 s, 5 s, full jitter", $"{Sound(layer).Retry}");
    }

    [Fact]
    public void A_key_in_two_spellings_is_told()
    {
        var faults = new ConfigFaults();
        ConfigurationLayer.Read(
            Configuration([("AkkaPipeline:Pipelines:orders:Retry:MaxAttempts", "3"), ("AkkaPipeline:Pipelines:orders:Retry:max-attempts", "4")]),
            "orders", faults);

        Assert.Contains("set max-attempts in two spellings", faults.Format(), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_pipelines_are_left_to_themselves() =>
        Assert.Equal(4, Sound(Hocon([("consume.consumers", "many")], "pipelines.payments")).Consumers);

    private static IEnumerable<string> LeavesOf(ConfigObject value, string above) => value.Fields.SelectMany(field =>
        field.Value is ConfigObject inner ? LeavesOf(inner, $"{above}{field.Name}.") : [above + field.Name]);

    private static OptionRow Row(string key) => OptionRows.All.Single(row => row.Key == key);

    private static ConfigObject Hocon(IEnumerable<(string Key, string Value)> keys, string section = "pipelines.orders") => AkkaConfiguration.Read(
        ConfigurationFactory.ParseString(string.Concat(keys.Select(pair => $"akka-pipeline.{section}.{pair.Key} = \"{pair.Value}\"\n"))),
        "akka-pipeline",
        new ConfigFile(FromHocon, null));

    private static ConfigObject Application(
        IEnumerable<(string Key, string Value)> keys, bool pascal, string section = "pipelines:orders")
    {
        string root = pascal ? "AkkaPipeline" : "akka-pipeline";
        return ConfigurationLayer.Read(
            Configuration(keys.Select(pair => ($"{root}:{section}:{(pascal ? Pascal(pair.Key) : pair.Key).Replace('.', ':')}", pair.Value))),
            "orders",
            new ConfigFaults());
    }

    private static IConfigurationRoot Configuration(IEnumerable<(string Key, string Value)> keys) =>
        new ConfigurationBuilder().AddInMemoryCollection(keys.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))).Build();

    private static string Pascal(string key) => string.Join('.', key.Split('.').Select(name =>
        string.Concat(name.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]))));

    private static PipelineOptions Sound(params IReadOnlyList<ConfigObject> layers)
    {
        var faults = new ConfigFaults();
        PipelineOptions options = PipelineConfiguration.Read("orders", faults, layers);
        Assert.Equal("", faults.Format());
        return options;
    }

    private static string Faults(params IReadOnlyList<ConfigObject> layers)
    {
        var faults = new ConfigFaults();
        PipelineConfiguration.Read("orders", faults, layers);
        return faults.Format();
    }
}
