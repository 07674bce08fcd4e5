using System.Text;

namespace AkkaPipeline.Configuring;

/// <summary>Cuts a text into tokens, one at a time; reports what cannot be a token and goes on behind it.</summary>
internal sealed class HoconTokenizer(string text, ConfigFile file, ConfigFaults faults)
{
    private readonly HoconCursor cursor = new(text, file);

    /// <summary>The token that was read last, with where it starts and ends: what is peeked at is read next.</summary>
    private (HoconCursor.Mark Start, HoconCursor.Mark End, HoconToken Token)? latest;

    public HoconCursor.Mark Save() => cursor.Save();

    public void Restore(HoconCursor.Mark mark) => cursor.Restore(mark);

    public HoconToken Peek()
    {
        HoconCursor.Mark mark = cursor.Save();
        HoconToken token = Next();
        cursor.Restore(mark);
        return token;
    }

    public HoconToken Next()
    {
        HoconCursor.Mark start = cursor.Save();
        if (latest is { } known && known.Start == start)
        {
            cursor.Restore(known.End);
            return known.Token;
        }

        HoconToken token = Read();
        latest = (start, cursor.Save(), token);
        return token;
    }

    private HoconToken Read()
    {
        string space = SkipSpaceAndComment();
        ConfigPlace place = cursor.Place;
        if (cursor.AtEnd)
        {
            return new HoconToken(HoconTokenKind.End, place, "the end of the file", space);
        }

        char character = cursor.Current;
        if (HoconCharacters.IsLineEnd(character))
        {
            cursor.Skip(cursor.LooksAt("\r\n") ? 2 : 1);
            return new HoconToken(HoconTokenKind.NewLine, place, "the end of the line", space);
        }

        return character switch
        {
            '{' => Sign(HoconTokenKind.OpenBrace, space),
            '}' => Sign(HoconTokenKind.CloseBrace, space),
            '[' => Sign(HoconTokenKind.OpenBracket, space),
            ']' => Sign(HoconTokenKind.CloseBracket, space),
            ',' => Sign(HoconTokenKind.Comma, space),
            ':' => Sign(HoconTokenKind.Colon, space),
            '=' => Sign(HoconTokenKind.Equals, space),
            '+' when cursor.LooksAt("+=") => Sign(HoconTokenKind.PlusEquals, space, length: 2),
            '"' => Quoted(space),
            '$' when cursor.LooksAt("${") => Substitution(space),
            _ when HoconCharacters.IsUnquoted(character) => Unquoted(space),
            _ => Forbidden(space),
        };
    }

    private string SkipSpaceAndComment()
    {
        HoconCursor.Mark start = cursor.Save();
        cursor.SkipWhile(HoconCharacters.IsSpace);
        string space = cursor.Since(start);
        if (cursor.Current == '#' || cursor.LooksAt("//"))
        {
            cursor.SkipWhile(character => !HoconCharacters.IsLineEnd(character));
        }

        return space;
    }

    private HoconToken Sign(HoconTokenKind kind, string space, int length = 1)
    {
        ConfigPlace place = cursor.Place;
        HoconCursor.Mark start = cursor.Save();
        cursor.Skip(length);
        return new HoconToken(kind, place, $"'{cursor.Since(start)}'", space);
    }

    private HoconToken Unquoted(string space)
    {
        ConfigPlace place = cursor.Place;
        string written = UnquotedText();
        if (ReportHidden(written, place))
        {
            return new HoconToken(HoconTokenKind.Bad, place, "", space);
        }

        string? problem = true switch
        {
            _ when written[0] == '\'' => "single quotes do not quote here; put the text in double quotes",
            _ when written[^1] == ';' => "a ';' ends nothing here; leave it out, or put the text in double quotes",
            _ => null,
        };
        if (problem is not null)
        {
            faults.Add(place, problem);
            return new HoconToken(HoconTokenKind.Bad, place, "", space);
        }

        return new HoconToken(HoconTokenKind.Unquoted, place, written, space);
    }

    /// <summary>Reports the first character of an unquoted text that nobody sees.</summary>
    private bool ReportHidden(string written, ConfigPlace place)
    {
        int column = place.Column;
        foreach (Rune rune in written.EnumerateRunes())
        {
            if (HoconCharacters.IsHidden(rune))
            {
                faults.Add(
                    place with { Column = column },
                    $"the hidden character {HoconCharacters.ShowHidden(rune)} stands here unquoted; remove it, or put the text in double quotes");
                return true;
            }

            column++;
        }

        return false;
    }

    private string UnquotedText()
    {
        HoconCursor.Mark start = cursor.Save();
        while (!cursor.AtEnd && HoconCharacters.IsUnquoted(cursor.Current) && !cursor.LooksAt("//"))
        {
            cursor.Advance();
        }

        return cursor.Since(start);
    }

    private HoconToken Quoted(string space)
    {
        ConfigPlace place = cursor.Place;
        string? quoted = new HoconQuotes(cursor, faults).Read();
        return quoted is null
            ? new HoconToken(HoconTokenKind.Bad, place, "", space)
            : new HoconToken(HoconTokenKind.Quoted, place, quoted, space);
    }

    private HoconToken Forbidden(string space)
    {
        ConfigPlace place = cursor.Place;
        faults.Add(place, $"{HoconCharacters.Show(cursor.Current)} cannot stand here unquoted; put the text in double quotes");
        while (!cursor.AtEnd && "+`^?!@*&\\$".Contains(cursor.Current, StringComparison.Ordinal))
        {
            cursor.Advance();
        }

        return new HoconToken(HoconTokenKind.Bad, place, "", space);
    }

    private HoconToken Substitution(string space)
    {
        ConfigPlace place = cursor.Place;
        cursor.Skip(2);
        bool optional = cursor.Current == '?';
        cursor.Skip(optional ? 1 : 0);
        var path = new HoconPathBuilder(faults);
        cursor.SkipWhile(HoconCharacters.IsSpace);
        while (cursor.Current == '"' || (!cursor.AtEnd && HoconCharacters.IsUnquoted(cursor.Current) && !cursor.LooksAt("//")))
        {
            AddTo(path);
        }

        cursor.SkipWhile(HoconCharacters.IsSpace);
        if (cursor.Current != '}')
        {
            faults.Add(place, "this '${' needs a path of names with dots between them, and a '}' on the same line");
            cursor.SkipWhile(character => character != '}' && !HoconCharacters.IsLineEnd(character));
            cursor.Skip(cursor.Current == '}' ? 1 : 0);
            return new HoconToken(HoconTokenKind.Bad, place, "", space);
        }

        cursor.Advance();
        IReadOnlyList<HoconPathElement>? elements = path.Build(place);
        return elements is null
            ? new HoconToken(HoconTokenKind.Bad, place, "", space)
            : new HoconToken(HoconTokenKind.Substitution, place, "", space, elements, optional);
    }

    private void AddTo(HoconPathBuilder path)
    {
        ConfigPlace place = cursor.Place;
        if (cursor.Current == '"')
        {
            path.AddQuoted(new HoconQuotes(cursor, faults).Read() ?? "?", place);
        }
        else
        {
            string written = UnquotedText();
            ReportHidden(written, place);
            path.AddUnquoted(written, place);
        }
    }
}
