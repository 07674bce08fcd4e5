using System.Globalization;
using System.Text;

namespace AkkaPipeline.Configuring;

/// <summary>Which characters may stand where in a configuration file, and how any of them is shown in a message.</summary>
internal static class HoconCharacters
{
    private const int NameShownMax = 100;
    private const int FileShownMax = 300;

    private const string ForbiddenUnquoted = "$\"{}[]:=,+#`^?!@*&\\";

    /// <summary>White space that does not end a line. Other kinds, which look the same, are no white space here.</summary>
    public static bool IsSpace(char character) => character is ' ' or '\t' or '\v' or '\f';

    public static bool IsLineEnd(char character) => character is '\n' or '\r';

    public static bool IsUnquoted(char character) =>
        !IsSpace(character) && !IsLineEnd(character) && !ForbiddenUnquoted.Contains(character, StringComparison.Ordinal);

    /// <summary>
    /// Whether a character cannot be seen, or looks like a blank and is none: no-break spaces, zero-width characters, byte order
    /// marks, changes of direction, line separators, and letters without a form.
    /// </summary>
    public static bool IsHidden(Rune rune) => rune.Value is not (' ' or '\t')
        && (rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x2800 or 0x3164 or 0xFFA0 or (>= 0x180B and <= 0x180F) or (>= 0xFE00 and <= 0xFE0F)
            or (>= 0xE0000 and <= 0xE0FFF) or (>= 0xFDD0 and <= 0xFDEF)
            || (rune.Value & 0xFFFE) == 0xFFFE
            || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.SpaceSeparator
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    /// <summary>The code point of a hidden character, with its name where people know it by one.</summary>
    public static string ShowHidden(Rune rune)
    {
        string name = rune.Value switch
        {
            0x00A0 => " (no-break space)",
            0x00AD => " (soft hyphen)",
            0x200B => " (zero-width space)",
            0x200C or 0x200D => " (zero-width joiner)",
            0x2028 or 0x2029 => " (line separator)",
            0xFEFF => " (byte order mark)",
            (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) or 0x200E or 0x200F or 0x061C => " (change of direction)",
            _ => "",
        };
        return $"U+{rune.Value:X4}{name}";
    }

    /// <summary>The character as a message can show it.</summary>
    public static string Show(char character) => character switch
    {
        '\'' => "\"'\"",
        _ when char.IsControl(character) || char.IsSurrogate(character) => $"U+{(int)character:X4}",
        _ => $"'{character}'",
    };

    /// <summary>A name of a file with what would break a line of a message replaced.</summary>
    public static string OnOneLine(string name) =>
        string.Concat(name.EnumerateRunes().Select(rune => IsHidden(rune) ? Rune.ReplacementChar : rune));

    /// <summary>A name of a file as a message can show it: on one line, and of a long one the end.</summary>
    public static string ShowFile(string name)
    {
        int start = Math.Max(0, name.Length - FileShownMax);
        bool halved = start > 0 && char.IsLowSurrogate(name[start]);
        return OnOneLine(start == 0 ? name : "…" + name[(halved ? start + 1 : start)..]);
    }

    /// <summary>A key path as HOCON writes it: names that hold other characters in quotes.</summary>
    public static string ShowPath(IEnumerable<string> names) => string.Join('.', names.Select(ShowName));

    /// <summary>A name as HOCON writes it, cut where it is long.</summary>
    public static string ShowName(string name) =>
        name.Length > NameShownMax ? ConfigShowing.Shorten(name)
        : name.Length > 0 && name.All(character => character != '.' && IsUnquoted(character)) && !name.EnumerateRunes().Any(IsHidden) ? name : Quote(name);

    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (Rune rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                _ when IsHidden(rune) => rune.ToString().Aggregate(quoted, (all, half) => all.Append($"\\u{(int)half:X4}")),
                _ => quoted.Append(rune),
            };
        }

        return quoted.Append('"').ToString();
    }
}
