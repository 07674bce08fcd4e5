using System.Text;
using System.Text.Json;
using Xunit;

namespace AkkaPipeline.Host.Tests.Program;

public class AwkwardSourceTests
{
    private const long MemoryMax = 250L * 1024 * 1024;

    [Fact]
    public async Task An_empty_source_has_an_empty_output()
    {
        using LogJob job = new LogJob().WithSource("");

        ProgramEnd end = await job.RunAsync();

        Assert.Equal((0, 0), (end.Status, end.Account.Produced));
        Assert.Equal(["access.jsonl"], job.OutputNames);
        Assert.Empty(job.OutputLines);
    }

    [Theory]
    [InlineData("\r\n", "\r\n")]
    [InlineData("\r\n", "")]
    [InlineData("\n", "")]
    public async Task Line_ends_are_no_content(string between, string last)
    {
        using LogJob job = new LogJob().WithSource(
            string.Join(between, Enumerable.Range(1, 5000).Select(LogJob.ValidLine)) + last);

        ProgramEnd end = await job.RunAsync();

        Assert.Equal((0, 5000), (end.Status, end.Account.Acked));
        Assert.All(job.OutputLines, line => Assert.EndsWith("\"agent\":\"agent\"}", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rejected_lines_are_named_by_number_and_offset_and_are_told_byte_by_byte()
    {
        byte[] source =
        [
            .. "first \0 line\r\n"u8,
            .. LogJob.ValidLines(3000),
            .. "invalid \xFF\xC3( UTF-8, and a lone \r inside"u8, 0xFF, 0xC3, (byte)'(', (byte)'\r', (byte)'\n',
            .. "\n\r\n"u8,
            .. LogJob.ValidLines(3000),
            .. "björn 日本 \\ \" 🙂\u2028 \u007F\t\n"u8,
            .. "\r\r\n"u8,
            .. "last, without its line feed\r"u8,
        ];
        using LogJob job = new LogJob(allow: "all").WithSource(source);

        ProgramEnd end = await job.RunAsync();

        Assert.Equal((0, 6000), (end.Status, end.Account.Acked));
        IReadOnlyList<int> rejected = new SourceLines(job.Source).AssertNamed(job.RejectedLines);
        Assert.Equal([1, 3002, 3003, 3004, 6005, 6006, 6007], rejected.Order());
        Assert.Single(job.RejectedLines, line => line.Contains("rawBase64", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_NUL_and_control_characters_in_a_field_are_told()
    {
        using LogJob job = new LogJob().WithSource(LogJob.ValidLine(1).Replace("agent", "a\0g\u0001\te", StringComparison.Ordinal));

        ProgramEnd end = await job.RunAsync();

        Assert.Equal(0, end.Status);
        Assert.Equal("a\0g\u0001\te", JsonDocument.Parse(Assert.Single(job.OutputLines)).RootElement.GetProperty("agent").GetString());
    }

    [Fact]
    public async Task A_line_of_200_MB_is_rejected_in_little_memory()
    {
        using LogJob job = new LogJob(allow: "1").WithFifoSource();
        using HostProcess program = job.Start();
        long peak;
        using (Fifo source = await Fifo.OpenToWriteAsync(job.Source))
        {
            byte[] block = Encoding.ASCII.GetBytes(new string('x', 1024 * 1024));
            await source.WriteAsync(LogJob.ValidLines(10));
            for (int written = 0; written < 200; written++)
            {
                await source.WriteAsync(block);
            }

            await source.WriteAsync("\n"u8.ToArray());
            await source.WriteAsync(LogJob.ValidLines(10));
            await program.UntilAsync(() => source.IsEmpty && File.Exists(job.Rejected), "the line is rejected");
            peak = program.PeakBytes;
        }

        ProgramEnd end = await program.EndAsync();

        Assert.InRange(peak, 1, MemoryMax);
        Assert.Equal((0, 20, 1), (end.Status, end.Account.Acked, end.Account.DeadLettered));
        JsonElement json = JsonDocument.Parse(Assert.Single(job.RejectedLines)).RootElement;
        Assert.Equal((11, LogJob.ValidLines(10).Length), (json.GetProperty("line").GetInt32(), json.GetProperty("offset").GetInt64()));
        Assert.Contains($"{200 * 1024 * 1024} bytes", json.GetProperty("reason").GetString()!, StringComparison.Ordinal);
    }
}
