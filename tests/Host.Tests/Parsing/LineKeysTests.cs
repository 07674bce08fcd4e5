using System.Text;
using AkkaPipeline.Host.Configuration;
using AkkaPipeline.Host.Parsing;
using AkkaPipeline.Host.Sources;
using Xunit;

namespace AkkaPipeline.Host.Tests.Parsing;

public class LineKeysTests
{
    private const string Line = "192.0.2.1 - frank [10/Oct/2000:13:55:36 -0700] \"GET /a/b?c=d HTTP/1.0\" 200 2326";

    [Theory]
    [InlineData(Line, 1, "192.0.2.1")]
    [InlineData(Line, 3, "frank")]
    [InlineData(Line, 10, "2326")]
    [InlineData(Line, 11, "")]
    [InlineData("  a\t b  ", 1, "a")]
    [InlineData("  a\t b  ", 2, "b")]
    [InlineData("  a\t b  ", 3, "")]
    [InlineData("", 1, "")]
    [InlineData("alone", 1, "alone")]
    [InlineData("alone", 2, "")]
    public void A_field_is_a_word_between_blanks(string line, int field, string key) =>
        Assert.Equal(key, KeyOf(new FieldKey(field), line));

    [Theory]
    [InlineData(Line, "^(\\S+)", "192.0.2.1")]
    [InlineData(Line, "\"[A-Z]+ ([^ ?]*)", "/a/b")]
    [InlineData(Line, "fra.", "fran")]
    [InlineData(Line, "x(y)?", "")]
    [InlineData(Line, "a(y)?", "")]
    [InlineData("größe", "(ß.)", "ße")]
    public void A_pattern_s_first_group_is_the_key_or_its_match(string line, string pattern, string key) =>
        Assert.Equal(key, KeyOf(new PatternKey(pattern), line));

    [Fact]
    public void A_long_key_is_cut()
    {
        var line = new string('x', 1000);

        Assert.Equal(LineKeys.LengthMax, KeyOf(new FieldKey(1), line).Length);
        Assert.Equal(LineKeys.LengthMax, KeyOf(new PatternKey("^.*"), line).Length);
    }

    [Fact]
    public void Bytes_that_are_not_text_have_a_key_too() =>
        Assert.Equal("\uFFFDa", LineKeys.Of(new FieldKey(1))(LogLine.Of([0xFF, (byte)'a', (byte)' ', (byte)'b'])));

    private static string KeyOf(LineKey key, string line) => LineKeys.Of(key)(LogLine.Of(Encoding.UTF8.GetBytes(line)));
}
