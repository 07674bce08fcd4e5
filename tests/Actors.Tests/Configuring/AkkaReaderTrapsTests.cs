using Akka.Configuration;
using AkkaPipeline.Configuring;
using Xunit;

namespace AkkaPipeline.Tests.Configuring;

/// <summary>What Akka's own reader crashes on, hangs at or passes over, each met by the strict reader.</summary>
public sealed class AkkaReaderTrapsTests
{
    [Fact]
    public void References_in_a_circle_do_not_overflow_the_stack() =>
        Assert.Contains("2:5: the references go in a circle: a (t.conf:1:5) → b", Reading.Of("a = ${b}\nb = ${a}").FaultText, StringComparison.Ordinal);

    [Fact]
    public void An_array_left_open_at_the_end_of_a_line_does_not_hang() =>
        Assert.Contains("1:5: the '[' opened here is not closed", Reading.Of("a = [1,\nb = 2").FaultText, StringComparison.Ordinal);

    [Fact]
    public void Braces_that_do_not_match_are_not_accepted()
    {
        Assert.Contains("1:3: the '{' opened here", Reading.Of("a { b = 1").FaultText, StringComparison.Ordinal);
        Assert.Contains("1:12: '}' closes nothing", Reading.Of("a { b = 1 }}").FaultText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_misspelt_key_does_not_silently_give_the_default()
    {
        var reading = Reading.Of("capacty = 5");
        var section = new ConfigSection(reading.Root, reading.Root.Place, ["queue"], reading.Faults);
        section.Has("capacity");
        section.Close();

        Assert.Contains("1:1: queue.capacty is not a key that is known here; allowed: capacity; did you mean capacity?", reading.FaultText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_number_is_named_with_its_key()
    {
        var reading = Reading.Of("capacity = lots");
        _ = new ConfigSection(reading.Root, reading.Root.Place, ["queue"], reading.Faults).WholeNumber("capacity", 1, 10);

        Assert.Equal("t.conf:1:12: queue.capacity = \"lots\" is not a whole number; allowed: a whole number from 1 to 10\n", reading.FaultText);
    }

    [Fact]
    public void The_environment_can_be_referred_to() =>
        Assert.Equal("{a:x}", Reading.Of("a = ${NAME}", ("NAME", "x")).Shape());

    [Fact]
    public void An_optional_reference_to_nothing_keeps_the_earlier_value() =>
        Assert.Equal("{a:1}", Reading.Of("a = 1\na = ${?NAME}").Shape());

    [Fact]
    public void An_include_needs_no_callback() =>
        Assert.Contains("1:9: the included file nope.conf cannot be read: there is no such file", Reading.Of("include \"nope.conf\"").FaultText, StringComparison.Ordinal);

    [Fact]
    public void A_key_may_follow_a_brace_on_one_line() =>
        Assert.Equal("{a:{b:1},key:{c:2}}", Reading.Of("a { b = 1 }, key { c = 2 }").Shape());

    [Fact]
    public void Appending_is_not_ignored() =>
        Assert.Equal("{a:[1,2]}", Reading.Of("a = [1]\na += 2").Shape());

    [Theory]
    [InlineData("a = 1")]
    [InlineData("a { b = x, c { d = \"y z\" } }\na.e = 3")]
    [InlineData("a { b = 1 }\na { c = 2 }\na.b = 3")]
    [InlineData("a = [1, 2, three, \"fo ur\"]")]
    [InlineData("a = on\nb = off\nc = true")]
    [InlineData("a = 10s\nb = 500ms\nc = \"1 m\"\nd = infinite")]
    [InlineData("a = \"x\\ty\\\\z\\\"q\"")]
    [InlineData("a { b = 1 }\nc = ${a.b}")]
    [InlineData("akka.actor.deployment { \"/user/a.b\" { router = round-robin-pool, nr-of-instances = 5 } }")]
    [InlineData("akka { loglevel = INFO, loggers = [\"Akka.Event.DefaultLogger, Akka\"] }")]
    [InlineData("a = 1.5\nb = -3\nc = 1e3")]
    [InlineData("a = some words here\n# comment\nb = x // comment")]
    [InlineData("a = []\nb {}")]
    [InlineData("a = \"\"\"raw \"text\" \\n\"\"\"")]
    [InlineData("{ \"a\" : { \"b\" : [ { \"c\" : 1 }, { \"c\" : 2 } ] } }")]
    public void Where_Akkas_reader_is_right_the_strict_one_says_the_same(string text)
    {
        var reading = Reading.Of(text);
        Config theirs = ConfigurationFactory.ParseString(text);

        Assert.Equal("", reading.FaultText);
        Assert.Equal(Shape(theirs), Shape(AkkaConfiguration.From(reading.Root)));
    }

    private static string Shape(Config config) => Shape(config.Root);

    private static string Shape(Akka.Configuration.Hocon.HoconValue value)
    {
        if (value.IsObject())
        {
            return "{" + string.Join(',', value.GetObject().Items.OrderBy(item => item.Key, StringComparer.Ordinal).Select(item => item.Key + ":" + Shape(item.Value))) + "}";
        }

        return value.IsArray() ? "[" + string.Join(',', value.GetArray().Select(Shape)) + "]" : value.GetString();
    }
}
