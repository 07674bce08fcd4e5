namespace AkkaPipeline.Configuring;

/// <summary>
/// Gives every key its value: merges layers, joins parts, appends. A reference sees the whole configuration as it
/// ends up, except the field that it helps to define, which it sees as it stood before (so that
/// <c>path = ${path}":more"</c> works); when nothing stood before, it is a cycle. References are in the other part.
/// </summary>
internal sealed partial class HoconResolver(HoconObject root, Func<string, string?> environment, ConfigFaults faults)
{
    private readonly HoconBudget budget = new(faults);

    public ConfigObject Resolve() => ResolveObject(root) as ConfigObject ?? new ConfigObject(root.Place, []);

    /// <summary>The value of a field as far as it is visible now, or null if it has none.</summary>
    private ConfigValue? ResolveField(HoconField field)
    {
        if (field.VisibleLayers != int.MaxValue)
        {
            return ResolveLayers(field);
        }

        if (field.Resolved is not null)
        {
            return field.Resolved;
        }

        // A value is known for good only if no field around was hidden from it by a reference still being resolved.
        int loweredBefore = lowestTouched;
        lowestTouched = int.MaxValue;
        ConfigValue? value = ResolveLayers(field);
        if (lowestTouched >= chain.Count)
        {
            field.Resolved = value;
        }

        lowestTouched = Math.Min(loweredBefore, lowestTouched);
        return value;
    }

    private ConfigValue? ResolveLayers(HoconField field)
    {
        if (field.VisibleLayers < field.Layers.Count)
        {
            lowestTouched = Math.Min(lowestTouched, field.LoweredAt);
        }

        ConfigValue? result = null;
        List<ConfigValue>? appended = null;
        for (int i = Math.Min(field.VisibleLayers, field.Layers.Count) - 1; i >= 0; i--)
        {
            if (budget.IsSpent)
            {
                return HoconNodes.Broken(field.KeyPlace).Value;
            }

            HoconNode node = field.Layers[i].Value;
            if (node is HoconAppend append && result is null)
            {
                appended ??= [];
                appended.AddRange(ResolveNode(append.Item) is { } item ? [item] : []);
                continue;
            }

            ConfigValue? value = node is HoconAppend ? HoconNodes.Broken(node.Place).Value : ResolveNode(node);
            if (value is null)
            {
                continue;
            }

            if (appended is not null)
            {
                return AppendTo(value, appended, field);
            }

            (result, bool goOn) = Under(result, value);
            if (!goOn)
            {
                return result;
            }
        }

        if (appended is not null)
        {
            return AppendTo(new ConfigArray(field.KeyPlace, []), appended, field);
        }

        NoteCycle(field, result);
        return result;
    }

    /// <summary>What is so far, over a lower layer; and whether layers below that one still count.</summary>
    private (ConfigValue Result, bool GoOn) Under(ConfigValue? above, ConfigValue below)
    {
        if (below is not ConfigObject lower)
        {
            return (above ?? below, false);
        }

        return (above is ConfigObject upper ? Merge(upper, lower) : lower, true);
    }

    private ConfigValue Merge(ConfigObject upper, ConfigObject lower)
    {
        ConfigObject merged = upper.Over(lower, faults);
        return budget.IsSpent ? HoconNodes.Broken(upper.Place).Value : budget.Check(merged);
    }

    private ConfigValue AppendTo(ConfigValue value, List<ConfigValue> newestFirst, HoconField field)
    {
        if (value is ConfigScalar { IsBroken: true })
        {
            return value;
        }

        if (value is not ConfigArray array)
        {
            HoconLayer layer = field.Layers[^1];
            faults.Add(layer.Value.Place, $"'+=' adds to an array, but {layer.Path} is {value.Kind} at {value.Place}");
            return HoconNodes.Broken(value.Place).Value;
        }

        if (!budget.Spend(array.Items.Count + newestFirst.Count, array.Place))
        {
            return HoconNodes.Broken(value.Place).Value;
        }

        newestFirst.Reverse();
        return budget.Check(new ConfigArray(array.Place, [.. array.Items, .. newestFirst]));
    }

    private ConfigValue? ResolveNode(HoconNode node)
    {
        if (!budget.Enter(node.Place))
        {
            return HoconNodes.Broken(node.Place).Value;
        }

        try
        {
            return node switch
            {
                HoconScalar scalar => scalar.Value,
                HoconObject inner => ResolveObject(inner),
                HoconArray array => ResolveArray(array),
                HoconReference reference => ResolveReference(reference),
                HoconJoin join => ResolveJoin(join),
                _ => HoconNodes.Broken(node.Place).Value,
            };
        }
        finally
        {
            budget.Leave();
        }
    }

    private ConfigValue ResolveObject(HoconObject node)
    {
        if (!budget.Spend(node.Fields.Count, node.Place))
        {
            return HoconNodes.Broken(node.Place).Value;
        }

        var fields = new List<ConfigField>(node.Fields.Count);
        foreach (HoconField field in node.Fields)
        {
            if (ResolveField(field) is { } value)
            {
                fields.Add(new ConfigField(field.Name, field.KeyPlace, value));
            }
        }

        return budget.Check(new ConfigObject(node.Place, fields));
    }

    private ConfigValue ResolveArray(HoconArray node) =>
        budget.Check(new ConfigArray(node.Place, [.. node.Items.Select(ResolveNode).OfType<ConfigValue>()]));

    private ConfigValue? ResolveJoin(HoconJoin node)
    {
        var parts = new List<(string Space, ConfigValue Value)>();
        foreach ((string space, HoconNode part) in node.Parts)
        {
            if (ResolveNode(part) is { } value)
            {
                parts.Add((space, value));
            }
        }

        if (parts.Count == 0)
        {
            return null;
        }

        if (parts.Find(part => part.Value is ConfigScalar { IsBroken: true }).Value is { } broken)
        {
            return broken;
        }

        // What a join copies counts as work, or many joins of one long text would fill the memory.
        long copied = parts.Sum(part => part.Value switch
        {
            ConfigArray array => array.Items.Count,
            ConfigScalar scalar => scalar.Text.Length / 32,
            _ => 0,
        });
        return budget.Spend(copied, node.Place) ? budget.Check(Join(node, parts)) : HoconNodes.Broken(node.Place).Value;
    }

    private ConfigValue Join(HoconJoin node, List<(string Space, ConfigValue Value)> parts)
    {
        ConfigValue first = parts[0].Value;
        if (parts.Find(part => part.Value.GetType() != first.GetType()).Value is { } odd)
        {
            faults.Add(node.Place, $"{first.Kind} (from {first.Place}) and {odd.Kind} (from {odd.Place}) cannot be joined");
            return HoconNodes.Broken(node.Place).Value;
        }

        switch (first)
        {
            case ConfigObject:
                return parts.Select(part => part.Value).Aggregate((below, above) =>
                    above is ConfigObject upper && below is ConfigObject lower ? Merge(upper, lower) : below);
            case ConfigArray:
                return new ConfigArray(node.Place, [.. parts.SelectMany(part => ((ConfigArray)part.Value).Items)]);
            default:
                return JoinTexts(node, parts);
        }
    }

    private static ConfigScalar JoinTexts(HoconJoin node, List<(string Space, ConfigValue Value)> parts)
    {
        // A reference to nothing leaves its white space out only at the start, as the specification has it.
        ConfigScalar joined = HoconNodes.JoinTexts([.. parts.Select(part => (part.Space, (ConfigScalar)part.Value))]);
        bool alone = parts.Count == 1;
        return alone ? (ConfigScalar)parts[0].Value : new ConfigScalar(node.Place, joined.Text, joined.ScalarKind, joined.Variable, joined.IsSecret);
    }
}
