namespace AkkaPipeline.Tests.Simulation;

/// <summary>SplitMix64 (Steele, Lea, Flood, 2014): the same numbers for a seed on every machine and runtime.</summary>
internal sealed class SeededRandom(ulong seed)
{
    private ulong state = seed;

    public ulong Next()
    {
        var mixed = state += 0x9E3779B97F4A7C15UL;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9UL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>In [0, 1).</summary>
    public double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>In [from, to].</summary>
    public long Between(long from, long to) => from + (long)(Next() % (ulong)(to - from + 1));

    public bool Chance(double probability) => probability > 0 && Fraction() < probability;

    /// <summary>In [from, to], as likely among small numbers as among large ones.</summary>
    public long LogBetween(long from, long to) =>
        Math.Clamp((long)(Math.Exp(Fraction() * Math.Log((double)(to + 1) / Math.Max(1, from))) * Math.Max(1, from)), from, to);

    public long Exponential(double mean) => (long)(-mean * Math.Log(1 - Fraction()));

    public TChoice Pick<TChoice>(params ReadOnlySpan<TChoice> choices) => choices[(int)Between(0, choices.Length - 1)];

    public SeededRandom Fork() => new(Next());
}
