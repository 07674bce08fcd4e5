using System.Text;
using System.Text.RegularExpressions;

namespace AkkaPipeline.Tests.Documents;

/// <summary>The keys of reference.conf as Markdown: a heading a section, a table of its keys.</summary>
internal static partial class ReferenceTables
{
    private const string Around = "pipeline-defaults";

    public static string Of(string reference)
    {
        var text = new StringBuilder();
        var comment = new List<string>();
        var path = new List<string>();
        string? tabled = null;
        foreach (string line in reference.Split('\n').Select(line => line.Trim()))
        {
            if (Key().Match(line) is { Success: true } key)
            {
                string section = Shown(path);
                if (tabled != section)
                {
                    text.Append(section.Length == 0 ? "\n### On its own\n" : "").Append("\n| key | default | what it is |\n|---|---|---|\n");
                    tabled = section;
                }

                string value = key.Groups["commented"].Success ? $"none; as in `{key.Groups["value"].Value}`" : $"`{key.Groups["value"].Value}`";
                text.Append($"| `{key.Groups["name"].Value}` | {value} | {string.Join(' ', comment).Replace("|", "\\|", StringComparison.Ordinal)} |\n");
                comment.Clear();
            }
            else if (line.EndsWith('{'))
            {
                path.Add(line[..^1].Trim());
                text.Append(Shown(path) is { Length: > 0 } section ? $"\n### `{section}`\n\n{string.Join('\n', comment)}\n" : "");
                comment.Clear();
            }
            else if (line == "}")
            {
                path.RemoveAt(path.Count - 1);
            }
            else if (line.StartsWith('#'))
            {
                comment.Add(line[1..].Trim());
            }
            else
            {
                comment.Clear();
            }
        }

        return text.ToString();
    }

    /// <summary>The path within pipeline-defaults; empty for what is around it.</summary>
    private static string Shown(List<string> path) =>
        path.IndexOf(Around) is >= 0 and var at ? string.Join('.', path.Skip(at + 1)) : "";

    [GeneratedRegex("^(?<commented># (?:or: )?)?(?<name>[a-z-]+) = (?<value>.*)$")]
    private static partial Regex Key();
}
