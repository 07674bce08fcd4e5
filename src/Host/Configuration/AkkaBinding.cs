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
        CheckKinds(section, written, known);
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

    private static void CheckKinds(ConfigSection section, ConfigObject written, ConfigObject known)
    {
        foreach (ConfigField field in written.Fields)
        {
            if (!known.TryGet(field.Name, out ConfigField? standard) || field.Value is ConfigScalar { IsNull: true } or ConfigScalar { IsBroken: true })
            {
                continue;
            }

            if (field.Value is ConfigObject inner && standard.Value is ConfigObject below)
            {
                CheckKinds(section.Section(field.Name), inner, below);
            }
            else if (WhatIsWrong(field.Value, standard.Value) is { } problem)
            {
                section.Report(field.Name, $"{problem} for Akka");
            }
        }
    }

    private static string? WhatIsWrong(ConfigValue written, ConfigValue standard) => (written, standard) switch
    {
        (not ConfigObject, ConfigObject) => "is a section { … }",
        (not ConfigArray, ConfigArray) => "is an array [ … ]",
        (ConfigObject, _) => "is a single value, not a section,",
        (ConfigScalar value, ConfigScalar usual) when IsQuantity(usual.Text) && !IsQuantity(value.Text) =>
            $"is a number, a duration, a size, or on or off, as in {usual.Text},",
        _ => null,
    };

    private static bool IsQuantity(string text) =>
        Words.Contains(text, StringComparer.OrdinalIgnoreCase)
        || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
        || ConfigUnits.ParseDuration(text) is not null
        || ConfigUnits.ParseSize(text) is not null
        || (text.Length > 1 && text[^1] is 'b' or 'k' or 'K' or 'M' or 'G' && text[..^1].All(char.IsAsciiDigit));
}
