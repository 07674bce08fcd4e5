namespace AkkaPipeline.Configuring;

/// <summary>A place in a text that moves forward a character at a time and can be set back to an earlier mark.</summary>
internal sealed class HoconCursor(string text, ConfigFile file)
{
    private Mark _mark = new(0, 1, 1);

    public readonly record struct Mark(int Offset, int Line, int Column);

    public bool AtEnd => _mark.Offset >= text.Length;

    public char Current => AtEnd ? '\0' : text[_mark.Offset];

    public ConfigPlace Place => new(file, _mark.Line, _mark.Column);

    public Mark Save() => _mark;

    public void Restore(Mark mark) => _mark = mark;

    public bool LooksAt(string expected) =>
        string.CompareOrdinal(text, _mark.Offset, expected, 0, expected.Length) == 0;

    public string Since(Mark mark) => mark.Offset == _mark.Offset ? "" : text[mark.Offset.._mark.Offset];

    public void Skip(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Advance();
        }
    }

    public void SkipWhile(Func<char, bool> condition)
    {
        while (!AtEnd && condition(Current))
        {
            Advance();
        }
    }

    public void Advance()
    {
        char character = Current;
        int next = _mark.Offset + 1;
        bool lineEnds = character == '\n' || (character == '\r' && (next >= text.Length || text[next] != '\n'));
        _mark = lineEnds
            ? new Mark(next, _mark.Line + 1, 1)
            : new Mark(next, _mark.Line, char.IsLowSurrogate(character) ? _mark.Column : _mark.Column + 1);
    }
}
