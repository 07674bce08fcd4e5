using System.Globalization;
using Akka.Configuration;
using AkkaPipeline.Configuring;

namespace AkkaPipeline.Host.Configuration;

/// <summary>
/// Looks at what the user wrote under <c>akka</c> before the actor system does, which takes some mistakes for defaults and
/// answers others with a stack trace: a key that Akka has a default for must be of the default's kind.
/// </summary>
internal static class AkkaBinding
{
    private const string Key = "akka";

    /// <summary>Far more than any system is told; Akka takes its time over each.</summary>
    private const int WeightMax = 256 * 1024;

    /// <summary>Sections whose keys are names, types and paths of the user's own.</summary>
    private static readonly string[] OpenSections =
    [
        "deployment", "type-mapping", "requirements", "serializers", "serialization-bindings", "serialization-identifiers",
        "serialization-settings", "phases",
    ];

    private static readonly string[] LogLevels = ["OFF", "ERROR", "WARNING", "INFO", "DEBUG"];
    private static readonly string[] Words = ["on", "off", "true", "false", "yes", "no", "infinite", "unlimited", "unbounded"];

    public static Config Bind(ConfigObject root, ConfigSection top)
    {
        if (top.SectionOrNull(Key) is not { } section || root.ObjectAt(Key) is not { } written)
        {
            return Config.Empty;
        }

        CheckLogLevels(section);
        ConfigObject known = AkkaConfiguration.Read(ConfigurationFactory.Default(), Key, new ConfigFile("Akka's reference.conf", FullPath: null));
        if (written.Weight > WeightMax)
        {
            top.Report(Key, $"holds more than {WeightMax} characters and values");
            return Config.Empty;
        }

        CheckKinds(section, written, known, isOpen: false);
        ShutdownPhases.Check(section, written, known);
        return AkkaConfiguration.Under(Key, written);
    }

    private static void CheckLogLevels(ConfigSection akka)
    {
        foreach (string key in akka.Keys.Where(key => key is "loglevel" or "stdout-loglevel").ToList())
        {
            akka.Form(
                key,
                text => LogLevels.Contains(text, StringComparer.OrdinalIgnoreCase) ? text : null,
                string.Join(", ", LogLevels));
        }
    }

    /// <param name="section">Takes the faults.</param>
    /// <param name="written">What the user wrote there.</param>
    /// <param name="known">Akka's own defaults there.</param>
    /// <param name="isOpen">Whether names there are the user's to choose.</param>
    private static void CheckKinds(ConfigSection section, ConfigObject written, ConfigObject known, bool isOpen)
    {
        foreach (ConfigField field in written.Fields)
        {
            if (!known.TryGet(field.Name, out ConfigField? standard))
            {
                CheckName(section, field, known, isOpen);
            }
            else if (field.Value is ConfigScalar { IsNull: true } or ConfigScalar { IsBroken: true })
            {
                continue;
            }
            else if (field.Value is ConfigObject inner && standard.Value is ConfigObject below)
            {
                CheckKinds(section.Section(field.Name), inner, below, isOpen || OpenSections.Contains(field.Name));
            }
            else if (WhatIsWrong(field.Name, field.Value, standard.Value) is { } problem)
            {
                section.Report(field.Name, $"{problem} for Akka");
            }
        }
    }

    /// <summary>
    /// A key that Akka has no default for. A section may be a dispatcher, an extension or another module's, if it is not the
    /// name of one with a slip; a single value Akka would pass over.
    /// </summary>
    private static void CheckName(ConfigSection section, ConfigField field, ConfigObject known, bool isOpen)
    {
        if (isOpen)
        {
            return;
        }

        IEnumerable<ConfigField> alike = known.Fields.Where(standard => field.Value is not ConfigObject || standard.Value is ConfigObject);
        string suggestion = Suggestions.For(field.Name, alike.Select(standard => standard.Name));
        bool mayHaveMore = field.Value is ConfigObject or ConfigScalar { IsNull: true } || known.TryGet("executor", out _) || known.TryGet("mailbox-type", out _);
        if (suggestion.Length > 0 || !mayHaveMore)
        {
            section.ReportUnknown(field.Name, $"is not a key that Akka knows here{suggestion}");
        }
    }

    private static string? WhatIsWrong(string name, ConfigValue written, ConfigValue standard) => (written, standard) switch
    {
        (not ConfigObject, ConfigObject) => "is a section { … }",
        (not ConfigArray, ConfigArray) => "is an array [ … ]",

        // Akka's empty arrays cannot be told from values that are not set.
        (not ConfigArray, ConfigScalar { IsNull: true }) when name == "extensions" => "is an array [ … ]",
        (ConfigObject, _) => "is a single value, not a section,",
        (ConfigScalar value, ConfigScalar usual) when IsQuantity(usual.Text) && !IsQuantity(value.Text) =>
            $"is a number, a duration, a size, or on or off, as in {usual.Text},",
        _ => null,
    };

    /// <summary>What Akka reads as a number, a duration, a size or a switch.</summary>
    public static bool IsQuantity(string text) =>
        Words.Contains(text, StringComparer.OrdinalIgnoreCase)
        || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
        || ConfigUnits.ParseDuration(text) is not null
        || ConfigUnits.ParseSize(text) is not null
        || (text.Length > 1 && text[^1] is 'b' or 'k' or 'K' or 'M' or 'G' && text[..^1].All(char.IsAsciiDigit));
}
