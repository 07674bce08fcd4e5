using System.Text;
using System.Text.Json;
using Akka.Actor;
using AkkaPipeline.Host.Configuration;
using AkkaPipeline.Host.Running;
using AkkaPipeline.Host.Sources;
using AkkaPipeline.Host.Tests.Program;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Host.Tests.Running;

/// <summary>A configured pipeline on a clock that stands still until a test moves it.</summary>
public sealed class ConfiguredPipelineTests : IDisposable
{
    private readonly ActorSystem system = ActorSystem.Create("configured-pipeline", "akka.loglevel = OFF");
    private readonly FakeTimeProvider clock = new();
    private readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        system.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task At_a_rate_of_one_line_a_minute_each_minute_lets_a_line_through()
    {
        RunningPipeline<LogLine> running = await StartAsync("rate { items = 1, per = 1 m }", LogJob.ValidLines(3));

        await UntilAsync(running, counts => counts is { Acked: 1, Queued: 2 });
        ItemExplanation second = await running.ExplainAsync(2);
        Assert.Equal(clock.GetUtcNow() + TimeSpan.FromMinutes(1), second.Due);
        clock.Advance(TimeSpan.FromMinutes(1));
        await UntilAsync(running, counts => counts is { Acked: 2, Queued: 1 });
        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(3, (await running.CompleteAsync().AsTask().WaitAsync(Patience.Limit)).Acked);
    }

    [Fact]
    public async Task Each_key_has_the_rate_of_its_own_that_is_configured()
    {
        RunningPipeline<LogLine> running = await StartAsync(
            "in-order-by { field = 1, rate { items = 1, per = 1 m } }",
            Encoding.ASCII.GetBytes($"a{LogJob.ValidLine(1)}\na{LogJob.ValidLine(2)}\nb{LogJob.ValidLine(3)}\n"));

        await UntilAsync(running, counts => counts is { Acked: 2, Queued: 1 });
        Assert.Contains("used up its rate", (await running.ExplainAsync(2)).Text, StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(3, (await running.CompleteAsync().AsTask().WaitAsync(Patience.Limit)).Acked);
    }

    [Fact]
    public async Task A_line_of_a_key_waits_while_one_before_it_backs_off_and_lines_of_other_keys_do_not()
    {
        RunningPipeline<LogLine> running = await StartAsync(
            """
            retry { max-attempts = 2, backoff = [10 m], max-delay = 10 m, jitter = none, errors = all }
            in-order-by { field = 1 }
            dead-letters { path = rejected.jsonl, allow = all }
            """,
            Encoding.ASCII.GetBytes($"a is cut\n{Keyed("a", 1)}\n{Keyed("b", 2)}\n"));

        await UntilAsync(running, counts => counts is { Acked: 1, Scheduled: 1, Queued: 1 });
        ItemExplanation first = await running.ExplainAsync(1);
        Assert.Equal((ItemStanding.Scheduled, clock.GetUtcNow() + TimeSpan.FromMinutes(10)), (first.Standing, first.Due));
        Assert.Equal(1, (await running.ExplainAsync(2)).KeyHeldBy);
        clock.Advance(TimeSpan.FromMinutes(10));
        Settlement settlement = await running.CompleteAsync().AsTask().WaitAsync(Patience.Limit);

        Assert.Equal((2, 1, 1), (settlement.Acked, settlement.DeadLettered, settlement.Retried));
        JsonElement letter = JsonDocument.Parse(Assert.Single(await File.ReadAllLinesAsync(folder["rejected.jsonl"]))).RootElement;
        DateTimeOffset[] attempts = [.. letter.GetProperty("history").EnumerateArray().Select(attempt => attempt.GetProperty("at").GetDateTimeOffset())];
        Assert.Equal(TimeSpan.FromMinutes(10), attempts[1] - attempts[0]);
    }

    private static string Keyed(string key, int number) => key + LogJob.ValidLine(number)["192.0.2.1".Length..];

    private static Task UntilAsync(RunningPipeline<LogLine> running, Func<QueueCounts, bool> condition) =>
        Patience.UntilAsync(async () => condition(await running.Queue.CountsAsync()), "the counts are as expected");

    private async Task<RunningPipeline<LogLine>> StartAsync(string more, byte[] lines)
    {
        await File.WriteAllBytesAsync(folder["in.log"], lines);
        await File.WriteAllTextAsync(folder["job.conf"], $$"""
            akka-pipeline.pipelines.log {
              source { type = file, path = in.log }
              consume { type = parse, format = combined-log }
              sink { type = file, path = out.jsonl }
              {{more}}
            }
            """);
        var configuration = ProgramConfiguration.Load(folder["job.conf"], out string faults);
        Assert.Equal("", faults);
        PipelineSettings settings = configuration!.Pipelines[0];
        var state = JobState.Of(settings);
        return await ConfiguredPipeline.Of(system, settings, PipelineParts.Open(settings, state), state).Clock(clock).StartAsync();
    }
}
