using AkkaPipeline.Configuring;
using Xunit;

namespace AkkaPipeline.Tests.Configuring;

/// <summary>What nobody sees on the screen is a fault where it would change a key or a value.</summary>
public sealed class HiddenCharacterTests
{
    [Theory]
    [InlineData("capa\u200bcity = 1", "1:5", "U+200B (zero-width space)")]
    [InlineData("a = 1\u200b", "1:6", "U+200B (zero-width space)")]
    [InlineData("a = 1\n\uFEFFb = 2", "2:1", "U+FEFF (byte order mark)")]
    [InlineData("a = in\uFEFF.log", "1:7", "U+FEFF (byte order mark)")]
    [InlineData("a = in\u202Egol", "1:7", "U+202E (change of direction)")]
    [InlineData("a = in\u2066gol", "1:7", "U+2066 (change of direction)")]
    [InlineData("a =\u00A0x", "1:4", "U+00A0 (no-break space)")]
    [InlineData("a\u00A0= 1", "1:2", "U+00A0 (no-break space)")]
    [InlineData("a = x\u2028", "1:6", "U+2028 (line separator)")]
    [InlineData("a = x\u3000y", "1:6", "U+3000")]
    [InlineData("a = x\u00ADy", "1:6", "U+00AD (soft hyphen)")]
    [InlineData("a = 1\u0085", "1:6", "U+0085")]
    [InlineData("a = 😀x\U000E0041", "1:7", "U+E0041")]
    [InlineData("a = x\uFFFE", "1:6", "U+FFFE")]
    [InlineData("a = ${b\u200b}\nb = 1", "1:8", "U+200B (zero-width space)")]
    public void It_is_named_with_its_place_in_a_key_or_an_unquoted_value(string text, string place, string character) =>
        Assert.Contains($"t.conf:{place}: the hidden character {character} stands here unquoted", Reading.Of(text).FaultText, StringComparison.Ordinal);

    [Theory]
    [InlineData("a = \"x\u00A0y\"", "{a:x\u00A0y}")]
    [InlineData("# \u200b\u202E\na = 1", "{a:1}")]
    [InlineData("\uFEFFa = 1", "{a:1}")]
    [InlineData("a = \"\u200d\"", "{a:\u200d}")]
    public void It_may_stand_in_quotes_in_a_comment_and_at_the_start_of_a_file(string text, string shape) =>
        Assert.Equal(shape, Reading.Of(text).Shape());

    [Fact]
    public void A_message_shows_it_as_an_escape()
    {
        var reading = Reading.Of("\"capa\u200bcity\" = \"1\u202E\"");
        var section = new ConfigSection(reading.Root, reading.Root.Place, [], reading.Faults);
        section.WholeNumber("capa\u200bcity", 1, 2);

        Assert.Contains("\"capa\\u200Bcity\" = \"1\\u202E\" is not a whole number", reading.FaultText, StringComparison.Ordinal);
    }
}
