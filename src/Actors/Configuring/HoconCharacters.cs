namespace AkkaPipeline.Configuring;

/// <summary>What the HOCON specification says about single characters.</summary>
internal static class HoconCharacters
{
    private const int NameShownMax = 100;

    private const string ForbiddenUnquoted = "$\"{}[]:=,+#`^?!@*&\\";

    /// <summary>White space that does not end a line.</summary>
    public static bool IsSpace(char character) =>
        character is not ('\n' or '\r') && (char.IsWhiteSpace(character) || character is '\uFEFF' or (>= '\u001C' and <= '\u001F'));

    public static bool IsLineEnd(char character) => character is '\n' or '\r';

    public static bool IsUnquoted(char character) =>
        !IsSpace(character) && !IsLineEnd(character) && !ForbiddenUnquoted.Contains(character, StringComparison.Ordinal);

    /// <summary>The character as a message can show it.</summary>
    public static string Show(char character) => character switch
    {
        '\'' => "\"'\"",
        _ when char.IsControl(character) || char.IsSurrogate(character) => $"U+{(int)character:X4}",
        _ => $"'{character}'",
    };

    /// <summary>A name of a file with what would break a line of a message replaced.</summary>
    public static string OnOneLine(string name) =>
        string.Concat(name.Select(character => char.IsControl(character) ? '\uFFFD' : character));

    /// <summary>A key path as HOCON writes it: names that hold other characters in quotes.</summary>
    public static string ShowPath(IEnumerable<string> names) => string.Join('.', names.Select(ShowName));

    /// <summary>A name as HOCON writes it, cut where it is long.</summary>
    public static string ShowName(string name) =>
        name.Length > NameShownMax ? ConfigShowing.Shorten(name)
        : name.Length > 0 && name.All(character => character != '.' && IsUnquoted(character) && !char.IsControl(character)) ? name : Quote(name);

    public static string Quote(string text)
    {
        var quoted = new System.Text.StringBuilder("\"");
        foreach (char character in text)
        {
            _ = character switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                _ when char.IsControl(character) => quoted.Append($"\\u{(int)character:X4}"),
                _ => quoted.Append(character),
            };
        }

        return quoted.Append('"').ToString();
    }
}
