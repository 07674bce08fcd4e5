using Xunit;

namespace AkkaPipeline.Host.Tests.Program;

/// <summary>What the user has written under <c>akka</c>, as a run of the program takes it.</summary>
public class AkkaSectionTests
{
    private const string NoSystem = "akka.actor.provider = nonsense";

    [Fact]
    public async Task A_run_that_Akka_is_to_end_is_refused_before_a_file_is_touched()
    {
        using LogJob job = new LogJob(more: "queue.durability = none").WithSource(LogJob.ValidLines(1));
        await File.AppendAllTextAsync(job.Configuration, "\nakka.coordinated-shutdown.exit-clr = on");
        await File.WriteAllTextAsync(job.Rejected, "earlier");

        ProgramEnd end = await job.RunAsync();

        Assert.Equal((2, ""), (end.Status, end.Output));
        Assert.StartsWith($"{job.Configuration}:8:38: akka.coordinated-shutdown.exit-clr = \"on\": ", end.Error, StringComparison.Ordinal);
        Assert.Equal(["rejected.jsonl"], job.OutputNames);
    }

    [Fact]
    public async Task A_system_that_cannot_start_leaves_the_files_of_an_earlier_run()
    {
        using LogJob job = new LogJob(more: "queue.durability = none").WithSource(LogJob.ValidLines(1));
        await File.AppendAllTextAsync(job.Configuration, "\n" + NoSystem);
        await File.WriteAllTextAsync(job.Rejected, "earlier");
        await File.WriteAllTextAsync(job.Partial, "earlier");

        ProgramEnd end = await job.RunAsync();

        Assert.Equal((2, ""), (end.Status, end.Output));
        Assert.StartsWith($"{job.Configuration}:8:6: akka: the actor system does not start", end.Error, StringComparison.Ordinal);
        Assert.Equal(["access.jsonl.partial", "rejected.jsonl"], job.OutputNames);
        Assert.Equal("earlier", await File.ReadAllTextAsync(job.Rejected));
        Assert.Equal("earlier", await File.ReadAllTextAsync(job.Partial));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_system_that_cannot_start_is_told_though_the_source_is_at_fault_too(bool isPipe)
    {
        using var job = new LogJob(more: "queue.durability = checkpoint");
        if (isPipe)
        {
            job.WithFifoSource();
        }

        await File.AppendAllTextAsync(job.Configuration, "\n" + NoSystem);

        ProgramEnd end = await job.RunAsync();

        Assert.Equal(2, end.Status);
        Assert.Contains("akka: the actor system does not start", end.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(NoSystem, true, 2)]
    [InlineData("", false, 1)]
    public async Task A_restart_that_cannot_begin_leaves_the_state_of_the_earlier_run(string akka, bool hasSource, int status)
    {
        using ResumedJob job = new ResumedJob().With(ResumedJob.Lines(20_000));
        await job.KillOnceAsync(queue => ResumedJob.Settled(queue) > 0, "lines are settled");
        long settled = ResumedJob.Settled(job.Look()!);
        job.Beside = akka;
        if (!hasSource)
        {
            File.Delete(job.Source);
        }

        ProgramEnd end = await job.RunAsync("queue.durability = checkpoint", options: "--restart");

        Assert.Equal((status, ""), (end.Status, end.Output));
        Assert.Equal(settled, ResumedJob.Settled(job.Look()!));
        Assert.True(File.Exists(job.Partial));
    }

    [Fact]
    public async Task The_user_s_loggers_hear_what_the_program_tells()
    {
        using LogJob job = new LogJob(allow: "1").WithSource($"{LogJob.ValidLine(1)}\nno line of a log");
        await File.AppendAllTextAsync(job.Configuration, "\nakka { loglevel = INFO, loggers = [\"Akka.Event.DefaultLogger\"] }");

        ProgramEnd end = await job.RunAsync();

        Assert.Equal(0, end.Status);
        Assert.Contains("akka-pipeline: note: log: item 2 is a dead letter", end.Error, StringComparison.Ordinal);
        Assert.Contains(end.Output.Split('\n'), line => line.StartsWith("[INFO]", StringComparison.Ordinal) && line.Contains("log: item 2 is a dead letter", StringComparison.Ordinal));
        Assert.StartsWith("{\"pipeline\":\"log\"", end.Output.TrimEnd('\n').Split('\n')[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_logger_that_there_is_not_is_status_2()
    {
        using LogJob job = new LogJob().WithSource(LogJob.ValidLines(1));
        await File.AppendAllTextAsync(job.Configuration, "\nakka.loggers = [\"No.Such.Logger, nowhere\"]");

        ProgramEnd end = await job.RunAsync();

        Assert.Equal((2, ""), (end.Status, end.Output));
        Assert.Contains("No.Such.Logger", end.Error, StringComparison.Ordinal);
        Assert.Empty(job.OutputNames);
    }
}
