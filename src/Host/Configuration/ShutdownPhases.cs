using AkkaPipeline.Configuring;

namespace AkkaPipeline.Host.Configuration;

/// <summary>
/// Looks at the phases of CoordinatedShutdown, the user's among Akka's own: what each waits for must be a phase, and none may
/// wait for itself, or the actor system starts with a stack trace.
/// </summary>
internal static class ShutdownPhases
{
    private const string Shutdown = "coordinated-shutdown";
    private const string Phases = "phases";
    private const string DependsOn = "depends-on";

    /// <summary>What Akka.NET reads of a phase; the <c>enabled</c> of Akka for the JVM is not among it.</summary>
    private static readonly string[] Keys = ["timeout", "recover", DependsOn];

    public static void Check(ConfigSection akka, ConfigObject written, ConfigObject known)
    {
        if (written.ObjectAt(Shutdown, Phases) is not { } own || known.ObjectAt(Shutdown, Phases) is not { } standard)
        {
            return;
        }

        if (own.Fields.Count > ConfigLimits.ListedMax)
        {
            akka.Section(Shutdown).Report(Phases, $"holds more than {ConfigLimits.ListedMax} phases");
            return;
        }

        ConfigSection section = akka.Section(Shutdown).Section(Phases);
        ConfigObject all = own.Over(standard, new ConfigFaults());
        var waits = all.Fields.ToDictionary(phase => phase.Name, phase => NamesIn(phase.Value), StringComparer.Ordinal);
        foreach (ConfigField phase in own.Fields)
        {
            if (phase.Value is ConfigScalar { IsBroken: true } || section.SectionOrNull(phase.Name) is not { } keys || phase.Value is not ConfigObject values)
            {
                continue;
            }

            CheckKeys(keys, values, waits);
            if (WayBack(phase.Name, waits, section) is { } circle)
            {
                string key = keys.IsWritten(DependsOn) ? DependsOn : values.Fields.Count > 0 ? values.Fields[0].Name : DependsOn;
                keys.Report(key, $"the phases wait for each other in a circle: {string.Join(" → ", circle.Take(10).Select(HoconCharacters.ShowName))}");
            }
        }
    }

    private static void CheckKeys(ConfigSection keys, ConfigObject values, Dictionary<string, IReadOnlyList<string>> waits)
    {
        foreach (ConfigField field in values.Fields.Where(field => field.Value is not ConfigScalar { IsNull: true } and not ConfigScalar { IsBroken: true }))
        {
            if (!Keys.Contains(field.Name))
            {
                keys.ReportUnknown(field.Name, $"is not a key of a phase; allowed: {string.Join(", ", Keys)}{Suggestions.For(field.Name, Keys)}");
            }
            else if (field.Name != DependsOn)
            {
                bool isDuration = field.Name == "timeout";
                if (field.Value is not ConfigScalar { Text: var text } || !(isDuration ? AkkaValues.IsDuration(text) : AkkaValues.IsSwitch(text)))
                {
                    keys.Report(field.Name, isDuration ? "is a duration, as in 5 s, for Akka" : "is on, off, true or false for Akka");
                }
            }
            else if (field.Value is not ConfigArray array || array.Items.Any(item => item is not ConfigScalar { IsNull: false }))
            {
                keys.Report(field.Name, "is an array [ … ] of phases for Akka");
            }
            else if (NamesIn(new ConfigObject(field.Place, [field])).FirstOrDefault(name => !waits.ContainsKey(name)) is { } stranger)
            {
                keys.Report(field.Name, $"{HoconCharacters.ShowName(stranger)} is no phase{Suggestions.For(stranger, waits.Keys)}");
            }
        }
    }

    private static IReadOnlyList<string> NamesIn(ConfigValue phase) =>
        phase is ConfigObject values && values.TryGet(DependsOn, out ConfigField? field) && field.Value is ConfigArray array
            ? [.. array.Items.OfType<ConfigScalar>().Select(item => item.Text).Distinct(StringComparer.Ordinal)]
            : [];

    /// <summary>The way from a phase over what it waits for back to itself; null: there is none, or too much to look for it.</summary>
    private static List<string>? WayBack(string phase, Dictionary<string, IReadOnlyList<string>> waits, ConfigSection section)
    {
        var cameFrom = new Dictionary<string, string>(StringComparer.Ordinal);
        var ahead = new Queue<string>([phase]);
        while (ahead.TryDequeue(out string? at))
        {
            IReadOnlyList<string> ways = waits.GetValueOrDefault(at, []);
            if (!section.Spend(ways.Count))
            {
                return null;
            }

            foreach (string next in ways)
            {
                if (next == phase)
                {
                    return Way(phase, at, cameFrom);
                }

                if (cameFrom.TryAdd(next, at))
                {
                    ahead.Enqueue(next);
                }
            }
        }

        return null;
    }

    private static List<string> Way(string phase, string last, Dictionary<string, string> cameFrom)
    {
        var way = new List<string> { phase };
        for (string at = last; at != phase; at = cameFrom[at])
        {
            way.Insert(0, at);
        }

        way.Insert(0, phase);
        return way;
    }
}
