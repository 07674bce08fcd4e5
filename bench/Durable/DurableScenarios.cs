using AkkaPipeline.Bench.Reporting;

namespace AkkaPipeline.Bench.Durable;

/// <summary>The scenarios with a disk under them.</summary>
internal static class DurableScenarios
{
    public static IReadOnlyList<string> Names { get; } = ["durable", "durable-latency", "checkpoint", "spill", "recover"];

    public static Task RunAsync(BenchOptions options, IReport report) => options.Scenario switch
    {
        "durable" => ThroughputScenario.RunAsync(options, report),
        "durable-latency" => LatencyScenario.RunAsync(options, report),
        "checkpoint" => CheckpointScenario.RunAsync(options, report),
        "spill" => BacklogScenario.SpillAsync(options, report),
        _ => BacklogScenario.RecoverAsync(options, report),
    };
}
