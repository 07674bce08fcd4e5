using System.Globalization;
using System.Text;

namespace AkkaPipeline.Configuring;

/// <summary>Reads a string in double or triple double quotes that starts at the cursor.</summary>
internal sealed class HoconQuotes(HoconCursor cursor, ConfigFaults faults)
{
    private const string Triple = "\"\"\"";

    /// <summary>The text between the quotes, or null if it is at fault.</summary>
    public string? Read() => cursor.LooksAt(Triple) ? ReadTriple() : ReadPlain();

    private string? ReadTriple()
    {
        ConfigPlace place = cursor.Place;
        cursor.Skip(3);
        HoconCursor.Mark start = cursor.Save();
        while (!cursor.AtEnd && !cursor.LooksAt(Triple))
        {
            cursor.Advance();
        }

        if (cursor.AtEnd)
        {
            faults.AddStructural(place, "the three quotes opened here are never closed");
            return null;
        }

        // Quotes that follow the closing three belong to the text, as the specification has it.
        cursor.Skip(3);
        cursor.SkipWhile(character => character == '"');
        return cursor.Since(start)[..^3];
    }

    private string? ReadPlain()
    {
        ConfigPlace place = cursor.Place;
        cursor.Advance();
        var text = new StringBuilder();
        bool sound = true;
        while (cursor.Current != '"')
        {
            if (cursor.AtEnd || HoconCharacters.IsLineEnd(cursor.Current))
            {
                faults.Add(place, "the quote opened here is not closed on its line");
                return null;
            }

            if (cursor.Current == '\\')
            {
                sound &= ReadEscape(text);
            }
            else
            {
                text.Append(cursor.Current);
                cursor.Advance();
            }
        }

        cursor.Advance();
        if (sound && HasLoneSurrogate(text))
        {
            faults.Add(place, "the text holds half of a surrogate pair (\\uD800 to \\uDFFF), which is no character");
            sound = false;
        }

        return sound ? text.ToString() : null;
    }

    private bool ReadEscape(StringBuilder text)
    {
        ConfigPlace place = cursor.Place;
        cursor.Advance();
        char escape = cursor.Current;
        if (escape == 'u')
        {
            return ReadUnicodeEscape(text, place);
        }

        int index = "\"\\/bfnrt".IndexOf(escape, StringComparison.Ordinal);
        if (index < 0 || cursor.AtEnd)
        {
            faults.Add(place, "'\\' starts no escape here; allowed: \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
            return false;
        }

        text.Append("\"\\/\b\f\n\r\t"[index]);
        cursor.Advance();
        return true;
    }

    private bool ReadUnicodeEscape(StringBuilder text, ConfigPlace place)
    {
        cursor.Advance();
        HoconCursor.Mark start = cursor.Save();
        for (int i = 0; i < 4 && char.IsAsciiHexDigit(cursor.Current); i++)
        {
            cursor.Advance();
        }

        string digits = cursor.Since(start);
        if (digits.Length < 4)
        {
            faults.Add(place, "'\\u' needs four hexadecimal digits");
            return false;
        }

        text.Append((char)int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        return true;
    }

    private static bool HasLoneSurrogate(StringBuilder text)
    {
        string whole = text.ToString();
        return whole.Where((character, index) => char.IsSurrogate(character) && !IsPaired(whole, index)).Any();
    }

    private static bool IsPaired(string text, int index) =>
        (index + 1 < text.Length && char.IsSurrogatePair(text[index], text[index + 1]))
        || (index > 0 && char.IsSurrogatePair(text[index - 1], text[index]));
}
