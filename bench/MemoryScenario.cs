using AkkaPipeline.Bench.Measuring;
using AkkaPipeline.Bench.Peers;
using AkkaPipeline.Bench.Reporting;

namespace AkkaPipeline.Bench;

/// <summary>
/// One producer with an enumerable source, four consumers, every item through a consumer delegate and acknowledged, a
/// join at the end; with longs and with small objects.
/// </summary>
internal static class MemoryScenario
{
    public const int Consumers = 4;

    /// <summary>More would overflow the checksum.</summary>
    public const long ItemsMax = 2_000_000_000;

    private const long ItemsDefault = 50_000_000;
    private const string WithLongs = "memory";
    private const string WithObjects = "memory-class";

    /// <summary>The fastest programs run so many laps a round; the slower ones fewer.</summary>
    private const int LapsMax = 50;

    public static IReadOnlyList<string> Names { get; } = [WithLongs, WithObjects];

    public static async Task RunAsync(BenchOptions options, IReport report)
    {
        List<Comparison> comparisons = [];
        comparisons.AddRange(await RunAsync(WithObjects, "objects", new ParcelWorkload(), options, report));
        if (options.Scenario == WithLongs)
            comparisons.AddRange(await RunAsync(WithLongs, "longs", new LongWorkload(), options, report));
        report.Close(comparisons);
    }

    private static async Task<IEnumerable<Comparison>> RunAsync<T>(
        string scenario,
        string items,
        Workload<T> workload,
        BenchOptions options,
        IReport report)
    {
        report.Begin(scenario, $"1 producer, {Consumers} consumers, {items}, acknowledged and joined; {options.Rounds} rounds");
        IReadOnlyList<ISubject<T>> subjects = CreateSubjects<T>();
        try
        {
            var runner = new RoundRunner<T>(scenario, workload, Math.Max(1, (options.Items ?? ItemsDefault) / LapsMax));
            IReadOnlyList<SubjectRounds> rounds = await runner.RunAsync(subjects, options.Rounds, report.Add);
            report.End(rounds);
            return Comparison.Of(scenario, rounds, Targets.Memory);
        }
        finally
        {
            foreach (ISubject<T> subject in subjects)
                await subject.DisposeAsync();
        }
    }

    private static List<ISubject<T>> CreateSubjects<T>() =>
    [
        new PipelineSubject<T>(LapsMax),
        new PooledChunksPeer<T>(LapsMax),
        ChannelPeer<T>.Bounded(1024, LapsMax / 5),
        ChannelPeer<T>.Bounded(65_536, LapsMax / 5),
        ChannelPeer<T>.Unbounded(LapsMax / 5),
        new DataflowPeer<T>(LapsMax / 10),
        new BlockingCollectionPeer<T>(LapsMax / 10),
        new AkkaRouterPeer<T>(LapsMax / 10),
        new AkkaStreamsPeer<T>(LapsMax / 10),
    ];
}
