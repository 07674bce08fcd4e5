using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace AkkaPipeline.Host.Tests.Program;

/// <summary>A source file cut into lines in the plainest way, to hold the program's results against.</summary>
internal sealed class SourceLines
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly byte[] bytes;
    private readonly List<(int Offset, int Length)> lines = [];

    public SourceLines(string path)
    {
        bytes = File.ReadAllBytes(path);
        int start = 0;
        while (start < bytes.Length)
        {
            int feed = Array.IndexOf(bytes, (byte)'\n', start);
            int end = feed < 0 ? bytes.Length : feed;
            bool endsInCr = feed > start && bytes[feed - 1] == '\r';
            lines.Add((start, end - start - (endsInCr ? 1 : 0)));
            start = end + 1;
        }
    }

    public int Count => lines.Count;

    /// <summary>The records of the lines that are in combined log format, in their order.</summary>
    public IReadOnlyList<JsonObject> Records => [.. Enumerable.Range(0, Count).Select(Record).OfType<JsonObject>()];

    /// <summary>The numbers, from 1, of the lines that are not.</summary>
    public IReadOnlyList<int> Malformed => [.. Enumerable.Range(0, Count).Where(index => Record(index) is null).Select(index => index + 1)];

    /// <summary>Each rejected line names exactly a line of the source: its number, where it starts, its bytes.</summary>
    /// <returns>The numbers of the rejected lines.</returns>
    public IReadOnlyList<int> AssertNamed(IEnumerable<string> rejectedLines)
    {
        var numbers = new List<int>();
        foreach (string rejected in rejectedLines)
        {
            JsonElement json = JsonDocument.Parse(rejected).RootElement;
            int number = json.GetProperty("line").GetInt32();
            (int offset, int length) = lines[number - 1];
            Assert.Equal(offset, json.GetProperty("offset").GetInt64());
            Assert.Equal(bytes.AsSpan(offset, length).ToArray(), Raw(json));
            numbers.Add(number);
        }

        return numbers;
    }

    private static byte[] Raw(JsonElement json) => json.TryGetProperty("raw", out JsonElement raw)
        ? Encoding.UTF8.GetBytes(raw.GetString()!)
        : json.GetProperty("rawBase64").GetBytesFromBase64();

    private JsonObject? Record(int index)
    {
        try
        {
            return RegexCombinedLog.Parse(Strict.GetString(bytes, lines[index].Offset, lines[index].Length));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
