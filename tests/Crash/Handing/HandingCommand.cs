using System.Diagnostics;
using System.Globalization;

namespace AkkaPipeline.Crash.Handing;

/// <summary>
/// Two queues in one file, the outputs of the first handed to the second, killed at random moments. In the end the second must have
/// accepted each output exactly once: an ack and its outputs are one commit.
/// </summary>
internal static class HandingCommand
{
    public static async Task<Score> RunAsync(CrashOptions options, string folder)
    {
        var random = new Random(options.Seed);
        var startedAt = Stopwatch.GetTimestamp();
        var kills = 0;
        for (var cycle = 0; cycle < (options.Cycles ?? 20); cycle++)
        {
            if (options.Seconds > 0 && Stopwatch.GetElapsedTime(startedAt).TotalSeconds > options.Seconds)
            {
                break;
            }

            using var process = Start(folder);
            if (await process.StandardOutput.ReadLineAsync() != HandingWorker.Open)
            {
                return Failed($"run {cycle} did not open: {await process.StandardError.ReadToEndAsync()}");
            }

            using var deadline = new CancellationTokenSource(random.Next(1, 400));
            try
            {
                await process.WaitForExitAsync(deadline.Token);
                break;
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                kills++;
                await process.WaitForExitAsync();
            }
        }

        using var last = Start(folder);
        await last.StandardOutput.ReadLineAsync();
        var counts = await last.StandardOutput.ReadLineAsync();
        await last.WaitForExitAsync();
        var expected = string.Create(
            CultureInfo.InvariantCulture, $"{HandingWorker.Orders} {HandingWorker.Orders} {2 * HandingWorker.Orders} {2 * HandingWorker.Orders}");
        var shipped = File.ReadLines(Path.Combine(folder, HandingWorker.ShippedFile)).ToHashSet(StringComparer.Ordinal);
        Console.WriteLine($"killed {kills} times; orders accepted and acked, parcels accepted and acked: {counts}; {shipped.Count} different parcels shipped");
        return last.ExitCode != 0 ? Failed($"the last run ended with {last.ExitCode}: {await last.StandardError.ReadToEndAsync()}")
            : counts != expected ? Failed($"the counts are not {expected}")
            : shipped.Count != 2 * HandingWorker.Orders ? Failed("not every parcel was shipped")
            : new Score(1, 0);
    }

    private static Process Start(string folder) => Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["handing-worker", folder])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = "/",
    })!;

    private static Score Failed(string why)
    {
        Console.WriteLine($"FAIL: {why}");
        return new Score(0, 1);
    }
}
