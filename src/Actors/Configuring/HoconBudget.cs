using System.Runtime.CompilerServices;

namespace AkkaPipeline.Configuring;

/// <summary>Bounds depth and size while references are resolved; the first breach is reported, then all else is broken.</summary>
internal sealed class HoconBudget(ConfigFaults faults)
{
    private int depth;
    private bool broken;

    /// <summary>Whether a limit was met: nothing that is still resolved counts.</summary>
    public bool IsSpent => broken || faults.IsSpent;

    public bool Enter(ConfigPlace place)
    {
        depth++;
        if (depth > ConfigLimits.ReferenceDepthMax || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            depth--;
            return Report(place, $"references lead on to references more than {ConfigLimits.ReferenceDepthMax} steps deep");
        }

        if (!Spend(1, place))
        {
            depth--;
            return false;
        }

        return true;
    }

    public void Leave() => depth--;

    public bool Spend(long steps, ConfigPlace place) => !IsSpent && faults.Spend(steps, place);

    /// <summary>The value itself, or a broken one if it has grown beyond the limits.</summary>
    public ConfigValue Check(ConfigValue value)
    {
        bool fits = (value.Height <= ConfigLimits.ResolvedDepthMax
                || Report(value.Place, $"references make this value more than {ConfigLimits.ResolvedDepthMax} levels deep"))
            && (value.Weight <= ConfigLimits.WeightMax
                || Report(value.Place, $"references make this value larger than {ConfigLimits.WeightMax} characters and values"));
        return fits ? value : HoconNodes.Broken(value.Place).Value;
    }

    private bool Report(ConfigPlace place, string message)
    {
        if (!IsSpent)
        {
            faults.AddStructural(place, message);
        }

        broken = true;
        return false;
    }
}
