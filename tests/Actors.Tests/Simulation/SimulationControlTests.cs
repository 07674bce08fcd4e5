using Xunit;
using Xunit.Abstractions;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>That the simulation finds faults: each of these engines has one, and some seed must fail.</summary>
public sealed class SimulationControlTests(ITestOutputHelper output)
{
    private const int Seeds = 300;

    public static TheoryData<string> Faults { get; } =
        [.. typeof(Mutants).GetNestedTypes().Select(type => type.Name).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Faults))]
    public void An_engine_with_a_fault_is_found_out(string fault)
    {
        var mutant = (Mutant)Activator.CreateInstance(typeof(Mutants).GetNestedType(fault)!)!;
        var failure = Enumerable.Range(1, Seeds).Select(seed => FailureOf((ulong)seed, mutant)).FirstOrDefault(found => found is not null);
        output.WriteLine(failure?.Message.Split(Environment.NewLine)[0] ?? "not found");
        Assert.True(failure is not null, $"{Seeds} seeds have passed with an engine that {fault}");
        Assert.StartsWith("Seed ", failure.Message, StringComparison.Ordinal);
    }

    private static SimulationFailedException? FailureOf(ulong seed, Mutant mutant)
    {
        try
        {
            new Simulation(seed, mutant).Run();
            return null;
        }
        catch (SimulationFailedException failed)
        {
            return failed;
        }
    }
}
