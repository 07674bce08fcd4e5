namespace AkkaPipeline.Tests.Documents;

/// <summary>A fenced block of a document, with the file that the comment above it names: <c>&lt;!-- path --&gt;</c>.</summary>
internal sealed record CodeBlock(string Language, string Text, string? File)
{
    private const string Fence = "```";

    public static IReadOnlyList<CodeBlock> In(string document)
    {
        var blocks = new List<CodeBlock>();
        var lines = Repository.Read(document).Split('\n');
        for (var line = 0; line < lines.Length; line++)
        {
            if (!lines[line].StartsWith(Fence, StringComparison.Ordinal))
            {
                continue;
            }

            var end = Array.IndexOf(lines, Fence, line + 1);
            var text = string.Concat(lines[(line + 1)..end].Select(content => content + "\n"));
            blocks.Add(new CodeBlock(lines[line][Fence.Length..], text, line == 0 ? null : FileNamedBy(lines[line - 1])));
            line = end;
        }

        return blocks;
    }

    private static string? FileNamedBy(string line) =>
        line.StartsWith("<!-- ", StringComparison.Ordinal) && line.EndsWith(" -->", StringComparison.Ordinal)
            ? line["<!-- ".Length..^" -->".Length]
            : null;
}
