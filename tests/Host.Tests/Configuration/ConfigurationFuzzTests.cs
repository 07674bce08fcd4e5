using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Host.Tests.Configuration;

/// <summary>
/// Whole configurations, with what they include, broken at random: whatever comes of it, it comes as faults with places, or as
/// pipelines. <c>AKKAPIPELINE_FUZZ=N</c> runs N times as many.
/// </summary>
public sealed partial class ConfigurationFuzzTests : IDisposable
{
    private const string Main = """
        include "part.conf"
        include optional("not-there.conf")
        akka { loglevel = WARNING, actor.default-dispatcher.throughput = 7 }
        akka-pipeline.pipeline-defaults.queue.capacity = 100
        akka-pipeline.pipelines.p = ${base} {
          source { type = file, path = in.log }
          sink { type = file, path = out.jsonl, batch { items = 100, time = 1 s }, breaker.failure-ratio = 0.5 }
          retry { max-attempts = 3, backoff = [1 s, 5 s] }
          rate { items = 100, per = 1 s }
          in-order-by.field = ${?FIELD}
          halt { failures = 10 %, after = 5 }
          drain-timeout = ${time.drain}
        }
        """;

    private const string Part = """
        base { consume { type = parse, format = combined-log, consumers = 2 } }
        time { drain = 5 s, tags = [a, "b"], tags += c }
        """;

    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ":", "=", "+=", ",", "\n", "\"", "\"\"\"", "#", "//", "\\", "$", "${", "${?", "}}", "${base}", "${time.drain}",
        "${akka-pipeline.pipelines.p}", "${akka-pipeline}", "${akka-pipeline.pipeline-defaults}", "akka", "akka-pipeline", "pipelines", "p", ".",
        "include \"t.conf\"\n", "include \"part.conf\"\n", "include \"pipe\"\n", "include \".\"\n", "null", "none", "off", "-1", "99999999999999999999",
        "1e400", "5 s", "10 %", "[1 s]", "{}", "[]", "queue", "retry", "path", "type", "file", "stdin", "full", "checkpoint", "\0", "\uFEFF", "é", "\u2028",
    ];

    private static readonly long Factor =
        long.TryParse(Environment.GetEnvironmentVariable("AKKAPIPELINE_FUZZ"), CultureInfo.InvariantCulture, out long factor) ? factor : 1;

    private static readonly Gen<(int At, int Cut, string Piece)> Mutation =
        Gen.Select(Gen.Int[0, Main.Length], Gen.Int[0, 20], Gen.Int[0, Pieces.Length - 1].Select(index => Pieces[index]));

    private readonly ConfigurationFolder folder = new ConfigurationFolder().With("part.conf", Part);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_broken_here_is_sound() => Assert.Equal("", folder.With("t.conf", Main).Load().Faults);

    [Fact]
    public void A_sound_configuration_with_pieces_cut_out_and_put_in() => Mutation.Array[1, 4].Sample(
        mutations => Check(Encoding.UTF8.GetBytes(mutations.Aggregate(Main, Mutate))), iter: 300 * Factor, threads: 1);

    [Fact]
    public void A_sound_configuration_with_bytes_changed() => Gen.Select(Gen.Int[0, Main.Length - 1], Gen.Byte).Array[1, 6].Sample(
        changes =>
        {
            byte[] bytes = Encoding.UTF8.GetBytes(Main);
            Array.ForEach(changes, change => bytes[change.Item1] = change.Item2);
            Check(bytes);
        },
        iter: 300 * Factor,
        threads: 1);

    [Fact]
    public void Lines_of_a_sound_configuration_in_any_order() => Gen.Int[0, Main.Split('\n').Length - 1].Array[1, 30].Sample(
        lines => Check(Encoding.UTF8.GetBytes(string.Join('\n', lines.Select(line => Main.Split('\n')[line])))), iter: 200 * Factor, threads: 1);

    [Fact]
    public void Random_bytes() => Gen.Byte.Array[0, 2_000].Sample(Check, iter: 100 * Factor, threads: 1);

    private static string Mutate(string text, (int At, int Cut, string Piece) mutation)
    {
        int at = Math.Min(mutation.At, text.Length);
        return text[..at] + mutation.Piece + text[Math.Min(text.Length, at + mutation.Cut)..];
    }

    private void Check(byte[] bytes)
    {
        File.WriteAllBytes(folder["t.conf"], bytes);

        (object? configuration, string faults) = folder.Load("t.conf", ("FIELD", "1"));

        Assert.Equal(configuration is null, faults.Length > 0);
        Assert.All(faults.Split('\n', StringSplitOptions.RemoveEmptyEntries), fault => Assert.Matches(Place(), fault));
    }

    [GeneratedRegex("^((t|part|reference)\\.conf:[1-9][0-9]*:[1-9][0-9]*: .|only the first 100 faults)")]
    private static partial Regex Place();
}
