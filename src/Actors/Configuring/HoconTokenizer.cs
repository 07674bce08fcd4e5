namespace AkkaPipeline.Configuring;

/// <summary>Cuts a text into tokens, one at a time; reports what cannot be a token and goes on behind it.</summary>
internal sealed class HoconTokenizer(string text, ConfigFile file, ConfigFaults faults)
{
    private readonly HoconCursor _cursor = new(text, file);

    public HoconCursor.Mark Save() => _cursor.Save();

    public void Restore(HoconCursor.Mark mark) => _cursor.Restore(mark);

    public HoconToken Peek()
    {
        HoconCursor.Mark mark = _cursor.Save();
        HoconToken token = Next();
        _cursor.Restore(mark);
        return token;
    }

    public HoconToken Next()
    {
        string space = SkipSpaceAndComment();
        ConfigPlace place = _cursor.Place;
        if (_cursor.AtEnd)
        {
            return new HoconToken(HoconTokenKind.End, place, "the end of the file", space);
        }

        char character = _cursor.Current;
        if (HoconCharacters.IsLineEnd(character))
        {
            _cursor.Skip(_cursor.LooksAt("\r\n") ? 2 : 1);
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
            '+' when _cursor.LooksAt("+=") => Sign(HoconTokenKind.PlusEquals, space, length: 2),
            '"' => Quoted(space),
            '$' when _cursor.LooksAt("${") => Substitution(space),
            _ when HoconCharacters.IsUnquoted(character) => Unquoted(space),
            _ => Forbidden(space),
        };
    }

    private string SkipSpaceAndComment()
    {
        HoconCursor.Mark start = _cursor.Save();
        _cursor.SkipWhile(HoconCharacters.IsSpace);
        string space = _cursor.Since(start);
        if (_cursor.Current == '#' || _cursor.LooksAt("//"))
        {
            _cursor.SkipWhile(character => !HoconCharacters.IsLineEnd(character));
        }

        return space;
    }

    private HoconToken Sign(HoconTokenKind kind, string space, int length = 1)
    {
        ConfigPlace place = _cursor.Place;
        HoconCursor.Mark start = _cursor.Save();
        _cursor.Skip(length);
        return new HoconToken(kind, place, $"'{_cursor.Since(start)}'", space);
    }

    private HoconToken Unquoted(string space)
    {
        ConfigPlace place = _cursor.Place;
        return new HoconToken(HoconTokenKind.Unquoted, place, UnquotedText(), space);
    }

    private string UnquotedText()
    {
        HoconCursor.Mark start = _cursor.Save();
        while (!_cursor.AtEnd && HoconCharacters.IsUnquoted(_cursor.Current) && !_cursor.LooksAt("//"))
        {
            _cursor.Advance();
        }

        return _cursor.Since(start);
    }

    private HoconToken Quoted(string space)
    {
        ConfigPlace place = _cursor.Place;
        string? quoted = new HoconQuotes(_cursor, faults).Read();
        return quoted is null
            ? new HoconToken(HoconTokenKind.Bad, place, "", space)
            : new HoconToken(HoconTokenKind.Quoted, place, quoted, space);
    }

    private HoconToken Forbidden(string space)
    {
        ConfigPlace place = _cursor.Place;
        faults.Add(place, $"{HoconCharacters.Show(_cursor.Current)} cannot stand here unquoted; put the text in double quotes");
        while (!_cursor.AtEnd && "+`^?!@*&\\$".Contains(_cursor.Current, StringComparison.Ordinal))
        {
            _cursor.Advance();
        }

        return new HoconToken(HoconTokenKind.Bad, place, "", space);
    }

    private HoconToken Substitution(string space)
    {
        ConfigPlace place = _cursor.Place;
        _cursor.Skip(2);
        bool optional = _cursor.Current == '?';
        _cursor.Skip(optional ? 1 : 0);
        var path = new HoconPathBuilder(faults);
        _cursor.SkipWhile(HoconCharacters.IsSpace);
        while (_cursor.Current == '"' || (!_cursor.AtEnd && HoconCharacters.IsUnquoted(_cursor.Current) && !_cursor.LooksAt("//")))
        {
            AddTo(path);
        }

        _cursor.SkipWhile(HoconCharacters.IsSpace);
        if (_cursor.Current != '}')
        {
            faults.Add(place, "this '${' needs a path of names with dots between them, and a '}' on the same line");
            _cursor.SkipWhile(character => character != '}' && !HoconCharacters.IsLineEnd(character));
            _cursor.Skip(_cursor.Current == '}' ? 1 : 0);
            return new HoconToken(HoconTokenKind.Bad, place, "", space);
        }

        _cursor.Advance();
        IReadOnlyList<HoconPathElement>? elements = path.Build(place);
        return elements is null
            ? new HoconToken(HoconTokenKind.Bad, place, "", space)
            : new HoconToken(HoconTokenKind.Substitution, place, "", space, elements, optional);
    }

    private void AddTo(HoconPathBuilder path)
    {
        ConfigPlace place = _cursor.Place;
        if (_cursor.Current == '"')
        {
            path.AddQuoted(new HoconQuotes(_cursor, faults).Read() ?? "?", place);
        }
        else
        {
            path.AddUnquoted(UnquotedText(), place);
        }
    }
}
