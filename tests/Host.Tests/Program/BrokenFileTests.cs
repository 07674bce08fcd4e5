using System.Globalization;
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
        { "an object merged over and over", "b { x {" + Fields(10_000) + "} }\n" + Numbered(20_000, "a# = ${b} { x { y = 1 } }\n"), "steps long" },
        { "an array taken over and over", "b = [" + Repeated("1,", 10_000) + "1]\n" + Numbered(10_000, "a# = ${b}\na# += 1\n"), "steps long" },
        { "very many pipelines", "akka-pipeline.pipelines {" + Numbered(50_000, "p#{}\n") + "}", "201:1: akka-pipeline.pipelines holds more than 200 pipelines" },
        { "very many misspelt keys", Sound + "akka-pipeline.pipelines.p.queue {" + Numbered(50_000, "capacityy#=1\n") + "}", "did you mean capacity?" },
        { "a device without end", "include \"/dev/zero\"", "1:9: the included file /dev/zero cannot be read: it is larger than 1024 KiB" },
        { "a folder", "include \".\"", "1:9: the included file " },
        { "files that are together too large", "a { include \"large.conf\" }\nb { include \"large.conf\" }", "2:13: the included files are together larger than 1024 KiB" },
        { "lone carriage returns", (Sound + "akka-pipeline.pipelines.p.quue = 1").Replace("\n", "\r", StringComparison.Ordinal), "6:27: akka-pipeline.pipelines.p.quue" },
        { "UTF-16 without a mark", string.Concat(Sound.Select(character => $"{character}\0")), "1:2: a NUL byte (0x00) cannot stand" },
        { "a blank that is none", Sound.Replace("path = in", "path =\u00a0in", StringComparison.Ordinal), "the hidden character U+00A0 (no-break space) stands here unquoted" },
        { "a change of direction", Sound.Replace("in.log", "in\u202egol.", StringComparison.Ordinal), "the hidden character U+202E (change of direction) stands here unquoted" },
        { "a misspelt key of Akka's", Sound + "akka.loglevl = INFO", "6:6: akka.loglevl is not a key that Akka knows here; did you mean loglevel?" },
        { "a timeout of the shutdown that is none", Sound + "akka.coordinated-shutdown.default-phase-timeout = soon", "akka.coordinated-shutdown.default-phase-timeout" },
        { "shutdown phases in a circle", Sound + "akka.coordinated-shutdown.phases { a { depends-on = [b] }, b { depends-on = [a] } }", "6:53: akka.coordinated-shutdown.phases.a.depends-on" },
        { "a shutdown phase that is none", Sound + "akka.coordinated-shutdown.phases.a = 5", "6:38: akka.coordinated-shutdown.phases.a = \"5\" is not an object" },
        { "very much for Akka", "a = [" + Repeated("1,", 10_000) + "1]\nakka.x = " + Repeated("${a} ", 40) + "\n" + Sound, "akka = an object: holds more than" },
        { "a class of Akka's that is none", Sound + "akka.actor.provider = nonsense", "6:6: akka: the actor system does not start with these settings" },
    };

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public async Task It_is_named_with_its_place(string what, string text, string told)
    {
        LibC.MakeFifo(folder["pipe"]);
        folder.With("large.conf", "x = [" + Repeated("a,", 300_000) + "]");
        using var program = HostProcess.Start("run", folder.With("in.log", "x\n").With("t.conf", text)["t.conf"]);

        ProgramEnd end = await program.EndAsync();

        Assert.True(end.Status == 2, $"{what}: status {end.Status}, {end.Error}");
        Assert.Equal("", end.Output);
        Assert.StartsWith(folder["t.conf"] + ":", end.Error, StringComparison.Ordinal);
        Assert.Contains(told, end.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", end.Error, StringComparison.Ordinal);
    }

    private static string Repeated(string piece, int times = Many) => new StringBuilder().Insert(0, piece, times).ToString();

    private static string Numbered(int count, string piece) =>
        string.Concat(Enumerable.Range(0, count).Select(i => piece.Replace("#", i.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)));

    private static string Fields(int count) => Numbered(count, "f#=1,");
}
