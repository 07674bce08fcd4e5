using System.Text;

namespace AkkaPipeline.Configuring;

/// <summary>Puts a key path together from quoted and unquoted pieces; dots separate only outside quotes.</summary>
internal sealed class HoconPathBuilder(ConfigFaults faults)
{
    private readonly List<HoconPathElement> _elements = [];
    private readonly StringBuilder _name = new();
    private ConfigPlace? _start;

    public void AddQuoted(string text, ConfigPlace place)
    {
        _start ??= place;
        _name.Append(text);
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
                _start ??= here;
                _name.Append(character);
            }

            column += char.IsLowSurrogate(character) ? 0 : 1;
        }
    }

    /// <summary>The elements, or null if the path is not one (which is then reported).</summary>
    public IReadOnlyList<HoconPathElement>? Build(ConfigPlace place)
    {
        Close(place);
        if (_elements.Any(element => element.Name == "\0"))
        {
            faults.Add(place, "the key has an empty name before, between or after its dots");
            return null;
        }

        if (_elements.Count > ConfigLimits.DepthMax)
        {
            faults.AddStructural(place, $"the key has more than {ConfigLimits.DepthMax} names");
            return null;
        }

        return [.. _elements];
    }

    private void Close(ConfigPlace place)
    {
        _elements.Add(_start is { } start ? new HoconPathElement(_name.ToString(), start) : new HoconPathElement("\0", place));
        _name.Clear();
        _start = null;
    }
}
