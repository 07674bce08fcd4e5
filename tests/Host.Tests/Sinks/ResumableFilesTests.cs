using System.Text;
using AkkaPipeline.Host.Configuration;
using AkkaPipeline.Host.Sinks;
using AkkaPipeline.Host.Sources;
using Xunit;

namespace AkkaPipeline.Host.Tests.Sinks;

public sealed class ResumableFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Path => folder["out.txt"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_output_goes_on_at_the_length_of_the_checkpoint()
    {
        OutputFile first = New();
        await first.ResumeAsync(0, default);
        await first.WriteAsync(Batch("one", "two"), default);
        await first.SyncAsync(default);
        long length = first.Length;
        await first.WriteAsync(Batch("lost"), default);
        await first.CloseAsync(SinkEnding.Interrupted, default);

        OutputFile second = New();
        await second.ResumeAsync(length, default);
        Assert.Equal(8, second.Length);
        await second.WriteAsync(Batch("three"), default);
        await second.CloseAsync(SinkEnding.Complete, default);

        Assert.Equal("one\ntwo\nthree\n", await File.ReadAllTextAsync(Path));
        Assert.Equal(["out.txt"], folder.Names);
    }

    [Fact]
    public async Task At_the_start_of_a_job_what_an_earlier_one_has_left_goes_and_its_output_stays()
    {
        await File.WriteAllTextAsync(Path, "earlier\n");
        await File.WriteAllTextAsync(Path + ".partial", "left\n");
        OutputFile sink = New();
        Assert.Equal("left\n", await File.ReadAllTextAsync(Path + ".partial"));
        await sink.ResumeAsync(0, default);
        await sink.CloseAsync(SinkEnding.Interrupted, default);

        Assert.Equal("", await File.ReadAllTextAsync(Path + ".partial"));
        Assert.Equal("earlier\n", await File.ReadAllTextAsync(Path));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_output_that_had_taken_its_name_when_the_run_was_killed_stays_in_place(bool complete)
    {
        await File.WriteAllTextAsync(Path, "one\n");
        OutputFile sink = New();
        await sink.ResumeAsync(4, default);
        Assert.Equal(4, sink.Length);
        await sink.SyncAsync(default);
        await sink.CloseAsync(complete ? SinkEnding.Complete : SinkEnding.Interrupted, default);

        Assert.Equal(["out.txt"], folder.Names);
        Assert.Equal("one\n", await File.ReadAllTextAsync(Path));
    }

    [Fact]
    public async Task An_output_that_had_taken_its_name_grows_on_beside_it_where_the_source_has_more()
    {
        await File.WriteAllTextAsync(Path, "one\n");
        OutputFile sink = New();
        await sink.ResumeAsync(4, default);
        await sink.WriteAsync(Batch("two"), default);
        Assert.Equal(["out.txt.partial"], folder.Names);
        await sink.CloseAsync(SinkEnding.Complete, default);

        Assert.Equal("one\ntwo\n", await File.ReadAllTextAsync(Path));
    }

    [Theory]
    [InlineData("one\n", null, "it is not there")]
    [InlineData(null, null, "it is not there")]
    [InlineData(null, "one\n", "it has 4 bytes, and an earlier run has left 8")]
    [InlineData("12345678", "one\n", "it has 4 bytes, and an earlier run has left 8")]
    public async Task An_output_that_is_not_what_was_left_is_refused(string? output, string? partial, string told)
    {
        if (output is not null)
        {
            await File.WriteAllTextAsync(Path, output);
        }

        if (partial is not null)
        {
            await File.WriteAllTextAsync(Path + ".partial", partial);
        }

        var broken = await Assert.ThrowsAsync<BrokenSinkException>(async () => await New().ResumeAsync(8, default));

        Assert.Contains(told, broken.Message, StringComparison.Ordinal);
        Assert.Contains("--restart", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dead_letters_go_on_at_the_length_of_the_checkpoint()
    {
        DeadLetterFile first = Rejects();
        await first.ResumeAsync(0, default);
        Assert.Equal((0, false), (first.Length, first.IsNeeded));
        await first.WriteAsync(Rejected("one"), default);
        await first.SyncAsync(default);
        long length = first.Length;
        await first.WriteAsync(Rejected("lost"), default);
        await first.CloseAsync(SinkEnding.Interrupted, default);
        string kept = (await File.ReadAllTextAsync(Path))[..(int)length];

        DeadLetterFile second = Rejects();
        await second.ResumeAsync(length, default);
        await second.CloseAsync(SinkEnding.Complete, default);

        Assert.True(second.IsNeeded);
        Assert.Equal(kept, await File.ReadAllTextAsync(Path));
    }

    [Fact]
    public async Task Dead_letters_of_an_earlier_job_go_when_a_job_starts_and_not_before()
    {
        await File.WriteAllTextAsync(Path, "earlier");
        DeadLetterFile rejects = Rejects();
        Assert.Equal(["out.txt"], folder.Names);
        await rejects.ResumeAsync(0, default);

        Assert.Empty(folder.Names);
    }

    private static Batch<ReadOnlyMemory<byte>> Batch(params string[] lines) => new(
        lines.Select(line => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(line)).ToArray(), BatchClosedBy.Ready);

    private static Batch<DeadLetteredItem<LogLine>> Rejected(string line) => new(
        new[]
        {
            new DeadLetteredItem<LogLine>
            {
                Item = LogLine.Of(Encoding.UTF8.GetBytes(line)), Id = "id", Sequence = 1, Reason = "it is cut", Cause = DeadLetterCause.Rejected, Attempts = [], At = DateTimeOffset.UnixEpoch,
            },
        },
        BatchClosedBy.Ready);

    private OutputFile New() => OutputFile.ToResume(Path, SinkFormat.Raw);

    private DeadLetterFile Rejects() => DeadLetterFile.ToResume("p", "in.txt", Path);
}
