using AkkaPipeline.Host.Reporting;
using Xunit;

namespace AkkaPipeline.Host.Tests.Reporting;

public class TerminalTextTests
{
    [Theory]
    [InlineData("plain Größe 日本 😀", "plain Größe 日本 😀")]
    [InlineData("a\u001b[31mb\u0007", @"a\u001b[31mb\u0007")]
    [InlineData("\u009b31m\u007f", @"\u009b31m\u007f")]
    [InlineData("one\r\ntwo\t\\three", @"one\r\ntwo\t\\three")]
    [InlineData("left\u202eright\u2066\u200b", @"left\u202eright\u2066\u200b")]
    [InlineData("tag \U000E0041", @"tag \udb40\udc41")]
    public void What_is_no_visible_character_is_escaped(string text, string expected) => Assert.Equal(expected, TerminalText.Of(text));

    [Fact]
    public void Half_a_character_is_escaped() => Assert.Equal(@"\ud800 alone", TerminalText.Of("\ud800 alone"));

    [Fact]
    public void Long_text_is_cut_and_says_so() => Assert.Equal(@"\n12… (3 more characters)", TerminalText.Of("\n12345", 3));

    [Fact]
    public void What_is_no_UTF8_is_no_text()
    {
        Assert.Equal("é", TerminalText.OfUtf8("é"u8));
        Assert.Null(TerminalText.OfUtf8([0xC3]));
    }
}
