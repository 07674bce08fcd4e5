using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AkkaPipeline.Configuring;
using Xunit;

namespace AkkaPipeline.Tests.Configuring;

public sealed partial class BrokenTextTests
{
    [Theory]
    [MemberData(nameof(BrokenTexts.Brackets), MemberType = typeof(BrokenTexts))]
    public void Brackets_that_do_not_match_are_named_with_their_place(string text, string places, string phrase) =>
        Check(text, places, phrase);

    [Theory]
    [MemberData(nameof(BrokenTexts.Fields), MemberType = typeof(BrokenTexts))]
    public void Fields_without_key_separator_or_value_are_named_with_their_place(string text, string places, string phrase) =>
        Check(text, places, phrase);

    [Theory]
    [MemberData(nameof(BrokenTexts.Texts), MemberType = typeof(BrokenTexts))]
    public void Broken_quotes_escapes_and_characters_are_named_with_their_place(string text, string places, string phrase) =>
        Check(text, places, phrase);

    [Theory]
    [MemberData(nameof(BrokenTexts.References), MemberType = typeof(BrokenTexts))]
    public void References_to_nothing_and_in_circles_are_named_with_their_place(string text, string places, string phrase) =>
        Check(text, places, phrase);

    [Theory]
    [MemberData(nameof(BrokenTexts.Includes), MemberType = typeof(BrokenTexts))]
    public void Broken_includes_are_named_with_their_place(string text, string places, string phrase) =>
        Check(text, places, phrase);

    [Theory]
    [MemberData(nameof(BrokenTexts.Bytes), MemberType = typeof(BrokenTexts))]
    public void Bytes_that_are_no_text_are_named_with_their_place(string text, string places, string phrase) =>
        Check(text, places, phrase);

    private static void Check(string text, string places, string phrase)
    {
        IReadOnlyList<ConfigFault> faults = Reading.Of(BytesOf(text)).Faults.Sorted();

        Assert.Equal(places, string.Join(' ', faults.Select(fault => $"{fault.Place.Line}:{fault.Place.Column}")));
        Assert.Contains(phrase, faults[0].Message, StringComparison.Ordinal);
    }

    private static byte[] BytesOf(string text) => Encoding.Latin1.GetBytes(
        HexBytes().Replace(text, hex => ((char)byte.Parse(hex.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString()));

    [GeneratedRegex("<([0-9A-F]{2})>")]
    private static partial Regex HexBytes();
}
