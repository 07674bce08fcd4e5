using System.Diagnostics;
using System.Text.Json;

namespace AkkaPipeline.Crash.Filing;

/// <summary>File to file by the program akka-pipeline, killed with SIGKILL at moments spread over the whole job.</summary>
internal static class FileCommand
{
    public static async Task<Score> RunAsync(CrashOptions options, string folder)
    {
        var program = options.Program ?? Find();
        var failed = 0;
        FileJob[] jobs = [FileJob.Pass(folder, options.Lines), FileJob.Parse(folder, options.Lines)];
        foreach (var job in jobs)
        {
            await job.WriteAsync();
            var wrong = await RunAsync(program, job, options.Cycles ?? 10, new Random(options.Seed));
            foreach (var one in wrong)
            {
                Console.WriteLine($"{job.Name}: VIOLATION: {one}");
            }

            failed += wrong.Count > 0 ? 1 : 0;
        }

        return new Score(jobs.Length - failed, failed);
    }

    private static async Task<IReadOnlyList<string>> RunAsync(string program, FileJob job, int kills, Random random)
    {
        var started = Stopwatch.StartNew();
        await FinishAsync(program, job);
        var length = new FileInfo(job.Output).Length;
        var wrong = (await job.CheckAsync()).ToList();
        Console.WriteLine($"{job.Name}: {job.Lines} lines, undisturbed in {started.Elapsed.TotalSeconds:F1} s");

        File.Delete(job.Output);
        var done = 0;
        var atStart = 0;
        var moments = Enumerable.Range(0, kills).Select(_ => random.NextDouble() * 1.02).Order().ToList();
        foreach (var moment in moments)
        {
            using var run = Start(program, job);
            var grown = await UntilAsync(run, job, (long)(moment * length), random);
            if (run.HasExited)
            {
                break;
            }

            run.Kill(entireProcessTree: true);
            await run.WaitForExitAsync();
            done++;
            atStart += grown ? 0 : 1;
        }

        // One whose output has its name and whose state has gone is done: running again would start over.
        if (!File.Exists(job.Output) || File.Exists(job.State))
        {
            var resumed = await FinishAsync(program, job);
            Console.WriteLine($"{job.Name}: killed {done} times ({atStart} of them at the start), the last run resumed {resumed}");
            if (resumed == 0 && done > atStart)
            {
                wrong.Add("the last run did not go on from where the others were");
            }
        }
        else
        {
            Console.WriteLine($"{job.Name}: killed {done} times, and was then done");
        }

        wrong.AddRange(await job.CheckAsync());
        return wrong;
    }

    /// <summary>Waits until the output is so long; now and then only a moment of the start.</summary>
    /// <returns>Whether it was the former.</returns>
    private static async Task<bool> UntilAsync(Process run, FileJob job, long length, Random random)
    {
        if (random.Next(6) == 0)
        {
            await Task.WhenAny(run.WaitForExitAsync(), Task.Delay(random.Next(600)));
            return false;
        }

        while (!run.HasExited && !File.Exists(job.Output) && LengthOf(job.Partial) < length)
        {
            await Task.Delay(1);
        }

        await Task.WhenAny(run.WaitForExitAsync(), Task.Delay(random.Next(60)));
        return true;
    }

    private static long LengthOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : 0;
    }

    private static async Task<long> FinishAsync(string program, FileJob job)
    {
        using var run = Start(program, job);
        var errors = run.StandardError.ReadToEndAsync();
        var output = await run.StandardOutput.ReadToEndAsync();
        await run.WaitForExitAsync();
        if (run.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with status {run.ExitCode}: {await errors} {output}");
        }

        using var json = JsonDocument.Parse(output);
        return json.RootElement.GetProperty("resumed").GetInt64();
    }

    private static Process Start(string program, FileJob job) =>
        Process.Start(new ProcessStartInfo(program, ["run", job.Configuration, "--json"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var program = Path.Combine(folder.FullName, "src/Host/bin/Release/net10.0/akka-pipeline");
            if (File.Exists(program))
            {
                return program;
            }
        }

        throw new InvalidOperationException("akka-pipeline is not built: dotnet build -c Release src/Host, or name it by --program.");
    }
}
