using AkkaPipeline.Storing.Sqlite;

namespace AkkaPipeline.Host.Tests.Program;

/// <summary>A folder with a job whose lines come from standard input and are kept in a store until they are settled.</summary>
internal sealed class StoredJob : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public StoredJob() => Directory.CreateDirectory(folder["out"]);

    public string Output => folder["out/lines.txt"];

    public string Partial => Output + ".partial";

    public string State => Output + ".state";

    public string Rejected => folder["out/rejected.jsonl"];

    public string this[string name] => folder[name];

    public IEnumerable<string> OutputNames => Directory.EnumerateFiles(folder["out"]).Select(Path.GetFileName).Order()!;

    public string[] OutputLines => File.ReadAllLines(Output);

    /// <summary>How many lines are written so far, whatever the store has of them.</summary>
    public long PartialLines => new FileInfo(Partial) is { Exists: true } partial ? partial.Length / "line 00000\n".Length : 0;

    /// <summary>Starts a run that hands on lines as they are, or parses them.</summary>
    public HostProcess Start(
        string more = "", string source = "type = stdin", string queue = "durability = full", string consume = "type = pass", params string[] options)
    {
        string format = consume == "type = pass" ? "raw" : "json-lines";
        File.WriteAllText(folder["job.conf"], $$"""
            akka-pipeline.pipelines.lines {
              source { {{source}} }
              consume { {{consume}} }
              queue { {{queue}} }
              sink { type = file, path = "out/lines.txt", format = {{format}} }
              dead-letters { path = "out/rejected.jsonl", allow = all }
              {{more}}
            }
            """);
        return HostProcess.StartWithInput(["run", folder["job.conf"], "--json", .. options]);
    }

    /// <summary>Runs it to its end on some lines.</summary>
    public async Task<ProgramEnd> RunAsync(
        IEnumerable<string> lines, string more = "", string queue = "durability = full", string consume = "type = pass", params string[] options)
    {
        using HostProcess program = Start(more, queue: queue, consume: consume, options: options);
        Task writing = program.WriteInputAsync(Text(lines), ends: true);
        ProgramEnd end = await program.EndAsync();
        await writing;
        return end;
    }

    /// <summary>Runs it slowly until something has come to pass, then kills it.</summary>
    /// <returns>How many lines it has confirmed, in this run: the first ones.</returns>
    public async Task<int> KillOnceAsync(
        IEnumerable<string> lines, Func<QueueReport, bool> isSo, string what, string more = ResumedJob.Slow, string queue = "durability = full", string consume = "type = pass")
    {
        long before = Look()?.Counts.Accepted ?? 0;
        using HostProcess program = Start(more, queue: queue, consume: consume);
        Task writing = program.WriteInputAsync(Text(lines), ends: false);
        await program.UntilAsync(() => Look() is { } queue && isSo(queue), what);
        await program.KillAsync();
        await writing;
        return (int)((Look()?.Counts.Accepted ?? 0) - before);
    }

    /// <summary>What is kept; null: nothing yet.</summary>
    public QueueReport? Look() => ResumedJob.Look(State);

    public void Dispose() => folder.Dispose();

    public static string Text(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));
}
