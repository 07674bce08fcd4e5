using System.Text;
using AkkaPipeline.Host.Sinks;
using Xunit;

namespace AkkaPipeline.Host.Tests.Sinks;

public sealed class OutputFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_file_takes_its_name_when_everything_is_in_it()
    {
        var sink = OutputFile.Open(folder["out.jsonl"]);
        await sink.WriteAsync(Batch("1\n", "2\n"), default);
        await sink.WriteAsync(Batch("3\n"), default);
        Assert.Equal(["out.jsonl.partial"], folder.Names);

        await sink.CloseAsync(SinkEnding.Complete, default);

        Assert.Equal(["out.jsonl"], folder.Names);
        Assert.Equal("1\n2\n3\n", await File.ReadAllTextAsync(folder["out.jsonl"]));
    }

    [Fact]
    public async Task An_interrupted_output_stays_partial_and_leaves_an_earlier_one_alone()
    {
        await File.WriteAllTextAsync(folder["out.jsonl"], "earlier\n");
        var sink = OutputFile.Open(folder["out.jsonl"]);
        await sink.WriteAsync(Batch("1\n"), default);

        await sink.CloseAsync(SinkEnding.Interrupted, default);

        Assert.Equal("earlier\n", await File.ReadAllTextAsync(folder["out.jsonl"]));
        Assert.Equal("1\n", await File.ReadAllTextAsync(folder["out.jsonl.partial"]));
    }

    [Fact]
    public async Task A_complete_output_replaces_an_earlier_one_and_an_earlier_partial_one()
    {
        await File.WriteAllTextAsync(folder["out.jsonl"], "an earlier and longer output\n");
        await File.WriteAllTextAsync(folder["out.jsonl.partial"], "an earlier and longer part\n");
        var sink = OutputFile.Open(folder["out.jsonl"]);
        await sink.WriteAsync(Batch("1\n"), default);

        await sink.CloseAsync(SinkEnding.Complete, default);

        Assert.Equal(["out.jsonl"], folder.Names);
        Assert.Equal("1\n", await File.ReadAllTextAsync(folder["out.jsonl"]));
    }

    [Fact]
    public async Task No_output_is_an_empty_file()
    {
        var sink = OutputFile.Open(folder["out.jsonl"]);
        await sink.WriteAsync(Batch(), default);
        await sink.CloseAsync(SinkEnding.Complete, default);

        Assert.Empty(await File.ReadAllBytesAsync(folder["out.jsonl"]));
    }

    [Fact]
    public async Task Missing_folders_are_made()
    {
        string path = folder[Path.Combine("a", "b", "out.jsonl")];
        await OutputFile.Open(path).CloseAsync(SinkEnding.Complete, default);

        Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task Lines_and_batches_of_any_size_are_written_in_order()
    {
        string[] lines = [.. Enumerable.Range(0, 300).Select(number => new string('x', number % 7 == 0 ? 300_000 : number * 100) + "\n")];
        var sink = OutputFile.Open(folder["out.jsonl"]);

        await sink.WriteAsync(Batch(lines), default);
        await sink.CloseAsync(SinkEnding.Complete, default);

        Assert.Equal(string.Concat(lines), await File.ReadAllTextAsync(folder["out.jsonl"]));
    }

    [Fact]
    public async Task A_failed_write_is_cut_off_again_and_says_what_to_do()
    {
        var sink = OutputFile.Open(folder["out.jsonl"], write: (file, bytes, offset) =>
        {
            bool diskIsFull = offset > 0;
            RandomAccess.Write(file, diskIsFull ? bytes[..1] : bytes, offset);
            if (diskIsFull)
            {
                throw new IOException($"No space left on device : '{folder["out.jsonl.partial"]}'");
            }
        });
        await sink.WriteAsync(Batch("one\n"), default);

        BrokenSinkException broken = await Assert.ThrowsAsync<BrokenSinkException>(
            async () => await sink.WriteAsync(Batch("two\n", "three\n"), default));
        await sink.CloseAsync(SinkEnding.Interrupted, default);

        Assert.Equal(
            $"Cannot write to '{sink.PartialPath}': No space left on device. It holds whole lines, 4 bytes. Make room or choose another path, and run again.",
            broken.Message);
        Assert.Equal("one\n", await File.ReadAllTextAsync(sink.PartialPath));
    }

    [Fact]
    public void A_directory_is_refused_at_once() => Assert.Contains(
        "it is a directory",
        Assert.Throws<BrokenSinkException>(() => OutputFile.Open(folder[""])).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_folder_that_cannot_be_made_is_told_at_once()
    {
        File.WriteAllText(folder["file"], "");

        Assert.StartsWith(
            "Cannot create '",
            Assert.Throws<BrokenSinkException>(() => OutputFile.Open(folder[Path.Combine("file", "out.jsonl")])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_runs_cannot_write_one_output()
    {
        var first = OutputFile.Open(folder["out.jsonl"]);

        Assert.Throws<BrokenSinkException>(() => OutputFile.Open(folder["out.jsonl"]));

        await first.CloseAsync(SinkEnding.Interrupted, default);
    }

    private static Batch<ReadOnlyMemory<byte>> Batch(params string[] lines) => new(
        lines.Select(line => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(line)).ToArray(), BatchClosedBy.Ready);
}
