namespace AkkaPipeline.Tests.Simulation;

/// <summary>The seeded numbers for what wants a <see cref="Random"/>.</summary>
internal sealed class SeededSystemRandom(SeededRandom random) : Random(0)
{
    public override long NextInt64(long maxValue) => maxValue <= 0 ? 0 : (long)(random.Next() % (ulong)maxValue);

    protected override double Sample() => random.Fraction();
}
