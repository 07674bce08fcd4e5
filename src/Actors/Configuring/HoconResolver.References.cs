namespace AkkaPipeline.Configuring;

internal sealed partial class HoconResolver
{
    private readonly List<HoconReference> chain = [];
    private int lowestTouched = int.MaxValue;
    private HoconField? cycleHit;

    private ConfigValue? ResolveReference(HoconReference reference)
    {
        HoconField owner = reference.Owner.Field!;
        (int visibleBefore, int loweredBefore, HoconField? cycleBefore) = (owner.VisibleLayers, owner.LoweredAt, cycleHit);
        (owner.VisibleLayers, owner.LoweredAt) = (reference.Owner.Index, chain.Count);
        chain.Add(reference);
        try
        {
            ConfigValue? value = LookUpFrom(reference);
            value = value is not null && reference.IsSecret ? Secret(value) : value;
            return cycleHit is null || value is null
                ? value ?? FromEnvironment(reference) ?? Missing(reference, cycleHit)
                : ReportCycle(cycleHit, reference);
        }
        finally
        {
            chain.RemoveAt(chain.Count - 1);
            (owner.VisibleLayers, owner.LoweredAt, cycleHit) = (visibleBefore, loweredBefore, cycleBefore);
        }
    }

    /// <summary>
    /// Looks a path up, first where its file was included. What was found while a hidden field was met leaves that
    /// field noted: it is then part of what it refers to.
    /// </summary>
    private ConfigValue? LookUpFrom(HoconReference reference)
    {
        cycleHit = null;
        ConfigValue? near = reference.IncludedAt.Count == 0
            ? null
            : FindIn(root, [.. reference.IncludedAt, .. reference.Path], 0);
        if (near is not null)
        {
            return near;
        }

        cycleHit = null;
        return FindIn(root, reference.Path, 0);
    }

    /// <summary>The value, remembered as secret wherever it is taken to.</summary>
    private ConfigValue Secret(ConfigValue value)
    {
        if (!budget.Spend(1, value.Place))
        {
            return HoconNodes.Broken(value.Place).Value;
        }

        return value switch
        {
            ConfigScalar { IsBroken: false, IsNull: false } scalar =>
                new ConfigScalar(scalar.Place, scalar.Text, scalar.ScalarKind, scalar.Variable, secret: true),
            ConfigArray array => new ConfigArray(array.Place, [.. array.Items.Select(Secret)]),
            ConfigObject inner => new ConfigObject(inner.Place, [.. inner.Fields.Select(field => field with { Value = Secret(field.Value) })]),
            _ => value,
        };
    }

    private ConfigScalar? FromEnvironment(HoconReference reference)
    {
        string name = string.Join('.', reference.Path);
        if (budget.IsSpent || environment(name) is not { } text)
        {
            return null;
        }

        budget.Spend(text.Length / 32, reference.Place);
        return new ConfigScalar(reference.Place, text, ConfigScalarKind.Quoted, name);
    }

    private ConfigScalar? Missing(HoconReference reference, HoconField? cycle)
    {
        bool itself = cycle is not null && ReferenceEquals(cycle, reference.Owner.Field);
        if (cycle is not null && !itself)
        {
            return ReportCycle(cycle, reference);
        }

        if (reference.Optional)
        {
            return null;
        }

        faults.Add(reference.Place, itself
            ? $"{reference} refers to itself, and {reference.Owner.Path} has no earlier value"
            : $"{reference} is neither a key of this configuration nor an environment variable; "
                + $"${{?{HoconCharacters.ShowPath(reference.Path)}}} would make it optional");
        return HoconNodes.Broken(reference.Place).Value;
    }

    /// <summary>Remembers that nothing was found because the field is hidden by a reference that is being resolved.</summary>
    private void NoteCycle(HoconField field, ConfigValue? found)
    {
        if (found is null && field.VisibleLayers < field.Layers.Count)
        {
            cycleHit = field;
        }
    }

    private ConfigScalar ReportCycle(HoconField field, HoconReference last)
    {
        int start = Math.Max(0, chain.FindIndex(reference => ReferenceEquals(reference.Owner.Field, field)));
        List<HoconReference> links = chain[start..];
        budget.Spend(links.Count, last.Place);
        bool known = links.Exists(link => link.Owner.Field!.Resolved is ConfigScalar { IsBroken: true });
        foreach (HoconReference link in links)
        {
            link.Owner.Field!.Resolved = HoconNodes.Broken(link.Place).Value;
        }

        if (!known)
        {
            string shown = string.Join(" → ", links.Take(10).Select(link => $"{link.Owner.Path} ({link.Place})"));
            string more = links.Count > 10 ? $" → … {links.Count - 10} more" : "";
            faults.Add(last.Place, $"the references go in a circle: {shown}{more} → {links[0].Owner.Path}");
        }

        return HoconNodes.Broken(last.Place).Value;
    }

    /// <summary>The value under a path within a written-out object, or null if there is none.</summary>
    private ConfigValue? FindIn(HoconObject node, IReadOnlyList<string> path, int index)
    {
        HoconField? field = node.Find(path[index]);
        if (field is null)
        {
            return null;
        }

        return index == path.Count - 1 ? ResolveField(field) : FindUnder(field, path, index + 1);
    }

    /// <summary>
    /// The value under the rest of a path within a field. Goes through its layers without resolving what is written
    /// out in them, so that a key may refer to its neighbours.
    /// </summary>
    private ConfigValue? FindUnder(HoconField field, IReadOnlyList<string> path, int index)
    {
        if (field.VisibleLayers < field.Layers.Count)
        {
            lowestTouched = Math.Min(lowestTouched, field.LoweredAt);
        }

        ConfigValue? result = null;
        bool goOn = true;
        for (int i = Math.Min(field.VisibleLayers, field.Layers.Count) - 1; i >= 0 && goOn; i--)
        {
            (ConfigValue? found, goOn) = FindInNode(field.Layers[i].Value, path, index);
            if (found is not null)
            {
                (result, bool merges) = Under(result, found);
                goOn &= merges;
            }
        }

        NoteCycle(field, result);
        return result;
    }

    /// <summary>What a node has under the rest of a path; and whether what lies below the node still counts.</summary>
    private (ConfigValue? Found, bool GoOn) FindInNode(HoconNode node, IReadOnlyList<string> path, int index)
    {
        if (!budget.Enter(node.Place))
        {
            return (HoconNodes.Broken(node.Place).Value, false);
        }

        try
        {
            return node switch
            {
                HoconObject inner => (FindIn(inner, path, index), true),
                HoconJoin join => FindInJoin(join, path, index),
                HoconReference reference => FindInValue(ResolveReference(reference), path, index),
                _ => (null, false),
            };
        }
        finally
        {
            budget.Leave();
        }
    }

    private (ConfigValue? Found, bool GoOn) FindInJoin(HoconJoin join, IReadOnlyList<string> path, int index)
    {
        ConfigValue? result = null;
        bool goOn = true;
        for (int i = join.Parts.Count - 1; i >= 0 && goOn; i--)
        {
            (ConfigValue? found, goOn) = FindInNode(join.Parts[i].Node, path, index);
            if (found is not null)
            {
                (result, bool merges) = Under(result, found);
                goOn &= merges;
            }
        }

        return (result, goOn);
    }

    private static (ConfigValue? Found, bool GoOn) FindInValue(ConfigValue? value, IReadOnlyList<string> path, int index)
    {
        for (; index < path.Count && value is ConfigObject inner; index++)
        {
            value = inner.TryGet(path[index], out ConfigField? field) ? field.Value : null;
            if (value is null)
            {
                return (null, true);
            }
        }

        bool whole = index == path.Count;
        return value switch
        {
            null => (null, true),
            ConfigScalar { IsBroken: true } => (value, false),
            _ => (whole ? value : null, whole && value is ConfigObject),
        };
    }
}
