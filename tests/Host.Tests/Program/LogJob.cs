using System.Text;
using AkkaPipeline.Host.Commands;

namespace AkkaPipeline.Host.Tests.Program;

/// <summary>A folder with a configuration that parses an access log, for one run or several.</summary>
internal sealed class LogJob : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <param name="allow">How many dead letters are allowed.</param>
    /// <param name="consumers">How many.</param>
    /// <param name="more">Further keys of the pipeline.</param>
    public LogJob(string allow = "0", int consumers = 4, string more = "")
    {
        File.WriteAllText(Configuration, $$"""
            akka-pipeline.pipelines.log {
              source { type = file, path = "access.log" }
              consume { type = parse, format = combined-log, consumers = {{consumers}} }
              sink { type = file, path = "out/access.jsonl" }
              dead-letters { path = "out/rejected.jsonl", allow = {{allow}} }
              {{more}}
            }
            """);
        Directory.CreateDirectory(folder["out"]);
    }

    public string Configuration => folder["job.conf"];

    public string Source => folder["access.log"];

    public string Output => Path.Combine(folder["out"], "access.jsonl");

    public string Partial => Output + ".partial";

    public string Rejected => Path.Combine(folder["out"], "rejected.jsonl");

    /// <summary>The names in the output's folder.</summary>
    public IEnumerable<string> OutputNames => Directory.EnumerateFiles(folder["out"]).Select(Path.GetFileName).Order()!;

    public string[] OutputLines => File.ReadAllLines(Output);

    public string[] RejectedLines => File.ReadAllLines(Rejected);

    /// <summary>A line that parses.</summary>
    public static string ValidLine(int number) =>
        $"192.0.2.1 - - [17/May/2015:10:05:03 +0000] \"GET /{number} HTTP/1.1\" 200 {number} \"-\" \"agent\"";

    /// <summary>Lines that parse, each with its line feed.</summary>
    public static byte[] ValidLines(int count) =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, count).Select(number => ValidLine(number) + "\n")));

    public LogJob WithSource(string text) => WithSource(Encoding.UTF8.GetBytes(text));

    public LogJob WithSource(byte[] bytes)
    {
        File.WriteAllBytes(Source, bytes);
        return this;
    }

    /// <summary>A source as <c>akka-pipeline sample</c> makes it.</summary>
    public LogJob WithSample(long lines)
    {
        using FileStream file = File.Create(Source);
        SampleCommand.Write(new SampleArguments(lines, Seed: 7), file);
        return this;
    }

    /// <summary>A source that grants the program only what the test writes into it.</summary>
    public LogJob WithFifoSource()
    {
        LibC.MakeFifo(Source);
        return this;
    }

    /// <summary>An output that takes from the program only what the test reads from it.</summary>
    public LogJob WithFifoOutput()
    {
        LibC.MakeFifo(Partial);
        return this;
    }

    public HostProcess Start() => HostProcess.Start("run", Configuration, "--json");

    public async Task<ProgramEnd> RunAsync()
    {
        using HostProcess program = Start();
        return await program.EndAsync();
    }

    public void Dispose() => folder.Dispose();
}
