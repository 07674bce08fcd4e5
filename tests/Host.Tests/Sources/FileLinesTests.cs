using System.Text;
using AkkaPipeline.Host.Sources;
using Xunit;

namespace AkkaPipeline.Host.Tests.Sources;

public sealed class FileLinesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Lines_over_many_blocks_are_those_of_the_file()
    {
        string path = folder["input.log"];
        string[] expected = [.. Enumerable.Range(0, 20_000).Select(number => $"line {number} {new string('x', number % 90)}")];
        await File.WriteAllTextAsync(path, string.Join('\n', expected));

        var lines = new List<string>();
        await foreach (LogLine line in new FileLines(path))
        {
            lines.Add(Encoding.UTF8.GetString(line.Bytes));
        }

        Assert.Equal(expected, lines);
    }

    [Fact]
    public async Task Offsets_lead_back_to_the_lines()
    {
        string path = folder["input.log"];
        await File.WriteAllTextAsync(path, string.Concat(Enumerable.Range(0, 20_000).Select(number => $"line {number}\r\n")));
        byte[] bytes = await File.ReadAllBytesAsync(path);

        await foreach (LogLine line in new FileLines(path))
        {
            Assert.True(bytes.AsSpan((int)line.Offset).StartsWith(line.Bytes));
        }
    }

    [Fact]
    public async Task An_empty_file_has_no_lines()
    {
        string path = folder["input.log"];
        await File.WriteAllTextAsync(path, "");

        Assert.Empty(await new FileLines(path).ToListAsync());
    }

    [Fact]
    public async Task A_missing_file_is_named() =>
        Assert.Contains("missing.log", (await Assert.ThrowsAsync<FileNotFoundException>(
            async () => await new FileLines(folder["missing.log"]).ToListAsync())).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_directory_is_said_to_be_one() =>
        Assert.Contains("is a directory", (await Assert.ThrowsAsync<IOException>(
            async () => await new FileLines(folder[""]).ToListAsync())).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_cancelled_reading_ends()
    {
        string path = folder["input.log"];
        await File.WriteAllTextAsync(path, "one\n");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await new FileLines(path).ToListAsync(new CancellationToken(canceled: true)));
    }
}
