using System.Diagnostics;
using Akka.Actor;
using AkkaPipeline.Bench.Measuring;
using AkkaPipeline.Bench.Reporting;

namespace AkkaPipeline.Bench.Durable;

/// <summary>Ten million items that wait: what they cost while they are put, and what the next start has to wait for.</summary>
internal static class BacklogScenario
{
    private const long ItemsDefault = 10_000_000;
    // Fewer bytes than may wait in memory.
    private const int ItemsWithin = 500_000;
    private const int ItemsALook = 100_000;

    private static readonly DurableOptions Roomy = new() { WindowItems = ItemsWithin, WindowBytes = 1L << 30 };

    public static async Task SpillAsync(BenchOptions options, IReport report)
    {
        long items = options.Items ?? ItemsDefault;
        report.Begin("spill", $"{items:N0} items of {BytesWorkload.Bytes} bytes put and confirmed, none taken; {options.Rounds} rounds");
        using var system = ActorSystem.Create("bench", "akka.loglevel = WARNING");
        List<RoundResult> beyond = [];
        List<RoundResult> within = [];
        await PutAsync(system, options.Folder, "spill", "warm-up", 0, ItemsWithin / 5, null);
        for (int round = 1; round <= options.Rounds; round++)
        {
            beyond.Add(await PutAsync(system, options.Folder, "spill", "akka-pipeline", round, items, null));
            report.Add(beyond[^1]);
            within.Add(await PutAsync(system, options.Folder, "spill", "within the window", round, ItemsWithin, Roomy));
            report.Add(within[^1]);
        }

        SubjectRounds[] subjects =
            [new("akka-pipeline", SubjectKind.Pipeline, beyond), new("within the window", SubjectKind.WithinTheWindow, within)];
        report.End(subjects);
        report.Close([.. Comparison.Of("spill", subjects, Targets.Spill)]);
        await system.Terminate();
    }

    public static async Task RecoverAsync(BenchOptions options, IReport report)
    {
        long items = options.Items ?? ItemsDefault;
        report.Begin("recover", $"start on a store with {items:N0} items of {BytesWorkload.Bytes} bytes, 4 consumers; {options.Rounds} rounds");
        using var system = ActorSystem.Create("bench", "akka.loglevel = WARNING");
        using var scratch = new ScratchFolder(options.Folder);
        await PutAsync(system, scratch["queue.db"], items, null);
        List<RoundResult> rounds = [];
        for (int round = 0; round <= options.Rounds; round++)
        {
            RoundResult result = await RecoverAsync(system, scratch["queue.db"], round, items);
            if (round == 0)
                continue;

            rounds.Add(result);
            report.Add(result);
        }

        SubjectRounds[] subjects = [new("akka-pipeline", SubjectKind.Pipeline, rounds)];
        report.End(subjects);
        report.Close([.. Comparison.Of("recover", subjects, Targets.Recover)]);
        await system.Terminate();
    }

    private static async Task<RoundResult> PutAsync(
        ActorSystem system, string folder, string scenario, string subject, int round, long items, DurableOptions? options)
    {
        using var scratch = new ScratchFolder(folder);
        Collect();
        var (seconds, resident, sum) = await PutAsync(system, scratch["queue.db"], items, options);
        return new RoundResult(scenario, subject, round, Math.Round(items / seconds), 0, sum, items)
        {
            ResidentMegabytes = Math.Round(resident, 1),
        };
    }

    private static async Task<(double Seconds, double Resident, long Sum)> PutAsync(
        ActorSystem system, string path, long items, DurableOptions? options)
    {
        await using RunningPipeline<byte[]> running = await Pipeline.Create<byte[]>(system, "backlog")
            .Durable(path, options).Capacity(0).StartAsync();
        double resident = 0;
        long sum = 0;
        var puts = new Puts(running.Queue);
        long started = Stopwatch.GetTimestamp();
        for (long number = 0; number < items; number++)
        {
            await puts.AddAsync(BytesWorkload.Item(number));
            sum += Tally.Mix(number);
            if (number % ItemsALook == 0)
                resident = Math.Max(resident, ProcessFigures.ResidentMegabytes);
        }

        await puts.AllConfirmedAsync();
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return (seconds, Math.Max(resident, ProcessFigures.ResidentMegabytes), sum);
    }

    private static async Task<RoundResult> RecoverAsync(ActorSystem system, string path, int round, long items)
    {
        Collect();
        var delivered = new TaskCompletionSource<double>(TaskCreationOptions.RunContinuationsAsynchronously);
        long started = Stopwatch.GetTimestamp();
        RunningPipeline<byte[]> running = await Pipeline.Create<byte[]>(system, "backlog")
            .Durable(path)
            .Capacity(0)
            .Consume(4, async (_, cancellationToken) =>
            {
                delivered.TrySetResult(Stopwatch.GetElapsedTime(started).TotalSeconds);
                await Task.Delay(Timeout.Infinite, cancellationToken);
            })
            .StartAsync();
        double seconds = await delivered.Task;
        long waiting = (await running.Queue.CountsAsync()).Unfinished;
        if (waiting != items)
            throw new WrongChecksumException($"recover: {waiting} items wait instead of {items}");

        double resident = ProcessFigures.ResidentMegabytes;
        await running.DrainAsync(TimeSpan.Zero);
        return new RoundResult("recover", "akka-pipeline", round, Math.Round(1 / seconds, 2), 0, waiting, items)
        {
            ResidentMegabytes = Math.Round(resident, 1),
            FirstDeliverySeconds = Math.Round(seconds, 3),
        };
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
