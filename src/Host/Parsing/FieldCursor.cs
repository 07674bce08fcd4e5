namespace AkkaPipeline.Host.Parsing;

/// <summary>Walks along a line, field by field. Every method throws with the field's name and column.</summary>
internal ref struct FieldCursor(ReadOnlySpan<byte> line)
{
    private readonly ReadOnlySpan<byte> line = line;
    private int position;

    /// <summary>A field up to the next space, and that space.</summary>
    public ReadOnlySpan<byte> Word(string field)
    {
        ReadOnlySpan<byte> rest = line[position..];
        int length = rest.IndexOf((byte)' ');
        if (length <= 0)
        {
            throw Malformed(field, rest.IsEmpty ? "the line ends before it"
                : length == 0 ? "it is empty"
                : "the line ends in it");
        }

        position += length + 1;
        return rest[..length];
    }

    /// <summary>A word of digits only, or a lone dash.</summary>
    public ReadOnlySpan<byte> Number(string field, int digitsMax)
    {
        int start = position;
        ReadOnlySpan<byte> word = Word(field);
        if (word is not [(byte)'-'] && (word.Length > digitsMax || word.ContainsAnyExceptInRange((byte)'0', (byte)'9')))
        {
            throw MalformedLineException.At(field, start, $"neither a number of at most {digitsMax} digits nor a dash");
        }

        return word;
    }

    /// <summary>A time in brackets, and the space after it.</summary>
    public ReadOnlySpan<byte> Time(string field)
    {
        ReadOnlySpan<byte> rest = line[position..];
        const int Bracketed = CombinedLogTime.Length + 2;
        if (rest.Length < Bracketed || rest[0] != '[' || rest[Bracketed - 1] != ']')
        {
            throw Malformed(field, "not [dd/Mon/yyyy:hh:mm:ss +hhmm]");
        }

        ReadOnlySpan<byte> time = rest.Slice(1, CombinedLogTime.Length);
        if (CombinedLogTime.Problem(time) is { } problem)
        {
            throw Malformed(field, problem);
        }

        position += Bracketed;
        Space(field);
        return time;
    }

    /// <summary>What stands between two quotes; a backslash takes the next byte with it.</summary>
    public ReadOnlySpan<byte> Quoted(string field)
    {
        ReadOnlySpan<byte> rest = line[position..];
        if (rest.IsEmpty || rest[0] != '"')
        {
            throw Malformed(field, rest.IsEmpty ? "the line ends before it" : "it does not start with a quote");
        }

        int index = 1;
        while (index < rest.Length)
        {
            int found = rest[index..].IndexOfAny((byte)'"', (byte)'\\');
            if (found < 0)
            {
                break;
            }

            index += found;
            if (rest[index] == '"')
            {
                position += index + 1;
                return rest[1..index];
            }

            index += 2;
        }

        throw Malformed(field, "its quote is not closed, the line ends in it");
    }

    /// <summary>The space that must follow a field.</summary>
    public void Space(string field)
    {
        if (position == line.Length)
        {
            throw Malformed(field, "the line ends after it");
        }

        if (line[position] != ' ')
        {
            throw Malformed(field, "no space after it");
        }

        position++;
    }

    /// <summary>The end of the line, which must follow the last field.</summary>
    public readonly void End(string field)
    {
        if (position != line.Length)
        {
            throw Malformed(field, "more follows after its closing quote");
        }
    }

    private readonly MalformedLineException Malformed(string field, string problem) =>
        MalformedLineException.At(field, position, problem);
}
