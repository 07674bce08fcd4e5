using Akka.Actor;
using AkkaPipeline.Bench.Measuring;
using AkkaPipeline.Bench.Reporting;

namespace AkkaPipeline.Bench.Durable;

/// <summary>
/// Items of 100 bytes, four consumers, each put confirmed and each ack durable. What is settled before it was written is never
/// written, so that a queue that keeps up writes next to nothing: the target is held against a run whose consumers wait for the
/// confirmation of an item's put before they work on it, so that all are written; the run that keeps up is shown beside.
/// </summary>
internal static class ThroughputScenario
{
    private const long ItemsDefault = 2_000_000;

    public static async Task RunAsync(BenchOptions options, IReport report)
    {
        report.Begin("durable", $"items of {BytesWorkload.Bytes} bytes, 4 consumers, puts confirmed, acks durable; {options.Rounds} rounds");
        using var system = ActorSystem.Create("bench", "akka.loglevel = ERROR");
        IReadOnlyList<ISubject<byte[]>> subjects =
        [
            new AllWritten(system, options.Folder),
            new KeepingUp(system, options.Folder),
            new RawLogPeer(options.Folder),
        ];
        var runner = new RoundRunner<byte[]>(
            "durable", new BytesWorkload(), options.Items ?? ItemsDefault, tellsWritten: true);
        IReadOnlyList<SubjectRounds> rounds = await runner.RunAsync(subjects, options.Rounds, report.Add);
        report.End(rounds);
        report.Close([.. Comparison.Of("durable", rounds, Targets.Durable)]);
        await system.Terminate();
    }

    /// <summary>The source puts, the consumers keep up with it.</summary>
    private sealed class KeepingUp(ActorSystem system, string folder) : ISubject<byte[]>
    {
        public string Name => "akka-pipeline, keeps up";

        public SubjectKind Kind => SubjectKind.PipelineOtherwise;

        public int LapsPerRound => 1;

        public async Task RunAsync(Workload<byte[]> workload)
        {
            using var scratch = new ScratchFolder(folder);
            await Pipeline.Create<byte[]>(system, "durable")
                .Durable(scratch["queue.db"])
                .From(workload.Source)
                .Consume(4, (delivery, _) =>
                {
                    workload.Handle(delivery.Item);
                    return ValueTask.CompletedTask;
                })
                .RunToCompletionAsync(CancellationToken.None);
        }
    }

    /// <summary>No item is worked on before its put is confirmed, and so written.</summary>
    private sealed class AllWritten(ActorSystem system, string folder) : ISubject<byte[]>
    {
        public string Name => "akka-pipeline";

        public SubjectKind Kind => SubjectKind.Pipeline;

        public int LapsPerRound => 1;

        public async Task RunAsync(Workload<byte[]> workload)
        {
            using var scratch = new ScratchFolder(folder);
            Puts puts = null!;
            await using RunningPipeline<byte[]> running = await Pipeline.Create<byte[]>(system, "durable")
                .Durable(scratch["queue.db"])
                .Consume(4, (delivery, _) =>
                {
                    long number = BytesWorkload.NumberOf(delivery.Item);
                    if (!puts.IsConfirmed(number))
                        return HandleOnceConfirmedAsync(delivery.Item, number);

                    workload.Handle(delivery.Item);
                    return ValueTask.CompletedTask;
                })
                .StartAsync();
            puts = new Puts(running.Queue);
            foreach (byte[] item in workload.Source)
                await puts.AddAsync(item);
            await puts.AllConfirmedAsync();
            await running.Queue.JoinAsync();

            async ValueTask HandleOnceConfirmedAsync(byte[] item, long number)
            {
                await puts.UntilConfirmedAsync(number);
                workload.Handle(item);
            }
        }
    }
}
