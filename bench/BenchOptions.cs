using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AkkaPipeline.Bench;

/// <summary>What the command line asked for.</summary>
internal sealed record BenchOptions(string Scenario)
{
    public int Rounds { get; private init; } = 5;

    /// <summary>Items a round for the fastest programs.</summary>
    public long Items { get; private init; } = 50_000_000;

    public bool Json { get; private init; }

    public static bool TryParse(
        string[] arguments,
        [NotNullWhen(true)] out BenchOptions? options,
        [NotNullWhen(false)] out string? fault)
    {
        options = null;
        fault = null;
        for (int index = 0; index < arguments.Length && fault is null; index++)
        {
            string argument = arguments[index];
            if (options is null)
                options = MemoryScenario.Names.Contains(argument) ? new BenchOptions(argument) : null;
            else if (argument == "--json")
                options = options with { Json = true };
            else if (argument == "--rounds" && TryNumber(arguments, ++index, int.MaxValue, out long rounds))
                options = options with { Rounds = (int)rounds };
            else if (argument == "--items" && TryNumber(arguments, ++index, MemoryScenario.ItemsMax, out long items))
                options = options with { Items = items };
            else
                fault = $"Not understood: {argument}";

            if (options is null)
                fault = $"No such scenario: {argument}";
        }

        fault ??= options is null ? "Which scenario?" : null;
        return fault is null;
    }

    private static bool TryNumber(string[] arguments, int index, long max, out long number)
    {
        number = 0;
        return index < arguments.Length
            && long.TryParse(arguments[index], NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number >= 1
            && number <= max;
    }
}
