namespace AkkaPipeline.Configuring;

/// <summary>A place in a text that moves forward a character at a time and can be set back to an earlier mark.</summary>
internal sealed class HoconCursor(string text, ConfigFile file)
{
    private Mark position = new(0, 1, 1);

    public readonly record struct Mark(int Offset, int Line, int Column);

    public bool AtEnd => position.Offset >= text.Length;

    public char Current => AtEnd ? '\0' : text[position.Offset];

    public ConfigPlace Place => new(file, position.Line, position.Column);

    public Mark Save() => position;

    public void Restore(Mark mark) => position = mark;

    public bool LooksAt(string expected) =>
        string.CompareOrdinal(text, position.Offset, expected, 0, expected.Length) == 0;

    public string Since(Mark mark) => mark.Offset == position.Offset ? "" : text[mark.Offset..position.Offset];

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
        int next = position.Offset + 1;
        bool lineEnds = character == '\n' || (character == '\r' && (next >= text.Length || text[next] != '\n'));
        position = lineEnds
            ? new Mark(next, position.Line + 1, 1)
            : new Mark(next, position.Line, char.IsLowSurrogate(character) ? position.Column : position.Column + 1);
    }
}
