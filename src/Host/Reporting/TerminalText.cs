using System.Globalization;
using System.Text;

namespace AkkaPipeline.Host.Reporting;

/// <summary>
/// Text from outside, made harmless for a terminal: what is no visible character (controls, line ends, changes of
/// direction, what is no character at all) is written as an escape, as is the backslash.
/// </summary>
internal static class TerminalText
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static string Of(string text) => Escaped(text, isJson: false);

    /// <summary>JSON that stays the same JSON.</summary>
    public static string InJson(string json) => Escaped(json, isJson: true);

    /// <summary>Text of at most so many characters, and how much is left out.</summary>
    public static string Of(string text, int charactersMax) => text.Length <= charactersMax
        ? Of(text)
        : string.Create(CultureInfo.InvariantCulture, $"{Of(text[..charactersMax])}… ({text.Length - charactersMax:N0} more characters)");

    /// <returns>Null: it is no UTF-8.</returns>
    public static string? OfUtf8(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string Escaped(string text, bool isJson)
    {
        StringBuilder? written = null;
        for (int index = 0; index < text.Length; index++)
        {
            bool isWhole = Rune.TryGetRuneAt(text, index, out Rune rune);
            int length = isWhole ? rune.Utf16SequenceLength : 1;
            if (!isWhole || IsHidden(rune) || (rune.Value == '\\' && !isJson))
            {
                written ??= new StringBuilder(text, 0, index, text.Length + 16);
                Append(written, text.AsSpan(index, length));
            }
            else
            {
                written?.Append(text, index, length);
            }

            index += length - 1;
        }

        return written?.ToString() ?? text;
    }

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse;

    private static void Append(StringBuilder written, ReadOnlySpan<char> characters)
    {
        foreach (char character in characters)
        {
            written.Append(character switch
            {
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
            });
        }
    }
}
