using System.Diagnostics;
using Akka.Actor;
using AkkaPipeline.Bench.Measuring;
using AkkaPipeline.Bench.Reporting;

namespace AkkaPipeline.Bench.Durable;

/// <summary>One durable put at a time, against one append of 4 KiB and its sync.</summary>
internal static class LatencyScenario
{
    private const string Name = "durable-latency";
    private const long ItemsDefault = 2_000;
    private const int AppendBytes = 4096;

    public static async Task RunAsync(BenchOptions options, IReport report)
    {
        report.Begin(Name, $"one durable put at a time, items of {BytesWorkload.Bytes} bytes; {options.Rounds} rounds");
        using var system = ActorSystem.Create("bench", "akka.loglevel = WARNING");
        int items = (int)(options.Items ?? ItemsDefault);
        List<RoundResult> own = [];
        List<RoundResult> peer = [];
        for (int round = 0; round <= options.Rounds; round++)
        {
            RoundResult[] results = [await PutAsync(system, options.Folder, round, items), Append(options.Folder, round, items)];
            if (round == 0)
                continue;

            own.Add(results[0]);
            peer.Add(results[1]);
            Array.ForEach(results, report.Add);
        }

        SubjectRounds[] subjects = [new("akka-pipeline", SubjectKind.Pipeline, own), new("append-and-sync", SubjectKind.Limit, peer)];
        report.End(subjects);
        report.Close([.. Comparison.Of(Name, subjects, Targets.DurableLatency)]);
        await system.Terminate();
    }

    private static async Task<RoundResult> PutAsync(ActorSystem system, string folder, int round, int items)
    {
        using var scratch = new ScratchFolder(folder);
        await using RunningPipeline<byte[]> running = await Pipeline.Create<byte[]>(system, "latency")
            .Durable(scratch["queue.db"]).Capacity(0).StartAsync();
        var times = new double[items];
        long sum = 0;
        for (int index = 0; index < items; index++)
        {
            byte[] item = BytesWorkload.Item(index);
            long started = Stopwatch.GetTimestamp();
            await running.Queue.PutAsync(item);
            times[index] = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
            sum += Tally.Mix(index);
        }

        return ResultOf("akka-pipeline", round, times, sum);
    }

    private static RoundResult Append(string folder, int round, int items)
    {
        using var scratch = new ScratchFolder(folder);
        using var log = new SyncedLog(scratch["log"]);
        var block = new byte[AppendBytes];
        var times = new double[items];
        long sum = 0;
        for (int index = 0; index < items; index++)
        {
            BytesWorkload.Item(index).CopyTo(block, 0);
            long started = Stopwatch.GetTimestamp();
            log.Append(block);
            times[index] = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
            sum += Tally.Mix(index);
        }

        return ResultOf("append-and-sync", round, times, sum);
    }

    private static RoundResult ResultOf(string subject, int round, double[] times, long sum)
    {
        Array.Sort(times);
        return new RoundResult(Name, subject, round, Math.Round(times.Length / times.Sum() * 1e6), 0, sum, times.Length)
        {
            P50Microseconds = Math.Round(times[times.Length / 2], 1),
            P99Microseconds = Math.Round(times[times.Length * 99 / 100], 1),
        };
    }
}
