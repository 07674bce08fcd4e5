using System.Globalization;
using Xunit;

namespace AkkaPipeline.Tests.Simulation;

public sealed class SimulationTests
{
    /// <summary>How many seeds to run, and from which: a nightly run takes other and more seeds than a build.</summary>
    private static readonly int Seeds = FromEnvironment("AKKA_PIPELINE_SEEDS", 1_000);

    private static readonly int FirstSeed = FromEnvironment("AKKA_PIPELINE_FIRST_SEED", 1);

    [Fact]
    public void The_rules_hold_for_a_thousand_seeds() => Parallel.For(
        FirstSeed, FirstSeed + Seeds, seed => new Simulation((ulong)seed, Mutant.None).Run());

    [Fact]
    public void A_seed_replays_exactly()
    {
        for (var seed = 1UL; seed <= 30; seed++)
        {
            var first = new Simulation(seed, Mutant.None).Run();
            var second = new Simulation(seed, Mutant.None).Run();
            Assert.Equal((first.Trace.Hash, first.Scheduler.Steps), (second.Trace.Hash, second.Scheduler.Steps));
        }
    }

    private static int FromEnvironment(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
