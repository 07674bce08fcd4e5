using System.Globalization;

namespace AkkaPipeline.Crash.Killing;

/// <summary>Which items kill, and what they may.</summary>
/// <param name="Seed">Of the choice.</param>
/// <param name="Attempts">How many an item has.</param>
/// <param name="Checkpointed">Whether the store keeps checkpoints of the source, instead of the items.</param>
internal sealed record KillingCase(int Seed, int Attempts, bool Checkpointed)
{
    public const int Items = 2_000;

    public static KillingCase FromLine(string line) => line.Split(' ') switch
    {
        [var seed, var attempts, var checkpointed] => new KillingCase(
            int.Parse(seed, CultureInfo.InvariantCulture), int.Parse(attempts, CultureInfo.InvariantCulture), bool.Parse(checkpointed)),
        _ => throw new FormatException(line),
    };

    public string ToLine() => string.Create(CultureInfo.InvariantCulture, $"{Seed} {Attempts} {Checkpointed}");

    /// <summary>Two stand side by side, so that they run at the same time.</summary>
    public IReadOnlyList<int> Killers()
    {
        var random = new Random(Seed);
        var killers = new SortedSet<int>();
        while (killers.Count < 4)
        {
            killers.Add(random.Next(Items - 1));
        }

        killers.Add(killers.Min + 1);
        return [.. killers];
    }
}
