using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AkkaPipeline.Crash.Filing;

/// <summary>A job from file to file, whose lines carry their numbers.</summary>
/// <param name="Name">For people.</param>
/// <param name="Folder">Of its files.</param>
/// <param name="Lines">How many there are.</param>
/// <param name="MalformedEvery">One line of so many is a dead letter; 0: none is.</param>
internal sealed record FileJob(string Name, string Folder, int Lines, int MalformedEvery)
{
    private const string Filler = "-the-quick-brown-fox-jumps-over-the-lazy-dog";

    public string Configuration => Path.Combine(Folder, "job.conf");

    public string Output => Path.Combine(Folder, "out.txt");

    public string Partial => Output + ".partial";

    public string State => Output + ".state";

    private string Input => Path.Combine(Folder, "in.txt");

    private string Rejected => Path.Combine(Folder, "dead.jsonl");

    /// <summary>Lines go on as they are.</summary>
    public static FileJob Pass(string folder, int lines) => new("pass", Path.Combine(folder, "pass"), lines, 0);

    /// <summary>Lines are parsed; those that cannot be are tried again, in vain, and become dead letters.</summary>
    public static FileJob Parse(string folder, int lines) => new("parse, retry and dead letters", Path.Combine(folder, "parse"), lines, 500);

    public async Task WriteAsync()
    {
        Directory.CreateDirectory(Folder);
        await File.WriteAllTextAsync(Configuration, $$"""
            akka-pipeline.pipelines.copy {
              source { type = file, path = "in.txt" }
              consume { type = {{(MalformedEvery == 0 ? "pass" : "parse, format = combined-log")}}, consumers = 4 }
              sink { type = file, path = "out.txt", format = {{(MalformedEvery == 0 ? "raw" : "json-lines")}} }
              dead-letters { path = "dead.jsonl", allow = all }
              {{(MalformedEvery == 0 ? "" : "retry { max-attempts = 3, errors = all, first-delay = 20 ms, max-delay = 50 ms }")}}
            }
            """);
        await using var input = new StreamWriter(Input, append: false, new UTF8Encoding(false), 1 << 20);
        for (var line = 0; line < Lines; line++)
        {
            await input.WriteLineAsync(LineOf(line));
        }
    }

    /// <returns>What is wrong with the files of the finished job; empty: nothing.</returns>
    public async Task<IReadOnlyList<string>> CheckAsync()
    {
        var wrong = new List<string>();
        var seen = new byte[Lines];
        await CountAsync(Output, "output", seen, wrong);
        if (MalformedEvery > 0)
        {
            await CountAsync(Rejected, "dead letters", seen, wrong);
        }

        var missing = seen.Count(times => times == 0);
        var twice = seen.Count(times => times > 1);
        if (missing + twice > 0)
        {
            wrong.Add($"{missing} lines missing, {twice} more than once (first missing {Array.IndexOf(seen, (byte)0)}, first double {Array.FindIndex(seen, times => times > 1)})");
        }

        foreach (var left in new[] { Partial, State }.Where(File.Exists))
        {
            wrong.Add($"{Path.GetFileName(left)} is left");
        }

        return wrong;
    }

    private bool IsMalformed(int line) => MalformedEvery > 0 && line % MalformedEvery == 7;

    private string LineOf(int line) => MalformedEvery == 0 ? Numbered(line) + Filler
        : IsMalformed(line) ? $"not a line of a log {Numbered(line)}"
        : $"10.0.{line % 250}.1 - - [03/Mar/2025:06:25:01 +0000] \"GET /{Numbered(line)} HTTP/1.1\" 200 15339 \"-\" \"Mozilla/5.0\"";

    private static string Numbered(int line) => "#" + line.ToString("D9", CultureInfo.InvariantCulture);

    private async Task CountAsync(string path, string what, byte[] seen, List<string> wrong)
    {
        if (!File.Exists(path))
        {
            wrong.Add($"there is no {what} file");
            return;
        }

        var others = 0;
        await foreach (var text in File.ReadLinesAsync(path))
        {
            var at = text.IndexOf('#', StringComparison.Ordinal);
            var isNumbered = int.TryParse(text.AsSpan(at + 1, Math.Min(9, text.Length - at - 1)), NumberStyles.None, CultureInfo.InvariantCulture, out var line);
            if (at < 0 || !isNumbered || line >= Lines || !IsWhole(text, line, what == "output"))
            {
                others++;
                continue;
            }

            seen[line] += (byte)(seen[line] < 255 ? 1 : 0);
        }

        if (others > 0)
        {
            wrong.Add($"{others} lines of the {what} file are none of the input's");
        }
    }

    private bool IsWhole(string text, int line, bool isOutput)
    {
        if (MalformedEvery == 0)
        {
            return text == LineOf(line);
        }

        try
        {
            using var json = JsonDocument.Parse(text);
            return IsMalformed(line) != isOutput;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
