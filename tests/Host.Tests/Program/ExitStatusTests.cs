using System.Text.Json;
using Xunit;

namespace AkkaPipeline.Host.Tests.Program;

public class ExitStatusTests
{
    private const string TwoRejects = "not a log line\n192.0.2.1 - - cut o";

    [Fact]
    public async Task All_acked_is_status_0()
    {
        using LogJob job = new LogJob().WithSource(LogJob.ValidLines(100));

        ProgramEnd end = await job.RunAsync();

        Assert.Equal(0, end.Status);
        Assert.Equal((100, 100, 0, 0), (end.Account.Produced, end.Account.Acked, end.Account.DeadLettered, end.Account.Released));
        Assert.Equal(100, job.OutputLines.Length);
    }

    [Theory]
    [InlineData("0", 3)]
    [InlineData("1", 3)]
    [InlineData("2", 0)]
    [InlineData("3", 0)]
    [InlineData("all", 0)]
    public async Task Two_dead_letters_are_status_3_where_fewer_are_allowed_and_the_output_is_in_place(string allow, int status)
    {
        using LogJob job = new LogJob(allow).WithSource($"{LogJob.ValidLine(1)}\n{LogJob.ValidLine(2)}\n{TwoRejects}");

        ProgramEnd end = await job.RunAsync();

        Assert.Equal(status, end.Status);
        Assert.Equal((4, 2, 2, 0), (end.Account.Produced, end.Account.Acked, end.Account.DeadLettered, end.Account.Released));
        Assert.Equal(["access.jsonl", "rejected.jsonl"], job.OutputNames);
        Assert.Equal((2, 2), (job.OutputLines.Length, job.RejectedLines.Length));
    }

    [Fact]
    public async Task The_account_is_one_object_on_the_last_line_with_exactly_its_keys()
    {
        using LogJob job = new LogJob(allow: "all").WithSample(5000);

        ProgramEnd end = await job.RunAsync();

        Assert.Equal(end.Output.IndexOf('\n', StringComparison.Ordinal), end.Output.Length - 1);
        JsonElement json = JsonDocument.Parse(end.Output).RootElement;
        Assert.Equal(
            [
                "pipeline", "produced", "acked", "deadLettered", "released", "elapsedSeconds",
                "outcome", "dropped", "retried", "refused", "resumed", "quarantined", "reasons", "haltedKeys",
            ],
            json.EnumerateObject().Select(property => property.Name));
        Assert.All(json.EnumerateObject().Skip(1).Take(5), property => Assert.Equal(JsonValueKind.Number, property.Value.ValueKind));
        Assert.Equal("log", end.Account.Pipeline);
        Assert.Equal(5000, end.Account.Produced);
        Assert.Equal((job.OutputLines.Length, job.RejectedLines.Length), (end.Account.Acked, end.Account.DeadLettered));
        Assert.True(end.Account.IsBalanced);
    }

    [Fact]
    public async Task A_wrong_configuration_is_status_2_with_each_fault_s_place_and_nothing_is_touched()
    {
        using LogJob job = new LogJob(more: "drian-timeout = 5 s").WithSource(LogJob.ValidLines(1));
        await File.WriteAllTextAsync(job.Output, "earlier");
        await File.WriteAllTextAsync(job.Rejected, "earlier");

        ProgramEnd end = await job.RunAsync();

        Assert.Equal((2, ""), (end.Status, end.Output));
        Assert.StartsWith($"{job.Configuration}:6:3: ", end.Error, StringComparison.Ordinal);
        Assert.Contains("drian-timeout", end.Error, StringComparison.Ordinal);
        Assert.Equal(["access.jsonl", "rejected.jsonl"], job.OutputNames);
        Assert.Equal("earlier", await File.ReadAllTextAsync(job.Rejected));
    }

    [Fact]
    public async Task Two_pipelines_in_a_file_are_status_2_and_named()
    {
        using LogJob job = new LogJob().WithSource(LogJob.ValidLines(1));
        await File.AppendAllTextAsync(job.Configuration, """

            akka-pipeline.pipelines.second = ${akka-pipeline.pipelines.log} {
              sink.path = "out/second.jsonl", dead-letters.path = "out/second-rejected.jsonl"
            }
            """);

        ProgramEnd end = await job.RunAsync();

        Assert.Equal(2, end.Status);
        Assert.Contains("2 pipelines (log, second)", end.Error, StringComparison.Ordinal);
        Assert.Empty(job.OutputNames);
    }

    [Theory]
    [InlineData]
    [InlineData("run")]
    [InlineData("run", "a.conf", "b.conf")]
    [InlineData("run", "a.conf", "--jason")]
    [InlineData("sample", "access-log")]
    [InlineData("sample", "access-log", "--lines", "many")]
    [InlineData("run", "no-such-file.conf")]
    public async Task Wrong_usage_is_status_2_and_goes_to_stderr(params string[] arguments)
    {
        using var program = HostProcess.Start(arguments);

        ProgramEnd end = await program.EndAsync();

        Assert.Equal((2, ""), (end.Status, end.Output));
        Assert.NotEmpty(end.Error);
    }

    [Fact]
    public async Task A_missing_source_is_status_1_and_leaves_earlier_outputs_alone()
    {
        using var job = new LogJob();
        await File.WriteAllTextAsync(job.Output, "earlier");
        await File.WriteAllTextAsync(job.Rejected, "earlier");

        ProgramEnd end = await job.RunAsync();

        Assert.Equal((1, ""), (end.Status, end.Output));
        Assert.StartsWith($"akka-pipeline: The source '{job.Source}' does not exist.", end.Error, StringComparison.Ordinal);
        Assert.Matches(@"\(.*\.conf:\d+:\d+: akka-pipeline\.pipelines\.[a-z-]+\.source\.path\)\n$", end.Error);
        Assert.Equal(["access.jsonl", "rejected.jsonl"], job.OutputNames);
        Assert.Equal("earlier", await File.ReadAllTextAsync(job.Output));
        Assert.Equal("earlier", await File.ReadAllTextAsync(job.Rejected));
    }

    [Fact]
    public async Task An_output_that_cannot_be_made_is_status_1_and_leaves_earlier_dead_letters_alone()
    {
        using LogJob job = new LogJob(more: """sink.path = "access.log/out.jsonl" """).WithSource(LogJob.ValidLines(1));
        await File.WriteAllTextAsync(job.Rejected, "earlier");

        ProgramEnd end = await job.RunAsync();

        Assert.Equal((1, ""), (end.Status, end.Output));
        Assert.StartsWith("akka-pipeline: ", end.Error, StringComparison.Ordinal);
        Assert.Contains($"{job.Source}/out.jsonl", end.Error.Split('\n')[0], StringComparison.Ordinal);
        Assert.Matches(@"\.conf:\d+:\d+: akka-pipeline\.pipelines\.[a-z-]+\.sink\.path\)\n$", end.Error);
        Assert.Equal("earlier", await File.ReadAllTextAsync(job.Rejected));
    }
}
