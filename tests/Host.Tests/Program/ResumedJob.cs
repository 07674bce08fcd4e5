using AkkaPipeline.Storing.Sqlite;

namespace AkkaPipeline.Host.Tests.Program;

/// <summary>A folder with a job of lines, file to file, that is run, killed and run again.</summary>
internal sealed class ResumedJob : IDisposable
{
    /// <summary>Slow enough that a run is still going on when it is to be killed, fast enough to wait for.</summary>
    public const string Slow = "rate { items = 4000, per = 1 s, burst = 500 }";

    private readonly TemporaryFolder folder = new();

    public ResumedJob() => Directory.CreateDirectory(folder["out"]);

    /// <summary>What else is in the configuration file, beside the pipeline.</summary>
    public string Beside { get; set; } = "";

    public string Source => folder["in.txt"];

    public string Output => folder["out/lines.txt"];

    public string Partial => Output + ".partial";

    public string State => Output + ".state";

    public string Rejected => folder["out/rejected.jsonl"];

    public IEnumerable<string> OutputNames => Directory.EnumerateFiles(folder["out"]).Select(Path.GetFileName).Order()!;

    public string[] OutputLines => File.ReadAllLines(Output);

    public static string[] Lines(int count, int from = 1) => [.. Enumerable.Range(from, count).Select(number => $"line {number:00000}")];

    public ResumedJob With(IEnumerable<string> lines)
    {
        File.WriteAllText(Source, string.Concat(lines.Select(line => line + "\n")));
        return this;
    }

    /// <summary>Starts a run that hands on lines as they are, or parses them.</summary>
    public HostProcess Start(string more = "", string identity = "position", string consume = "type = pass", params string[] options)
    {
        string format = consume == "type = pass" ? "raw" : "json-lines";
        File.WriteAllText(folder["job.conf"], $$"""
            akka-pipeline.pipelines.lines {
              source { type = file, path = "in.txt", identity = {{identity}} }
              consume { {{consume}} }
              sink { type = file, path = "out/lines.txt", format = {{format}} }
              dead-letters { path = "out/rejected.jsonl", allow = all }
              {{more}}
            }
            {{Beside}}
            """);
        return HostProcess.Start(["run", folder["job.conf"], "--json", .. options]);
    }

    public async Task<ProgramEnd> RunAsync(
        string more = "", string identity = "position", string consume = "type = pass", params string[] options)
    {
        using HostProcess program = Start(more, identity, consume, options);
        return await program.EndAsync();
    }

    /// <summary>Runs it slowly until the store says that something has come to pass, then kills it.</summary>
    public async Task KillOnceAsync(
        Func<QueueReport, bool> isSo, string what, string more = "", string identity = "position", string consume = "type = pass")
    {
        using HostProcess program = Start($"{Slow}\n{more}", identity, consume);
        await program.UntilAsync(() => Look() is { } queue && isSo(queue), what);
        await program.KillAsync();
    }

    /// <summary>Runs it slowly until its output is so long, then kills it.</summary>
    public async Task KillAtLengthAsync(long bytes)
    {
        using HostProcess program = Start(Slow);
        await program.UntilAsync(() => new FileInfo(Partial) is { Exists: true } partial && partial.Length > bytes, $"{bytes} bytes are written");
        await program.KillAsync();
    }

    /// <summary>How many lines are settled by what the store has kept.</summary>
    public static long Settled(QueueReport queue) => queue.Checkpoints
        .Sum(checkpoint => checkpoint.Watermark + checkpoint.Settled.Sum(range => range.Count));

    /// <summary>What is kept; null: nothing yet.</summary>
    public QueueReport? Look() => Look(State);

    /// <summary>What is kept in a state; null: nothing yet.</summary>
    public static QueueReport? Look(string state)
    {
        try
        {
            return StoreVerification.Run(state, payloads: false).Queues.SingleOrDefault();
        }
        catch (StoreException)
        {
            return null;
        }
    }

    public void Dispose() => folder.Dispose();
}
