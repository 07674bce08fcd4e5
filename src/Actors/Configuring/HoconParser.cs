namespace AkkaPipeline.Configuring;

/// <summary>Where in the configuration the parser stands.</summary>
/// <param name="Path">The key path of the object that is read, or null within an array, whose items have none.</param>
/// <param name="Depth">Levels around it.</param>
internal readonly record struct HoconPosition(HoconKeyPath? Path, int Depth);

/// <summary>
/// Reads the objects and fields of one file; values and includes are in the other parts. On a fault it reports,
/// skips to the end of the field and goes on.
/// </summary>
internal sealed partial class HoconParser(
    string text,
    HoconIncludeChain includes,
    IReadOnlyList<string> includedAt,
    HoconFiles files,
    ConfigFaults faults)
{
    private readonly HoconTokenizer tokens = new(text, includes.File, faults);
    private readonly Stack<HoconKeyPath> openKeys = new();
    private int openArrays;
    private bool secretLeft;
    private bool tooDeep;

    /// <summary>Reads the whole file into <paramref name="root"/>.</summary>
    public void Parse(HoconObject root, int depth)
    {
        SkipNewLines();
        var position = new HoconPosition(includedAt.Aggregate(HoconKeyPath.Root, (path, name) => path.Then(name)), depth);
        if (tokens.Peek().Kind != HoconTokenKind.OpenBrace)
        {
            ParseFields(root, position, open: null);
            return;
        }

        ParseFields(root, position, open: tokens.Next());
        SkipNewLines();
        HoconToken rest = tokens.Peek();
        if (rest.Kind != HoconTokenKind.End && !Stopped)
        {
            faults.AddStructural(rest.Place, "nothing can follow the '}' that closes the file's outermost '{'");
        }
    }

    private bool Stopped => tooDeep || faults.Full;

    /// <summary>
    /// Whether what stands here may belong to a secret: within the value of a key whose name says so, and after one that was left
    /// without a value or not closed, since what follows may be its value. Messages then tell only the place.
    /// </summary>
    private bool HidesText => IsSecretWithin(openKeys);

    private bool IsSecretWithin(IEnumerable<HoconKeyPath> keys) => secretLeft || IsSecret(includedAt) || keys.Any(key => IsSecret(key.Names()));

    /// <summary>The library's own sections are none, whatever a pipeline is called.</summary>
    private static bool IsSecret(IReadOnlyList<string> path) =>
        path is not [ReferenceConfiguration.RootKey, ..] && path.Any(SecretKeys.IsSecret);

    private void ParseFields(HoconObject target, HoconPosition position, HoconToken? open)
    {
        bool afterField = false;
        bool separated = true;
        while (!Stopped)
        {
            HoconToken token = tokens.Peek();
            switch (token.Kind)
            {
                case HoconTokenKind.NewLine:
                    tokens.Next();
                    separated = true;
                    break;
                case HoconTokenKind.Comma:
                    tokens.Next();
                    ReportStrayComma(token, afterField);
                    (afterField, separated) = (false, true);
                    break;
                case HoconTokenKind.End:
                    ReportUnclosed(open, token);
                    return;
                case HoconTokenKind.CloseBrace when open is not null:
                    tokens.Next();
                    return;
                case HoconTokenKind.CloseBracket when open is { } brace && openArrays > 0:
                    faults.AddStructural(token.Place, $"']' stands here while the '{{' of line {brace.Place.Line} is still open");
                    return;
                case HoconTokenKind.CloseBrace or HoconTokenKind.CloseBracket:
                    tokens.Next();
                    faults.AddStructural(token.Place, $"{token.Text} closes nothing");
                    separated = true;
                    break;
                default:
                    ReportUnseparated(token, separated);
                    ParseField(target, position);
                    (afterField, separated) = (true, false);
                    break;
            }
        }
    }

    private void ReportStrayComma(HoconToken token, bool afterField)
    {
        if (!afterField)
        {
            faults.Add(token.Place, "this ',' follows no value");
        }
    }

    private void ReportUnclosed(HoconToken? open, HoconToken end)
    {
        if (open is { } brace)
        {
            faults.AddStructural(brace.Place, $"the '{{' opened here is not closed by the end of the file, line {end.Place.Line}");
        }
    }

    private void ReportUnseparated(HoconToken token, bool separated)
    {
        if (!separated && token.IsName)
        {
            faults.Add(token.Place, $"a ',' or a new line is missing before {Show(token)}");
        }
    }

    private void ParseField(HoconObject target, HoconPosition position)
    {
        HoconToken first = tokens.Peek();
        if (!first.IsName)
        {
            if (first.Kind != HoconTokenKind.Bad)
            {
                faults.Add(first.Place, $"{Show(first)} stands where a key is expected");
            }

            SkipField();
            return;
        }

        if (first is { Kind: HoconTokenKind.Unquoted, Text: "include" })
        {
            ParseInclude(target, position);
            return;
        }

        if (ReadKey() is not { } path || !FindValue(first, path))
        {
            SkipField();
            return;
        }

        ParseFieldValue(target, position, path);
    }

    private List<HoconPathElement>? ReadKey()
    {
        ConfigPlace place = tokens.Peek().Place;
        var path = new HoconPathBuilder(faults);
        bool first = true;
        while (tokens.Peek() is { IsName: true } token && (first || token.Space.Length == 0))
        {
            Add(path, tokens.Next());
            first = false;
        }

        return path.Build(place)?.ToList();
    }

    private static void Add(HoconPathBuilder path, HoconToken token)
    {
        if (token.Kind == HoconTokenKind.Quoted)
        {
            path.AddQuoted(token.Text, token.Place);
        }
        else
        {
            path.AddUnquoted(token.Text, token.Place);
        }
    }

    /// <summary>Moves behind the key's new lines to its separator or brace; false if there is none.</summary>
    private bool FindValue(HoconToken key, List<HoconPathElement> path)
    {
        HoconCursor.Mark end = tokens.Save();
        if (tokens.Peek().IsName && NameIsSpaced())
        {
            faults.Add(key.Place, "a key with spaces must be put in double quotes, or an '=' or a new line is missing");
            return true;
        }

        tokens.Restore(end);
        SkipNewLines();
        HoconToken token = tokens.Peek();
        if (token.IsSeparator || token.Kind == HoconTokenKind.OpenBrace)
        {
            return true;
        }

        tokens.Restore(end);
        if (tokens.Peek().Kind != HoconTokenKind.Bad)
        {
            faults.Add(key.Place, $"{ShowKey(path)} has no value: an '=' or a '{{' must follow it");
        }

        return false;
    }

    private bool NameIsSpaced()
    {
        while (tokens.Peek().IsName)
        {
            tokens.Next();
        }

        return tokens.Peek() is { IsSeparator: true } or { Kind: HoconTokenKind.OpenBrace };
    }

    private void ParseFieldValue(HoconObject target, HoconPosition position, List<HoconPathElement> path)
    {
        if (position.Depth + path.Count > ConfigLimits.DepthMax)
        {
            ReportTooDeep(path[0].Place);
            return;
        }

        HoconKeyPath names = path.Aggregate(position.Path ?? HoconKeyPath.Root, (above, element) => above.Then(element.Name));
        var layer = new HoconLayer(names, path[^1].Place);
        HoconToken separator = tokens.Peek();
        if (separator.IsSeparator)
        {
            tokens.Next();
        }

        openKeys.Push(names);
        HoconNode value = ParseValue(separator, layer, new HoconPosition(position.Path is null ? null : names, position.Depth + path.Count));
        openKeys.Pop();
        layer.Value = separator.Kind == HoconTokenKind.PlusEquals ? new HoconAppend(separator.Place, value) : value;
        Nest(target, path, layer);
    }

    /// <summary>Puts the value under a path such as a.b.c, as if it were written <c>a { b { c = … } }</c>.</summary>
    private static void Nest(HoconObject target, List<HoconPathElement> path, HoconLayer layer)
    {
        for (int i = path.Count - 1; i > 0; i--)
        {
            var around = new HoconObject(path[i].Place);
            around.Add(path[i].Name, layer);
            layer = new HoconLayer(HoconKeyPath.Root, path[i - 1].Place) { Value = around };
        }

        target.Add(path[0].Name, layer);
    }

    private void ReportTooDeep(ConfigPlace place)
    {
        faults.AddStructural(place, $"more than {ConfigLimits.DepthMax} levels; the rest of the file is not read");
        tooDeep = true;
    }

    private void SkipNewLines()
    {
        while (tokens.Peek().Kind == HoconTokenKind.NewLine)
        {
            tokens.Next();
        }
    }

    /// <summary>Skips to the end of a field or item at fault: its line, a comma, or the bracket that closes around it.</summary>
    private void SkipField()
    {
        faults.NoteLostKeys();
        int depth = 0;
        while (true)
        {
            HoconToken token = tokens.Peek();
            switch (token.Kind)
            {
                case HoconTokenKind.End:
                case HoconTokenKind.NewLine or HoconTokenKind.Comma or HoconTokenKind.CloseBrace or HoconTokenKind.CloseBracket
                    when depth == 0:
                    return;
                case HoconTokenKind.OpenBrace or HoconTokenKind.OpenBracket:
                    depth++;
                    break;
                case HoconTokenKind.CloseBrace or HoconTokenKind.CloseBracket:
                    depth--;
                    break;
            }

            tokens.Next();
        }
    }

    private string Show(HoconToken token) => token.Kind switch
    {
        HoconTokenKind.Quoted or HoconTokenKind.Unquoted when HidesText => "the text",
        HoconTokenKind.Quoted or HoconTokenKind.Unquoted => ConfigShowing.Shorten(token.Text),
        HoconTokenKind.Substitution => "'${'",
        _ => token.Text,
    };

    private string ShowKey(IEnumerable<HoconPathElement> path) =>
        HidesText ? "the key here" : $"the key {HoconCharacters.ShowPath(path.Select(element => element.Name))}";
}
