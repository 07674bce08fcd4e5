using System.Diagnostics;

namespace AkkaPipeline.Crash.Killing;

/// <summary>
/// Items that kill their process, each in its own way, among many that do not. The process is started again until it ends by
/// itself; then each killer must be a dead letter as such, and every other item done.
/// </summary>
internal static class KillingCommand
{
    private const int RunsMax = 60;

    public static async Task<Score> RunAsync(CrashOptions options, string folder)
    {
        var cases = new List<KillingCase>();
        for (var cycle = 0; cycle < (options.Cycles ?? 1); cycle++)
        {
            var seed = options.Seed + cycle;
            cases.Add(new KillingCase(seed, Attempts: 1, Checkpointed: false));
            cases.Add(new KillingCase(seed, Attempts: 2, Checkpointed: false));
            cases.Add(new KillingCase(seed, Attempts: 1, Checkpointed: true));
        }

        var failed = 0;
        var startedAt = Stopwatch.GetTimestamp();
        var run = 0;
        foreach (var one in cases)
        {
            if (options.Seconds > 0 && Stopwatch.GetElapsedTime(startedAt).TotalSeconds > options.Seconds)
            {
                break;
            }

            var own = Path.Combine(folder, $"killing-{run++}");
            Directory.CreateDirectory(own);
            if (await RunAsync(one, own) is { } fault)
            {
                failed++;
                Console.WriteLine($"FAIL {one}: {fault}");
            }
        }

        return new Score(run - failed, failed);
    }

    private static async Task<string?> RunAsync(KillingCase one, string folder)
    {
        var deaths = 0;
        for (var run = 0; run < RunsMax; run++)
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!, ["killing-worker", folder, one.ToLine()])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = "/",
            };
            start.Environment["DOTNET_EnableDiagnostics"] = "0";
            start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            await errors;
            if (process.ExitCode == 0)
            {
                return Check(one, folder, await output, deaths);
            }

            if (process.ExitCode == 1)
            {
                return $"run {run} failed: {await errors}";
            }

            deaths++;
        }

        return $"it did not end in {RunsMax} runs";
    }

    private static string? Check(KillingCase one, string folder, string output, int deaths)
    {
        var killers = one.Killers();
        var done = File.ReadLines(Path.Combine(folder, KillingWorker.DoneFile)).Select(int.Parse).ToHashSet();
        var letters = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).ToArray();
        var expected = killers.Select(item => $"{item} KilledProcess {one.Attempts}").Order(StringComparer.Ordinal).ToArray();
        var missing = Enumerable.Range(0, KillingCase.Items).Except(killers).Except(done).ToArray();
        var most = killers.Count * (one.Attempts + 3);
        Console.WriteLine($"{one}: {deaths} deaths by {killers.Count} killers, {letters.Length} dead letters, {done.Count} done");
        return missing.Length > 0 ? $"{missing.Length} items are not done: {string.Join(", ", missing.Take(5))}"
            : !letters.SequenceEqual(expected) ? $"dead letters are {string.Join("; ", letters)}, not {string.Join("; ", expected)}"
            : deaths > most ? $"{deaths} deaths; at most {most} are needed"
            : null;
    }
}
