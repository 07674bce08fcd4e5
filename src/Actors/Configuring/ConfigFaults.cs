using System.Text;

namespace AkkaPipeline.Configuring;

/// <summary>One thing wrong with a configuration: where, and what in one line.</summary>
internal sealed record ConfigFault(ConfigPlace Place, string Message)
{
    public override string ToString() => $"{Place}: {Message}";
}

/// <summary>
/// Gathers what is wrong, so that nothing stops at the first fault. Bounded: past
/// <see cref="ConfigLimits.FaultsMax"/> the rest is dropped.
/// </summary>
internal sealed class ConfigFaults
{
    private readonly HashSet<ConfigFault> faults = [];
    private long stepsTaken;

    public int Count => faults.Count;

    /// <summary>Whether brackets do not balance or the text is not text: keys may then stand at wrong levels.</summary>
    public bool StructureBroken { get; private set; }

    /// <summary>Whether fields at fault were skipped: a key that seems missing may be one of them.</summary>
    public bool KeysLost { get; private set; }

    public bool Full => faults.Count >= ConfigLimits.FaultsMax;

    /// <summary>Whether so much has been done for the configuration that no more is: what is read from it does not count.</summary>
    public bool IsSpent => stepsTaken > ConfigLimits.StepsMax;

    /// <summary>Whether there is any use in reading on.</summary>
    public bool Ended => Full || IsSpent;

    /// <summary>Counts work against the bound on all that is done for one configuration; the breach is reported once.</summary>
    /// <param name="steps">How many values are gone to or copied.</param>
    /// <param name="place">What for.</param>
    /// <returns>Whether it may be done.</returns>
    public bool Spend(long steps, ConfigPlace place)
    {
        if (IsSpent)
        {
            return false;
        }

        stepsTaken += steps;
        if (IsSpent)
        {
            AddStructural(place, $"references, merges and copies make this configuration more than {ConfigLimits.StepsMax} steps long");
        }

        return !IsSpent;
    }

    public void Add(ConfigPlace place, string message)
    {
        if (!Full)
        {
            faults.Add(new ConfigFault(place, message));
        }
    }

    /// <summary>Adds a fault of a value that several keys may share: it is reported for the first of them.</summary>
    public void AddOncePerPlace(ConfigPlace place, string message)
    {
        if (faults.All(fault => fault.Place != place))
        {
            Add(place, message);
        }
    }

    public void NoteLostKeys() => KeysLost = true;

    public void AddStructural(ConfigPlace place, string message)
    {
        StructureBroken = true;
        Add(place, message);
    }

    /// <summary>The faults by file, line and column.</summary>
    public IReadOnlyList<ConfigFault> Sorted() =>
        [.. faults.OrderBy(fault => fault.Place).ThenBy(fault => fault.Message, StringComparer.Ordinal)];

    /// <summary>One line a fault, in order of place.</summary>
    public string Format()
    {
        var text = new StringBuilder();
        foreach (ConfigFault fault in Sorted())
        {
            text.Append(fault).Append('\n');
        }

        if (Full)
        {
            text.Append($"only the first {ConfigLimits.FaultsMax} faults are shown\n");
        }

        return text.ToString();
    }
}
