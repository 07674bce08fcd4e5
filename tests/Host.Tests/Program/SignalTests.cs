using System.Runtime.InteropServices;
using System.Text.Json;
using Xunit;

namespace AkkaPipeline.Host.Tests.Program;

public class SignalTests
{
    private const int Megabyte = 1024 * 1024;

    [FactWhereInterruptsReach]
    public Task SIGINT_in_the_middle_drains_and_is_status_130() => InterruptInTheMiddleAsync(PosixSignal.SIGINT, 130);

    [Fact]
    public Task SIGTERM_in_the_middle_drains_and_is_status_143() => InterruptInTheMiddleAsync(PosixSignal.SIGTERM, 143);

    [Fact]
    public async Task SIGTERM_while_the_source_has_nothing_to_read_is_status_143()
    {
        using LogJob job = new LogJob().WithFifoSource();
        using HostProcess program = job.Start();
        using Fifo source = await Fifo.OpenToWriteAsync(job.Source);
        await source.WriteAsync(LogJob.ValidLines(10));
        await program.UntilAsync(() => new FileInfo(job.Partial).Length > 0, "something is written");

        program.Signal(PosixSignal.SIGTERM);
        ProgramEnd end = await program.EndAsync();

        Assert.Equal((143, 10, 10), (end.Status, end.Account.Produced, end.Account.Acked));
        Assert.Equal(["access.jsonl.partial"], job.OutputNames);
    }

    [Fact]
    public async Task SIGTERM_while_nobody_has_opened_the_source_s_other_end_is_status_143()
    {
        using LogJob job = new LogJob().WithFifoSource();
        using HostProcess program = job.Start();
        await program.UntilAsync(() => File.Exists(job.Partial), "the run begins");

        program.Signal(PosixSignal.SIGTERM);
        ProgramEnd end = await program.EndAsync();

        Assert.Equal((143, 0), (end.Status, end.Account.Produced));
    }

    [Theory]
    [InlineData("0", 3)]
    [InlineData("1", 0)]
    public async Task SIGTERM_when_everything_has_been_read_changes_nothing_once_it_is_settled(string allow, int status)
    {
        using LogJob job = new LogJob(allow).WithSource([.. LogJob.ValidLines(5000), .. "no log line"u8]).WithFifoOutput();
        using HostProcess program = job.Start();
        using Fifo output = await Fifo.OpenToReadAsync(job.Partial);
        await program.UntilAsync(() => File.Exists(job.Rejected) && !program.HasOpen(job.Source), "the source has been read");

        program.Signal(PosixSignal.SIGTERM);
        await DrainingAsync(program);
        byte[] written = await output.ReadToEndAsync();
        ProgramEnd end = await program.EndAsync();

        Assert.Equal(status, end.Status);
        Assert.Equal((5001, 5000, 1, 0), (end.Account.Produced, end.Account.Acked, end.Account.DeadLettered, end.Account.Released));
        Assert.Equal(5000, written.Count(value => value == '\n'));
        Assert.Equal(["access.jsonl", "rejected.jsonl"], job.OutputNames);
    }

    [Fact]
    public async Task A_second_signal_ends_the_program_at_once()
    {
        using LogJob job = new LogJob(more: "drain-timeout = 1 d").WithSource(LogJob.ValidLines(5000)).WithFifoOutput();
        using HostProcess program = job.Start();
        using Fifo output = await Fifo.OpenToReadAsync(job.Partial);
        await program.UntilAsync(() => !output.IsEmpty, "something is written");

        program.Signal(PosixSignal.SIGTERM);
        await DrainingAsync(program);
        program.Signal(PosixSignal.SIGTERM);

        Assert.Equal(143, (await program.EndAsync()).Status);
    }

    [Theory]
    [InlineData("0 s")]
    [InlineData("100 ms")]
    public async Task A_drain_ends_at_its_deadline_and_releases_what_is_left(string timeout)
    {
        using LogJob job = new LogJob(more: $"drain-timeout = {timeout}").WithSource(LogJob.ValidLines(50_000)).WithFifoOutput();
        using HostProcess program = job.Start();
        using Fifo output = await Fifo.OpenToReadAsync(job.Partial);
        await program.UntilAsync(() => !output.IsEmpty, "something is written");

        program.Signal(PosixSignal.SIGTERM);
        ProgramEnd end = await program.EndAsync();

        Assert.Equal(143, end.Status);
        Assert.True(end.Account.Released > 0, end.Output);
        Assert.True(end.Account.IsBalanced, end.Output);
    }

    private static async Task InterruptInTheMiddleAsync(PosixSignal signal, int status)
    {
        using LogJob job = new LogJob(allow: "all").WithFifoSource();
        await File.WriteAllTextAsync(job.Output, "earlier");
        using HostProcess program = job.Start();
        using Fifo source = await Fifo.OpenToWriteAsync(job.Source);
        Task writing = source.WriteForEverAsync((byte[])[.. LogJob.ValidLines(5000), .. "no log line\n"u8]);
        await program.UntilAsync(() => new FileInfo(job.Partial).Length > Megabyte, "a megabyte is written");

        program.Signal(signal);
        ProgramEnd end = await program.EndAsync();
        await writing;

        Assert.Equal(status, end.Status);
        Assert.True(end.Account.IsBalanced, end.Output);
        Assert.Equal(0, end.Account.Released);
        Assert.Equal("earlier", await File.ReadAllTextAsync(job.Output));
        Assert.Equal(end.Account.Acked, AssertWholeLines(job.Partial));
        Assert.Equal(end.Account.DeadLettered, AssertWholeLines(job.Rejected));
    }

    private static async Task DrainingAsync(HostProcess program) => Assert.Contains(
        "a second one ends it at once", await program.Error.ReadLineAsync().WaitAsync(Patience.Limit), StringComparison.Ordinal);

    private static int AssertWholeLines(string path)
    {
        string text = File.ReadAllText(path);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        string[] lines = text[..^1].Split('\n');
        Assert.All(lines, line => JsonDocument.Parse(line).Dispose());
        return lines.Length;
    }
}
