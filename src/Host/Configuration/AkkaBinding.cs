using Akka.Configuration;
using AkkaPipeline.Configuring;

namespace AkkaPipeline.Host.Configuration;

/// <summary>
/// Looks at what the user wrote under <c>akka</c> before the actor system does, which takes some mistakes for defaults and
/// answers others with a stack trace: a level of the log must be one, a key that Akka has a default for must be of the default's
/// kind, and one that it has none for must not be the slip of another.
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

    /// <summary>Akka reads them where they are set, and has no default for them.</summary>
    private static readonly string[] WithoutDefault = ["write-commands-queue-max-size", "file-io-dispatcher", "deadlock-timeout"];

    /// <summary>Where one of these stands, what else stands beside it is for the type that it names.</summary>
    private static readonly string[] OwnTypes = ["type", "executor", "mailbox-type", "class", "implementation", "provider-object"];

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

        CheckKeys(section, written, known, isOpen: false);
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
    private static void CheckKeys(ConfigSection section, ConfigObject written, ConfigObject known, bool isOpen)
    {
        foreach (ConfigField field in written.Fields)
        {
            if (!known.TryGet(field.Name, out ConfigField? standard))
            {
                CheckUnknown(section, field, written, known, isOpen);
            }
            else if (field.Value is ConfigScalar { IsNull: true } or ConfigScalar { IsBroken: true })
            {
                continue;
            }
            else if (field.Value is ConfigObject inner && standard.Value is ConfigObject below)
            {
                CheckKeys(section.Section(field.Name), inner, below, isOpen || OpenSections.Contains(field.Name));
            }
            else if (WhatIsWrong(field.Name, field.Value, standard.Value) is { } problem)
            {
                section.Report(field.Name, $"{problem} for Akka");
            }
        }
    }

    /// <summary>
    /// A key that Akka has no default for. A section may be a dispatcher, an extension or another module's, if it is not the
    /// name of one with a slip; a single value Akka would pass over, unless it is for a dispatcher, a mailbox or a type of the
    /// user's own.
    /// </summary>
    private static void CheckUnknown(ConfigSection section, ConfigField field, ConfigObject written, ConfigObject known, bool isOpen)
    {
        if (isOpen || WithoutDefault.Contains(field.Name) || (field.Value is ConfigObject inner && NamesType(inner)))
        {
            return;
        }

        bool isSection = field.Value is ConfigObject;
        bool mayBe = isSection
            || field.Value is ConfigScalar { IsNull: true }
            || known.TryGet("executor", out _) || known.TryGet("mailbox-type", out _)
            || OwnTypes.Any(name => written.TryGet(name, out _) && known.TryGet(name, out _));
        IEnumerable<string> alike = known.Fields.Where(standard => !isSection || standard.Value is ConfigObject).Select(standard => standard.Name);

        // Where there may be such a key, only what can hardly be anything else is taken for a slip.
        string suggestion = Suggestions.For(field.Name, alike, mayBe ? 1 : Suggestions.FarthestMax);
        if (suggestion.Length > 0 || !mayBe)
        {
            section.ReportUnknown(field.Name, $"is not a key that Akka knows here{suggestion}");
        }
    }

    /// <summary>Whether a section, or one in it, says what it is: a dispatcher, a mailbox, or what a type of the user's own is told.</summary>
    private static bool NamesType(ConfigObject section) =>
        section.Fields.Any(field => OwnTypes.Contains(field.Name) || (field.Value is ConfigObject inner && NamesType(inner)));

    private static string? WhatIsWrong(string name, ConfigValue written, ConfigValue standard) => (written, standard) switch
    {
        (not ConfigObject, ConfigObject) => "is a section { … }",
        (not ConfigArray, ConfigArray) => "is an array [ … ]",

        // Akka's empty arrays cannot be told from values that are not set.
        (not ConfigArray, ConfigScalar { IsNull: true }) when name == "extensions" => "is an array [ … ]",
        (ConfigObject, _) => "is a single value, not a section,",
        (ConfigArray, ConfigScalar { IsNull: false }) => "is a single value, not an array,",
        (ConfigScalar value, ConfigScalar usual) => AkkaValues.WhatIsWrong(name, value.Text, usual.Text),
        _ => null,
    };
}
