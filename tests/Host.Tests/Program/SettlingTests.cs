using System.Text.Json;
using Xunit;

namespace AkkaPipeline.Host.Tests.Program;

/// <summary>Retries, keys, rates, batches and halting, as the program's users see them.</summary>
public class SettlingTests
{
    private const string Rejected = "no log line";

    [Fact]
    public async Task A_failing_line_is_tried_again_and_its_dead_letter_tells_each_attempt()
    {
        using LogJob job = new LogJob(allow: "all", more: "retry { max-attempts = 3, backoff = none, errors = all }")
            .WithSource($"{LogJob.ValidLine(1)}\n{Rejected}\n");

        ProgramEnd end = await job.RunAsync();

        Assert.Equal((0, 2L), (end.Status, end.Account.Retried));
        Assert.Contains("  retried                    2  (failed attempts that were followed by another)", end.Error, StringComparison.Ordinal);
        JsonElement letter = JsonDocument.Parse(Assert.Single(job.RejectedLines)).RootElement;
        Assert.Equal((3, "attempts-used-up"), (letter.GetProperty("attempts").GetInt32(), letter.GetProperty("cause").GetString()));
        Assert.Equal([1, 2, 3], letter.GetProperty("history").EnumerateArray().Select(attempt => attempt.GetProperty("attempt").GetInt32()));
    }

    [Fact]
    public async Task A_line_that_would_fail_the_same_way_again_is_not_tried_again()
    {
        using LogJob job = new LogJob(allow: "all", more: "retry { max-attempts = 3, first-delay = 1 h, max-delay = 1 h }").WithSource(Rejected);

        ProgramEnd end = await job.RunAsync();

        Assert.Equal((0, 0L), (end.Status, end.Account.Retried));
        Assert.Contains("\"cause\":\"not-retried\"", Assert.Single(job.RejectedLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_of_a_key_come_out_in_their_order()
    {
        using LogJob job = new LogJob(consumers: 8, more: "in-order-by { field = 1 }")
            .WithSource(string.Concat(Enumerable.Range(1, 4_000).Select(number => Line($"host{number % 7}", number) + "\n")));

        ProgramEnd end = await job.RunAsync();

        Assert.Equal((0, 4_000L), (end.Status, end.Account.Acked));
        IEnumerable<(string Host, int Number)> written = job.OutputLines.Select(line => JsonDocument.Parse(line).RootElement)
            .Select(line => (line.GetProperty("host").GetString()!, line.GetProperty("bytes").GetInt32()));
        Assert.All(written.GroupBy(line => line.Host), lines => Assert.Equal(lines.Order(), lines));
    }

    [Fact]
    public async Task What_follows_a_failed_line_of_a_parked_key_is_rejected_unrun()
    {
        using LogJob job = new LogJob(allow: "all", more: "in-order-by { field = 1, on-failure = park }")
            .WithSource($"{Line("a", 1)}\na {Rejected}\n{Line("b", 2)}\n{Line("a", 3)}\n");

        ProgramEnd end = await job.RunAsync();

        Assert.Equal((0, 2L, 2L), (end.Status, end.Account.Acked, end.Account.DeadLettered));
        Assert.Equal(
            [(2, 1, "attempts-used-up", "a"), (4, 0, "key-parked", "a")],
            job.RejectedLines.Select(line => JsonDocument.Parse(line).RootElement).Select(letter => (
                letter.GetProperty("line").GetInt32(),
                letter.GetProperty("attempts").GetInt32(),
                letter.GetProperty("cause").GetString()!,
                letter.GetProperty("key").GetString()!)));
    }

    [Fact]
    public async Task A_run_that_waits_behind_a_halted_key_ends_as_stalled_and_says_which()
    {
        using LogJob job = new LogJob(allow: "all", more: "in-order-by { field = 1, on-failure = halt }")
            .WithSource($"{Line("a", 1)}\na {Rejected}\n{Line("b", 2)}\n{Line("a", 3)}\n");

        ProgramEnd end = await job.RunAsync();

        Assert.Equal((1, "stalled"), (end.Status, end.Account.Outcome));
        Assert.Equal((2L, 1L, 1L), (end.Account.Acked, end.Account.DeadLettered, end.Account.Released));
        Assert.True(end.Account.IsBalanced);
        Assert.Contains("1 halted key, a", Assert.Single(end.Account.Reasons), StringComparison.Ordinal);
        Assert.Contains("  because        ", end.Error, StringComparison.Ordinal);
        Assert.Equal(["access.jsonl.partial", "access.jsonl.state", "access.jsonl.state.lock", "rejected.jsonl"], job.OutputNames);
    }

    [Fact]
    public async Task A_run_with_too_many_failures_halts_is_status_1_and_its_output_is_not_in_place()
    {
        using LogJob job = new LogJob(allow: "all", more: "halt { failures = 2 }").WithFifoSource();
        using HostProcess program = job.Start();
        using Fifo source = await Fifo.OpenToWriteAsync(job.Source);
        await source.WriteAsync((byte[])[.. LogJob.ValidLines(10), .. "no log line\nno log line\n"u8]);

        ProgramEnd end = await program.EndAsync();

        Assert.Equal((1, "halted"), (end.Status, end.Account.Outcome));
        Assert.Equal("soon after 2 failures", Assert.Single(end.Account.Reasons));
        Assert.Contains("(not whole)", end.Error, StringComparison.Ordinal);
        Assert.True(end.Account.IsBalanced);
        Assert.Equal(["access.jsonl.partial", "rejected.jsonl"], job.OutputNames);
    }

    [Fact]
    public async Task A_run_with_as_many_successes_as_are_wanted_halts_is_status_0_and_its_output_is_in_place()
    {
        using LogJob job = new LogJob(more: "halt { successes = 10 }").WithFifoSource();
        using HostProcess program = job.Start();
        using Fifo source = await Fifo.OpenToWriteAsync(job.Source);
        await source.WriteAsync(LogJob.ValidLines(10));

        ProgramEnd end = await program.EndAsync();

        Assert.Equal((0, "halted"), (end.Status, end.Account.Outcome));
        Assert.Equal("soon after 10 successes", Assert.Single(end.Account.Reasons));
        Assert.Equal(["access.jsonl"], job.OutputNames);
        Assert.Equal(10, job.OutputLines.Length);
    }

    [Fact]
    public async Task Batches_of_a_few_lines_a_breaker_and_a_high_rate_change_nothing_in_what_is_written()
    {
        using LogJob job = new LogJob(more: """
            sink.batch { items = 3, bytes = 1 KiB, time = 10 ms }
              sink.breaker { failure-ratio = 0.5 }
              rate { items = 1000000, burst = 100 }
            """).WithSource(LogJob.ValidLines(500));

        ProgramEnd end = await job.RunAsync();

        Assert.Equal((0, 500L, 500), (end.Status, end.Account.Acked, job.OutputLines.Length));
    }

    /// <summary>A line that parses, of some host.</summary>
    private static string Line(string host, int number) => host + LogJob.ValidLine(number)["192.0.2.1".Length..];
}
