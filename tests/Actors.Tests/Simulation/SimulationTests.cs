using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Xunit;

namespace AkkaPipeline.Tests.Simulation;

public sealed class SimulationTests
{
    /// <summary>How many seeds to run, and from which: a nightly run takes other and more seeds than a build.</summary>
    private static readonly int Seeds = FromEnvironment("AKKA_PIPELINE_SEEDS", 1_000);

    private static readonly int FirstSeed = FromEnvironment("AKKA_PIPELINE_FIRST_SEED", 1);

    [Fact]
    public void The_rules_hold_for_a_thousand_seeds()
    {
        var failures = new ConcurrentBag<(int Seed, SimulationFailedException Failure)>();
        Parallel.For(FirstSeed, FirstSeed + Seeds, seed =>
        {
            try
            {
                new Simulation((ulong)seed, Mutant.None).Run();
            }
            catch (SimulationFailedException failure)
            {
                failures.Add((seed, failure));
            }
        });
        if (!failures.IsEmpty)
        {
            Assert.Fail(Summary(failures));
        }
    }

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

    /// <summary>The rules that were broken, how often, by which seeds; then the first failure in full.</summary>
    private static string Summary(ConcurrentBag<(int Seed, SimulationFailedException Failure)> failures)
    {
        var text = new StringBuilder().AppendLine(CultureInfo.InvariantCulture, $"{failures.Count} of {Seeds} seeds failed.");
        foreach (var kind in failures.GroupBy(failed => failed.Failure.Rule).OrderByDescending(kind => kind.Count()))
        {
            var seeds = string.Join(' ', kind.Select(failed => failed.Seed).Order().Take(5));
            text.AppendLine(CultureInfo.InvariantCulture, $"{kind.Count(),6} x {kind.Key}: {seeds}");
        }

        return text.Append(failures.MinBy(failed => failed.Seed).Failure.Message).ToString();
    }

    private static int FromEnvironment(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
