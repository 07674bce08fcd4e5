using System.Text.RegularExpressions;
using AkkaPipeline.Configuring;
using AkkaPipeline.Host.Parsing;

namespace AkkaPipeline.Host.Configuration;

/// <summary>Reads by which part of a line its items are kept in order.</summary>
internal static class KeyBinding
{
    private const int FieldsMax = 100;

    /// <summary>A pattern of a few thousand groups takes seconds to build, and is met with only in attacks.</summary>
    private const int PatternMax = 1_000;

    public static KeySettings? ReadKeys(ConfigSection keys)
    {
        LineKey? key = ReadLineKey(keys);
        KeyFailure onFailure = SettlingBinding.ReadKeyFailure(keys);
        bool told = keys.IsOwn("on-failure");
        Rate? rate = SettlingBinding.ReadRate(keys.Section("rate"));
        keys.Close();
        if (key is null && !keys.Has("field") && !keys.Has("pattern") && (told || rate is not null))
        {
            keys.ReportMissing("field", "in-order-by { field = 1 }");
        }

        return key is null ? null : new KeySettings(key, onFailure, rate);
    }

    private static LineKey? ReadLineKey(ConfigSection keys)
    {
        int? field = keys.Has("field") ? keys.WholeNumber("field", 1, FieldsMax) : null;
        string? pattern = keys.TextOrNull("pattern");
        if (pattern is null)
        {
            return field is { } number ? new FieldKey(number) : null;
        }

        if (field is not null)
        {
            keys.Report("pattern", "cannot stand beside field; drop one of them");
        }
        else if (WhatIsWrongWith(pattern) is { } problem)
        {
            keys.Report("pattern", problem);
        }

        return new PatternKey(pattern);
    }

    private static string? WhatIsWrongWith(string pattern)
    {
        if (pattern.Length > PatternMax)
        {
            return $"is longer than {PatternMax} characters";
        }

        try
        {
            LineKeys.Expression(pattern);
            return null;
        }
        catch (RegexParseException exception)
        {
            return $"is no regular expression: {exception.Message.Replace($" '{pattern}'", "", StringComparison.Ordinal).TrimEnd('.')}";
        }
        catch (NotSupportedException)
        {
            return "looks ahead, looks back or refers back, which is not supported here: it could take for ever on some lines";
        }
    }
}
