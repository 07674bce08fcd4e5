using System.Text.Json.Nodes;
using Xunit;

namespace AkkaPipeline.Host.Tests.Program;

public class OutputFileTests
{
    [Fact]
    public async Task The_output_grows_beside_an_earlier_one_and_takes_its_place_at_the_end()
    {
        using LogJob job = new LogJob().WithFifoSource();
        await File.WriteAllTextAsync(job.Output, "earlier");
        await File.WriteAllTextAsync(job.Partial, new string('x', 1_000_000));
        using HostProcess program = job.Start();
        using (Fifo source = await Fifo.OpenToWriteAsync(job.Source))
        {
            await source.WriteAsync(LogJob.ValidLines(100));
            await program.UntilAsync(() => PartialLines(job) == 100, "100 lines are written");
            Assert.Equal("earlier", await File.ReadAllTextAsync(job.Output));
            await source.WriteAsync(LogJob.ValidLines(100));
        }

        ProgramEnd end = await program.EndAsync();

        Assert.Equal(0, end.Status);
        Assert.Equal(["access.jsonl"], job.OutputNames);
        Assert.Equal(200, job.OutputLines.Length);
    }

    [Fact]
    public async Task Dead_letters_of_an_earlier_run_are_gone_where_this_run_has_none()
    {
        using LogJob job = new LogJob().WithSource(LogJob.ValidLines(10));
        await File.WriteAllTextAsync(job.Rejected, "earlier");

        ProgramEnd end = await job.RunAsync();

        Assert.Equal(0, end.Status);
        Assert.Equal(["access.jsonl"], job.OutputNames);
        Assert.DoesNotContain(job.Rejected, end.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dead_letters_stand_in_their_file_while_the_run_goes_on()
    {
        using LogJob job = new LogJob().WithFifoSource();
        await File.WriteAllTextAsync(job.Rejected, "earlier");
        using HostProcess program = job.Start();
        using (Fifo source = await Fifo.OpenToWriteAsync(job.Source))
        {
            Assert.False(File.Exists(job.Rejected));
            await source.WriteAsync("no log line\n"u8.ToArray());
            await program.UntilAsync(() => File.Exists(job.Rejected) && new FileInfo(job.Rejected).Length > 0, "the line is rejected");
        }

        Assert.Equal(3, (await program.EndAsync()).Status);
        Assert.Single(job.RejectedLines);
    }

    [Fact]
    public async Task A_second_run_repeats_the_first_but_for_the_times_of_the_attempts()
    {
        using LogJob job = new LogJob(allow: "all", consumers: 1).WithSample(2000);
        await job.RunAsync();
        string[] first = [.. job.OutputLines, .. job.RejectedLines.Select(WithoutHistory)];

        await job.RunAsync();

        Assert.Equal<string[]>(first, [.. job.OutputLines, .. job.RejectedLines.Select(WithoutHistory)]);
    }

    private static string WithoutHistory(string rejected)
    {
        JsonObject letter = JsonNode.Parse(rejected)!.AsObject();
        Assert.True(letter.Remove("history"));
        return letter.ToJsonString();
    }

    private static int PartialLines(LogJob job)
    {
        using var reader = new StreamReader(LibC.OpenToRead(job.Partial));
        return reader.ReadToEnd().Count(character => character == '\n');
    }
}
