using Akka.Configuration.Hocon;

namespace AkkaPipeline.Host.Configuration;

/// <summary>What Akka takes a text for. Its own reader is asked, so that no value is refused here that it would take.</summary>
internal static class AkkaValues
{
    /// <summary>Akka looks for these where it has a number or a size by default.</summary>
    private static readonly string[] Words = ["on", "off", "true", "false", "infinite", "unlimited", "unbounded"];

    /// <summary>on, off, true or false.</summary>
    public static bool IsSwitch(string text) => Reads(text, static value => value.GetBoolean());

    /// <summary>A number with a unit of time, a bare number of milliseconds, or infinite.</summary>
    public static bool IsDuration(string text) => Reads(text, static value => value.GetTimeSpan());

    /// <summary>A number of bytes, with a unit or without.</summary>
    public static bool IsSize(string text) => Reads(text, static value => value.GetByteSize());

    /// <summary>A number, with any unit or without, or a word that Akka takes for one.</summary>
    public static bool IsQuantity(string text) =>
        Words.Contains(text, StringComparer.OrdinalIgnoreCase) || Reads(text, static value => value.GetDouble()) || IsDuration(text) || IsSize(text);

    /// <summary>What is wrong with a text, by the kind of Akka's default; null: nothing.</summary>
    /// <param name="name">The key.</param>
    /// <param name="text">What is written.</param>
    /// <param name="standard">Akka's default.</param>
    public static string? WhatIsWrong(string name, string text, string standard) => true switch
    {
        // The one switch that may be a size too.
        _ when name == "chunk-large-messages" => IsSwitch(text) || IsSize(text) ? null : "is off or a size, as in 64k,",
        _ when IsSwitch(standard) => IsSwitch(text) ? null : "is on, off, true or false",
        _ when IsNumber(standard) => IsQuantity(text) ? null : $"is a number, a duration, a size, or on or off, as in {standard},",
        _ when IsDuration(standard) => IsDuration(text) ? null : $"is a duration, as in {standard},",
        _ when IsSize(standard) => IsSize(text) ? null : $"is a size, as in {standard},",
        _ when IsQuantity(standard) => IsQuantity(text) ? null : $"is a number, a duration, a size, or on or off, as in {standard},",
        _ => null,
    };

    private static bool IsNumber(string text) => Reads(text, static value => value.GetDouble());

    private static bool Reads<T>(string text, Func<HoconValue, T> read)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return false;
        }

        var value = new HoconValue();
        value.AppendValue(new HoconLiteral { Value = text });
        try
        {
            read(value);
            return true;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or NotSupportedException or ArgumentException)
        {
            return false;
        }
    }
}
