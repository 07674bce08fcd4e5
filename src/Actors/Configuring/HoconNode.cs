using System.Text;

namespace AkkaPipeline.Configuring;

/// <summary>A value as written, references not yet resolved.</summary>
internal abstract class HoconNode(ConfigPlace place)
{
    public ConfigPlace Place { get; } = place;
}

internal sealed class HoconScalar(ConfigScalar value) : HoconNode(value.Place)
{
    public ConfigScalar Value { get; } = value;
}

internal sealed class HoconArray(ConfigPlace place, IReadOnlyList<HoconNode> items) : HoconNode(place)
{
    public IReadOnlyList<HoconNode> Items { get; } = items;
}

/// <summary><c>${path}</c> or <c>${?path}</c>, in the layer that it helps to define.</summary>
internal sealed class HoconReference(
    ConfigPlace place,
    IReadOnlyList<string> path,
    bool optional,
    IReadOnlyList<string> includedAt,
    HoconLayer owner)
    : HoconNode(place)
{
    public IReadOnlyList<string> Path { get; } = path;

    public bool Optional { get; } = optional;

    /// <summary>Whether a name of the path says that what it leads to must not be shown.</summary>
    public bool IsSecret { get; } = path.Any(SecretKeys.IsSecret);

    /// <summary>Where the file that it stands in was included: its path is looked up there first.</summary>
    public IReadOnlyList<string> IncludedAt { get; } = includedAt;

    public HoconLayer Owner { get; } = owner;

    public override string ToString() => $"${{{(Optional ? "?" : "")}{HoconCharacters.ShowPath(Path)}}}";
}

/// <summary>Values written one after the other, with the white space before each.</summary>
internal sealed class HoconJoin(ConfigPlace place, IReadOnlyList<(string Space, HoconNode Node)> parts) : HoconNode(place)
{
    public IReadOnlyList<(string Space, HoconNode Node)> Parts { get; } = parts;
}

/// <summary>The right side of <c>+=</c>.</summary>
internal sealed class HoconAppend(ConfigPlace place, HoconNode item) : HoconNode(place)
{
    public HoconNode Item { get; } = item;
}

internal sealed class HoconObject(ConfigPlace place) : HoconNode(place)
{
    private readonly Dictionary<string, HoconField> fields = new(StringComparer.Ordinal);
    private readonly List<HoconField> inOrder = [];

    public IReadOnlyList<HoconField> Fields => inOrder;

    public HoconField? Find(string name) => fields.GetValueOrDefault(name);

    public void Add(string name, HoconLayer layer)
    {
        if (!fields.TryGetValue(name, out HoconField? field))
        {
            field = new HoconField(name);
            fields.Add(name, field);
            inOrder.Add(field);
        }

        field.Add(layer);
    }

    /// <summary>Moves the fields of another object that follows this one into this one.</summary>
    public void Absorb(HoconObject later)
    {
        foreach (HoconField field in later.inOrder)
        {
            foreach (HoconLayer layer in field.Layers)
            {
                Add(field.Name, layer);
            }
        }
    }
}

/// <summary>
/// A key with all the values that a configuration gives it, in order. Later ones override or merge with earlier
/// ones, which stay because a later one may refer to them.
/// </summary>
internal sealed class HoconField(string name)
{
    private readonly List<HoconLayer> layers = [];

    public string Name { get; } = name;

    public IReadOnlyList<HoconLayer> Layers => layers;

    /// <summary>While a reference of a layer is resolved, this field is seen as it stood below that layer.</summary>
    public int VisibleLayers { get; set; } = int.MaxValue;

    /// <summary>How deep in the chain of references <see cref="VisibleLayers"/> was lowered.</summary>
    public int LoweredAt { get; set; }

    /// <summary>The value, once it is known for good.</summary>
    public ConfigValue? Resolved { get; set; }

    public ConfigPlace KeyPlace => layers[^1].KeyPlace;

    public void Add(HoconLayer layer)
    {
        // Two objects written out are one; this keeps references into them from taking one for "below" the other.
        if (layer.Value is HoconObject later && layers.Count > 0 && layers[^1].Value is HoconObject earlier)
        {
            earlier.Absorb(later);
            layers[^1].KeyPlace = layer.KeyPlace;
            return;
        }

        layer.Field = this;
        layer.Index = layers.Count;
        layers.Add(layer);
    }
}

/// <summary>One of the values given to a key.</summary>
internal sealed class HoconLayer(HoconKeyPath path, ConfigPlace keyPlace)
{
    /// <summary>The key's whole path, for messages.</summary>
    public string Path => path.ToString();

    public ConfigPlace KeyPlace { get; set; } = keyPlace;

    public HoconNode Value { get; set; } = HoconNodes.Broken(keyPlace);

    public HoconField? Field { get; set; }

    public int Index { get; set; }
}

internal static class HoconNodes
{
    public static HoconScalar Broken(ConfigPlace place) => new(new ConfigScalar(place, "", ConfigScalarKind.Broken));

    /// <summary>One node for the parts of a value; texts that stand together become one text.</summary>
    public static HoconNode Join(IReadOnlyList<(string Space, HoconNode Node)> parts)
    {
        if (parts.Count == 1)
        {
            return parts[0].Node;
        }

        return parts.All(part => part.Node is HoconScalar)
            ? new HoconScalar(JoinTexts([.. parts.Select(part => (part.Space, ((HoconScalar)part.Node).Value))]))
            : new HoconJoin(parts[0].Node.Place, parts);
    }

    public static ConfigScalar JoinTexts(IReadOnlyList<(string Space, ConfigScalar Value)> parts)
    {
        ConfigScalar first = parts[0].Value;
        if (parts.Any(part => part.Value.IsBroken))
        {
            return new ConfigScalar(first.Place, "", ConfigScalarKind.Broken);
        }

        var text = new StringBuilder();
        for (int i = 0; i < parts.Count; i++)
        {
            text.Append(i == 0 ? "" : parts[i].Space).Append(parts[i].Value.Text);
        }

        bool unquoted = parts.All(part => part.Value.ScalarKind != ConfigScalarKind.Quoted);
        string? variable = parts.Select(part => part.Value.Variable).FirstOrDefault(name => name is not null);
        bool secret = parts.Any(part => part.Value.IsSecret);
        return new ConfigScalar(first.Place, text.ToString(), unquoted ? ConfigScalarKind.Unquoted : ConfigScalarKind.Quoted, variable, secret);
    }
}
