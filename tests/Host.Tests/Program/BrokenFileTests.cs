using System.Text;
using AkkaPipeline.Host.Tests.Configuration;
using Xunit;

namespace AkkaPipeline.Host.Tests.Program;

/// <summary>Files that were made to crash it or to hang it: the program itself says where they are at fault, and ends with status 2.</summary>
public sealed class BrokenFileTests : IDisposable
{
    private const int Many = 100_000;

    private const string Sound = """
        akka-pipeline.pipelines.p {
          source { type = file, path = in.log }
          consume { type = parse, format = combined-log }
          sink { type = file, path = out.jsonl }
        }

        """;

    private readonly ConfigurationFolder folder = new();

    public static TheoryData<string, string, string> Files => new()
    {
        { "a bracket that is left open", "akka-pipeline { pipelines.p.x = [1, 2\n", "1:33: the '[' opened here is not closed" },
        { "a bracket too many", Sound + "}", "6:1: '}' closes nothing" },
        { "a circle of references", Sound + "a = ${b}\nb = ${a}", "the references go in a circle: a" },
        { "a file that includes itself", "include \"t.conf\"", "1:9: the file includes itself" },
        { "a pipe that nobody writes to", "include \"pipe\"\nb { include \"pipe\" }\nc { include \"pipe\" }", "1:9: the included file " },
        { "a wrong type", Sound + "akka-pipeline.pipelines.p.queue.capacity = [1]", "6:44: akka-pipeline.pipelines.p.queue.capacity = an array cannot" },
        { "a misspelt key", Sound + "akka-pipeline.pipelines.p.quue.capacity = 1", "did you mean queue?" },
        { "a NUL", "akka-pipeline\0 = 1", "1:14: a NUL byte (0x00) cannot stand" },
        { "a number beyond all bounds", Sound + "akka-pipeline.pipelines.p.consume.consumers = " + new string('9', Many), "6:47: akka-pipeline.pipelines.p.consume.consumers = \"999" },
        { "a text that never ends", "a = \"\"\"" + new string('x', Many), "1:5: the three quotes opened here are never closed" },
        { "100,000 objects", Repeated("a{"), "levels" },
        { "100,000 objects that are closed again", Repeated("a{") + Repeated("}"), "levels" },
        { "100,000 arrays", "a=" + Repeated("["), "levels" },
        { "100,000 braces", Repeated("{"), "1:1: " },
        { "100,000 names in a key", Repeated("a.") + "a = 1", "1:1: the key has more than 100 names" },
        { "100,000 substitutions left open", Repeated("a=${"), "1:3: this '${' needs a path" },
        { "100,000 references to what goes before", "a = 1\n" + Repeated("a=${a}x\n"), "references" },
        { "100,000 additions of what goes before", Repeated("a+=${a}\n"), "references" },
        { "a section of Akka's that is none", Sound + "akka.actor = 5", "6:14: akka.actor = \"5\": is a section { … } for Akka" },
        { "an array of Akka's that is none", Sound + "akka.loggers = 5", "6:16: akka.loggers = \"5\": is an array [ … ] for Akka" },
        { "a number of Akka's that is none", Sound + "akka.actor.default-dispatcher.throughput = many", "6:44: akka.actor.default-dispatcher.throughput = \"many\": is a number" },
        { "a class of Akka's that is none", Sound + "akka.actor.provider = nonsense", "6:6: akka: the actor system does not start with these settings" },
    };

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public async Task It_is_named_with_its_place(string what, string text, string told)
    {
        LibC.MakeFifo(folder["pipe"]);
        using var program = HostProcess.Start("run", folder.With("in.log", "x\n").With("t.conf", text)["t.conf"]);

        ProgramEnd end = await program.EndAsync();

        Assert.True(end.Status == 2, $"{what}: status {end.Status}, {end.Error}");
        Assert.Equal("", end.Output);
        Assert.StartsWith(folder["t.conf"] + ":", end.Error, StringComparison.Ordinal);
        Assert.Contains(told, end.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", end.Error, StringComparison.Ordinal);
    }

    private static string Repeated(string piece) => new StringBuilder().Insert(0, piece, Many).ToString();
}
