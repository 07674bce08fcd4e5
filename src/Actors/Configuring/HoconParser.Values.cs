namespace AkkaPipeline.Configuring;

internal sealed partial class HoconParser
{
    private HoconNode ParseValue(HoconToken separator, HoconLayer owner, HoconPosition position)
    {
        HoconCursor.Mark end = tokens.Save();
        SkipNewLines();
        bool onNewLine = tokens.Save() != end;
        if (!tokens.Peek().StartsValue || (onNewLine && NextIsField()))
        {
            tokens.Restore(end);
            ReportNoValue(separator, owner);
            return HoconNodes.Broken(separator.Place);
        }

        HoconNode value = ParseJoin(owner, position);
        if (tokens.Peek() is { IsSeparator: true } stray)
        {
            faults.Add(
                stray.Place,
                $"{stray.Text} cannot stand in the value of {ShowOpen(owner)}: put the value in double quotes, or a new line is missing");
            SkipField();
            return HoconNodes.Broken(separator.Place);
        }

        return value;
    }

    private void ReportNoValue(HoconToken separator, HoconLayer owner)
    {
        string message = $"the key {ShowOpen(owner)} has no value after its {separator.Text}";
        if (!HidesText)
        {
            faults.Add(separator.Place, message);
            return;
        }

        // What follows is perhaps its value and no key: nobody is to read it as one.
        faults.AddStructural(separator.Place, message);
        secretLeft = true;
    }

    /// <summary>The path of the key whose value is read: its own name is none of its secret.</summary>
    private string ShowOpen(HoconLayer owner) => IsSecretWithin(openKeys.Skip(1)) ? "here" : $"{owner.Path}";

    private bool NextIsField()
    {
        HoconCursor.Mark start = tokens.Save();
        bool named = tokens.Peek().IsName;
        bool field = NameIsSpaced() && named;
        tokens.Restore(start);
        return field;
    }

    /// <summary>Reads the parts of one value: all that stands on its line up to a separator or closing bracket.</summary>
    private HoconNode ParseJoin(HoconLayer owner, HoconPosition position)
    {
        var parts = new List<(string Space, HoconNode Node)>();
        while (tokens.Peek() is { StartsValue: true } token && !Stopped)
        {
            tokens.Next();
            parts.Add((token.Space, ParsePart(token, owner, position)));
        }

        if (parts.Count == 0)
        {
            return HoconNodes.Broken(tokens.Peek().Place);
        }

        if (FindMixed(parts) is { } odd)
        {
            faults.Add(odd.Place, "texts, arrays and objects cannot be joined with each other; a ',' or a new line may be missing");
            return HoconNodes.Broken(odd.Place);
        }

        return HoconNodes.Join(parts);
    }

    /// <summary>The first written-out part that is of another kind than those before it.</summary>
    private static HoconNode? FindMixed(List<(string Space, HoconNode Node)> parts)
    {
        List<HoconNode> known = [.. parts.Select(part => part.Node).Where(node => node is not HoconReference)];
        return known.Find(node => node.GetType() != known[0].GetType());
    }

    private HoconNode ParsePart(HoconToken token, HoconLayer owner, HoconPosition position)
    {
        switch (token.Kind)
        {
            case HoconTokenKind.Quoted:
                return new HoconScalar(new ConfigScalar(token.Place, token.Text, ConfigScalarKind.Quoted));
            case HoconTokenKind.Unquoted:
                ConfigScalarKind kind = token.Text == "null" ? ConfigScalarKind.Null : ConfigScalarKind.Unquoted;
                return new HoconScalar(new ConfigScalar(token.Place, token.Text, kind));
            case HoconTokenKind.Substitution:
                string[] path = [.. token.Path!.Select(element => element.Name)];
                files.NoteReference(path);
                return new HoconReference(token.Place, path, token.Optional, includedAt, owner);
            case HoconTokenKind.OpenBrace when position.Depth < ConfigLimits.DepthMax:
                var inner = new HoconObject(token.Place);
                ParseFields(inner, position, token);
                return inner;
            case HoconTokenKind.OpenBracket when position.Depth < ConfigLimits.DepthMax:
                return ParseArray(token, owner, position with { Path = null, Depth = position.Depth + 1 });
            case HoconTokenKind.OpenBrace or HoconTokenKind.OpenBracket:
                ReportTooDeep(token.Place);
                break;
        }

        return HoconNodes.Broken(token.Place);
    }

    private HoconArray ParseArray(HoconToken open, HoconLayer owner, HoconPosition position)
    {
        var items = new List<HoconNode>();
        openArrays++;
        bool afterItem = false;
        bool separated = true;
        bool closed = false;
        while (!closed && !Stopped)
        {
            HoconCursor.Mark before = tokens.Save();
            HoconToken token = tokens.Peek();
            switch (token.Kind)
            {
                case HoconTokenKind.NewLine:
                    tokens.Next();
                    separated = true;
                    if (NextEndsOpenArray())
                    {
                        ReportOpenArray(open, tokens.Peek());
                        tokens.Restore(before);
                        closed = true;
                    }

                    break;
                case HoconTokenKind.Comma:
                    tokens.Next();
                    ReportStrayComma(token, afterItem);
                    (afterItem, separated) = (false, true);
                    break;
                case HoconTokenKind.CloseBracket:
                    tokens.Next();
                    closed = true;
                    break;
                case HoconTokenKind.End or HoconTokenKind.CloseBrace:
                    ReportOpenArray(open, token);
                    closed = true;
                    break;
                default:
                    ReportUnseparated(token, separated);
                    ParseItem(items, owner, position);
                    (afterItem, separated) = (true, false);
                    break;
            }
        }

        openArrays--;
        return new HoconArray(open.Place, items);
    }

    /// <summary>Whether the line ahead is a field, which means that the array was to end before it.</summary>
    private bool NextEndsOpenArray() => tokens.Peek().IsName && NextIsField();

    private void ReportOpenArray(HoconToken open, HoconToken at)
    {
        faults.AddStructural(open.Place, $"the '[' opened here is not closed before {Show(at)} at {at.Place.Line}:{at.Place.Column}");
        secretLeft |= HidesText;
    }

    private void ParseItem(List<HoconNode> items, HoconLayer owner, HoconPosition position)
    {
        HoconToken token = tokens.Peek();
        if (token.StartsValue)
        {
            items.Add(ParseJoin(owner, position));
            token = tokens.Peek();
        }

        if (token.IsSeparator)
        {
            faults.Add(token.Place, $"{token.Text} cannot stand in an array; is a ']' missing before it?");
            SkipField();
        }
    }
}
