using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AkkaPipeline.Bench.Measuring;
using AkkaPipeline.Bench.Reporting;

namespace AkkaPipeline.Bench.Durable;

/// <summary>The program, file to file with lines as they are, with checkpoints and without; by the time its settlement tells.</summary>
internal static class CheckpointScenario
{
    private const string Name = "checkpoint";
    private const long ItemsDefault = 4_000_000;

    public static async Task RunAsync(BenchOptions options, IReport report)
    {
        long lines = options.Items ?? ItemsDefault;
        report.Begin(Name, $"the program, {lines:N0} lines of 100 bytes file to file, 4 consumers; {options.Rounds} rounds");
        using var scratch = new ScratchFolder(options.Folder);
        long sum = await WriteSourceAsync(scratch["in.txt"], lines);
        List<RoundResult> kept = [];
        List<RoundResult> lost = [];
        for (int round = 0; round <= options.Rounds; round++)
        {
            RoundResult with = await RunAsync(scratch, "akka-pipeline", "checkpoint", round, lines, sum);
            RoundResult without = await RunAsync(scratch, "keeping nothing", "none", round, lines, sum);
            if (round == 0)
                continue;

            kept.Add(with);
            lost.Add(without);
            report.Add(with);
            report.Add(without);
        }

        SubjectRounds[] subjects =
            [new("akka-pipeline", SubjectKind.Pipeline, kept), new("keeping nothing", SubjectKind.WithoutDurability, lost)];
        report.End(subjects);
        report.Close([.. Comparison.Of(Name, subjects, Targets.Checkpoint)]);
    }

    private static async Task<long> WriteSourceAsync(string path, long lines)
    {
        long sum = 0;
        await using var file = new StreamWriter(path, append: false, Encoding.ASCII, 1 << 20);
        for (long number = 0; number < lines; number++)
        {
            sum += Tally.Mix(number);
            await file.WriteLineAsync(number.ToString("D10", CultureInfo.InvariantCulture).PadRight(99, '.'));
        }

        return sum;
    }

    private static async Task<RoundResult> RunAsync(
        ScratchFolder scratch, string subject, string durability, int round, long lines, long sum)
    {
        await File.WriteAllTextAsync(scratch["job.conf"], $$"""
            akka-pipeline.pipelines.bench {
              source { type = file, path = "in.txt" }
              consume { type = pass, consumers = 4 }
              sink { type = file, path = "out.txt", format = raw }
              queue.durability = {{durability}}
            }
            """);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "akka-pipeline.dll"), "run", scratch["job.conf"], "--json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process program = Process.Start(start)!;
        Task<string> error = program.StandardError.ReadToEndAsync();
        string output = await program.StandardOutput.ReadToEndAsync();
        await program.WaitForExitAsync();
        if (program.ExitCode != 0)
            throw new InvalidOperationException($"The program ended with status {program.ExitCode}: {await error}");

        // What a run has left to the system to write is not for the next one to wait for.
        await using (var left = new FileStream(scratch["out.txt"], FileMode.Open, FileAccess.ReadWrite))
            left.Flush(flushToDisk: true);

        long written = File.ReadLines(scratch["out.txt"]).Sum(line => Tally.Mix(long.Parse(line.AsSpan(0, 10), CultureInfo.InvariantCulture)));
        if (written != sum)
            throw new WrongChecksumException($"{Name}: {subject} wrote a sum of {written} instead of {sum}");

        double seconds = JsonDocument.Parse(output).RootElement.GetProperty("elapsedSeconds").GetDouble();
        return new RoundResult(Name, subject, round, Math.Round(lines / seconds), 0, sum, lines);
    }
}
