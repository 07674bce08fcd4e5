using System.Globalization;

namespace AkkaPipeline.Crash;

/// <summary>What the command line asked for.</summary>
internal sealed record CrashOptions(string Verb)
{
    public int? Cycles { get; private init; }

    public int Seed { get; private init; } = 1;

    public int Lines { get; private init; } = 2_000_000;

    /// <summary>No cycle is begun after so many seconds; 0: no bound.</summary>
    public int Seconds { get; private init; }

    /// <summary>Where stores and images are made; null: in a folder of its own below the system's.</summary>
    public string? Folder { get; private init; }

    /// <summary>The program akka-pipeline.</summary>
    public string? Program { get; private init; }

    /// <exception cref="ArgumentException">What is not understood.</exception>
    public static CrashOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new CrashOptions(arguments.Count > 0 ? arguments[0] : "help");
        for (var index = 1; index < arguments.Count; index += 2)
        {
            var value = index + 1 < arguments.Count ? arguments[index + 1] : throw new ArgumentException($"{arguments[index]} needs a value");
            options = arguments[index] switch
            {
                "--cycles" => options with { Cycles = Number(value) },
                "--seed" => options with { Seed = Number(value) },
                "--lines" => options with { Lines = Number(value) },
                "--seconds" => options with { Seconds = Number(value) },
                "--folder" => options with { Folder = value },
                "--program" => options with { Program = value },
                var other => throw new ArgumentException($"not understood: {other}"),
            };
        }

        return options;
    }

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new ArgumentException($"{text} is no number");
}
