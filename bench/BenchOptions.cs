using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using AkkaPipeline.Bench.Durable;

namespace AkkaPipeline.Bench;

/// <summary>What the command line asked for.</summary>
internal sealed record BenchOptions(string Scenario)
{
    private static readonly string[] Scenarios = [.. MemoryScenario.Names, .. DurableScenarios.Names];

    public int Rounds { get; private init; } = 5;

    /// <summary>Items a round for the fastest programs; null: as many as the scenario says.</summary>
    public long? Items { get; private init; }

    /// <summary>Where the stores and logs of durable scenarios go.</summary>
    public string Folder { get; private init; } = Path.GetTempPath();

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
                options = Scenarios.Contains(argument) ? new BenchOptions(argument) : null;
            else if (argument == "--json")
                options = options with { Json = true };
            else if (argument == "--rounds" && TryNumber(arguments, ++index, int.MaxValue, out long rounds))
                options = options with { Rounds = (int)rounds };
            else if (argument == "--items" && TryNumber(arguments, ++index, MemoryScenario.ItemsMax, out long items))
                options = options with { Items = items };
            else if (argument == "--folder" && ++index < arguments.Length && Directory.Exists(arguments[index]))
                options = options with { Folder = arguments[index] };
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
