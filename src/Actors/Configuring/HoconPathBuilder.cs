using System.Text;

namespace AkkaPipeline.Configuring;

/// <summary>Puts a key path together from quoted and unquoted pieces; dots separate only outside quotes.</summary>
internal sealed class HoconPathBuilder(ConfigFaults faults)
{
    private readonly List<HoconPathElement> elements = [];
    private readonly StringBuilder name = new();
    private ConfigPlace? nameStart;

    public void AddQuoted(string text, ConfigPlace place)
    {
        nameStart ??= place;
        name.Append(text);
    }

    public void AddUnquoted(string text, ConfigPlace place)
    {
        int column = place.Column;
        foreach (char character in text)
        {
            ConfigPlace here = place with { Column = column };
            if (character == '.')
            {
                Close(here);
            }
            else
            {
                nameStart ??= here;
                name.Append(character);
            }

            column += char.IsLowSurrogate(character) ? 0 : 1;
        }
    }

    /// <summary>The elements, or null if the path is not one (which is then reported).</summary>
    public IReadOnlyList<HoconPathElement>? Build(ConfigPlace place)
    {
        Close(place);
        if (elements.Any(element => element.Name == "\0"))
        {
            faults.Add(place, "the key path has an empty name before, between or after its dots");
            return null;
        }

        if (elements.Count > ConfigLimits.DepthMax)
        {
            faults.AddStructural(place, $"the key has more than {ConfigLimits.DepthMax} names");
            return null;
        }

        return [.. elements];
    }

    private void Close(ConfigPlace place)
    {
        elements.Add(nameStart is { } start ? new HoconPathElement(name.ToString(), start) : new HoconPathElement("\0", place));
        name.Clear();
        nameStart = null;
    }
}
