using Akka.Actor;
using AkkaPipeline.Bench.Measuring;
using AkkaPipeline.Bench.Reporting;

namespace AkkaPipeline.Bench.Durable;

/// <summary>
/// Items of 100 bytes, four consumers, each put confirmed and each ack durable. What is settled before it was written is never
/// written, so that a queue that keeps up writes next to nothing: the target is held against the run in which every item was
/// written before it was granted, the run that keeps up is shown beside.
/// </summary>
internal static class ThroughputScenario
{
    private const int Laps = 4;
    private const long ItemsDefault = 2_000_000;

    public static async Task RunAsync(BenchOptions options, IReport report)
    {
        report.Begin("durable", $"items of {BytesWorkload.Bytes} bytes, 4 consumers, puts confirmed, acks durable; {options.Rounds} rounds");
        using var system = ActorSystem.Create("bench", "akka.loglevel = WARNING");
        IReadOnlyList<ISubject<byte[]>> subjects =
        [
            new AllWritten(system, options.Folder, Laps),
            new KeepingUp(system, options.Folder, Laps),
            new RawLogPeer(options.Folder, Laps),
        ];
        var runner = new RoundRunner<byte[]>(
            "durable", new BytesWorkload(), Math.Max(1, (options.Items ?? ItemsDefault) / Laps), tellsWritten: true);
        IReadOnlyList<SubjectRounds> rounds = await runner.RunAsync(subjects, options.Rounds, report.Add);
        report.End(rounds);
        report.Close([.. Comparison.Of("durable", rounds, Targets.Durable)]);
        await system.Terminate();
    }

    private static PipelineBuilder<byte[]> On(ActorSystem system, ScratchFolder scratch, Workload<byte[]> workload) =>
        Pipeline.Create<byte[]>(system, "durable").Durable(scratch["queue.db"]).Consume(4, (delivery, _) =>
        {
            workload.Handle(delivery.Item);
            return ValueTask.CompletedTask;
        });

    /// <summary>The source puts, the consumers keep up with it.</summary>
    private sealed class KeepingUp(ActorSystem system, string folder, int laps) : ISubject<byte[]>
    {
        public string Name => "akka-pipeline, keeps up";

        public SubjectKind Kind => SubjectKind.PipelineOtherwise;

        public int LapsPerRound { get; } = laps;

        public async Task RunAsync(Workload<byte[]> workload)
        {
            using var scratch = new ScratchFolder(folder);
            await On(system, scratch, workload).From(workload.Source).RunToCompletionAsync(CancellationToken.None);
        }
    }

    /// <summary>As many as fit into the queue are put and confirmed while it is paused; then they are worked off.</summary>
    private sealed class AllWritten(ActorSystem system, string folder, int laps) : ISubject<byte[]>
    {
        private const int ItemsAtOnce = 60_000;
        private const int PutsAtOnce = 8192;

        public string Name => "akka-pipeline";

        public SubjectKind Kind => SubjectKind.Pipeline;

        public int LapsPerRound { get; } = laps;

        public async Task RunAsync(Workload<byte[]> workload)
        {
            using var scratch = new ScratchFolder(folder);
            await using RunningPipeline<byte[]> running = await On(system, scratch, workload).StartAsync();
            foreach (byte[][] items in workload.Source.Chunk(ItemsAtOnce))
            {
                await running.PauseAsync("all is written first");
                foreach (byte[][] together in items.Chunk(PutsAtOnce))
                    await Puts.AllAsync(running.Queue, together);

                await running.ResumeAsync();
                await running.Queue.JoinAsync();
            }
        }
    }
}
