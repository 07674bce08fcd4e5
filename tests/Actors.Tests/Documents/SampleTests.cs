using Xunit;

namespace AkkaPipeline.Tests.Documents;

/// <summary>The samples that the documents show, run from start to end.</summary>
public sealed class SampleTests
{
    [Fact]
    public async Task The_READMEs_program_prints_what_the_README_says()
    {
        var lines = await SampleProcess.RunAsync("Readme");

        Assert.Contains("1000 of 1000 items done, sum 333833500", lines);
        Assert.Contains("1000 of 1000 items done, sum 333833500", Repository.Read("README.md"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_form_of_the_asyncio_program_does_all_items()
    {
        var lines = await SampleProcess.RunAsync("ComingFromAsyncio");

        Assert.Contains("join and cancel: 1000 items done", lines);
        Assert.Contains("shut down: 1000 items done", lines);
        Assert.Contains("pool: 1000 items done, 1000 of 1000 acked", lines);
    }

    [Fact]
    public async Task A_thousand_consumers_await_at_once_and_as_many_compute_as_there_are_cores()
    {
        var lines = await SampleProcess.RunAsync("ConcurrencyAndParallelism");

        var cores = Environment.ProcessorCount;
        Assert.Equal(
            [
                $"concurrency: 1000 consumers await on {cores} cores",
                "  items done                  1000",
                "  in progress at once         1000",
                $"parallelism: {cores} consumers compute on threads of their own",
                $"  items done                  {10 * cores}",
                $"  in progress at once         {cores}",
            ],
            lines.Where(line => line.Contains(" consumers ", StringComparison.Ordinal) && line[0] != ' '
                || line.StartsWith("  items done ", StringComparison.Ordinal)
                || line.StartsWith("  in progress ", StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.StartsWith("  took ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("  cores busy ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("  a second pipeline answered ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_programs_of_the_guide_to_failures_print_what_it_says()
    {
        var lines = await SampleProcess.RunAsync("Failures");

        Assert.Equal(
            [
                "outcomes: 4 acked, 3 dead-lettered, 3 retried",
                "  unknown: Rejected, no customer has this number, attempts 1",
                "  unreadable: NotRetried, it is no number, attempts 1",
                "  gone: Rejected, the shop has no order 'gone', attempts 1",
                "dead letters: 10 of the database, 11 in all",
                "  System.TimeoutException: the database does not answer",
                "  10 requeued, 1 dropped, 99 of 100 acked",
                "keys: anna is halted, 1 of its items wait",
                "  item 4: queued behind 0 items; its key anna is halted since item 2 failed",
                "  4 acked, in order: anna 1, anna 2, anna 3",
                "limits: 50 acked, 1 retried",
                "timeouts: 1 acked, 2 dead-lettered, 1 abandoned",
                "  0 abandoned, 1 refused",
                "halting: Halted, soon after 10 % failures (of at least 100 items)",
                "",
            ],
            lines);
        Assert.Contains(string.Join('\n', lines.Skip(7).Take(3)), Repository.Read("docs/failures.md"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_outbox_and_the_parcels_of_the_guide_to_durability_lose_and_double_nothing()
    {
        var lines = await SampleProcess.RunAsync("Durability");

        Assert.Equal(
            ["order-1: Accepted", "order-2: Accepted", "order-2: Duplicate", "order-3: Accepted", "3 shipped of 3 accepted", "10 orders packed, 20 parcels shipped", ""], lines);
        Assert.Contains(string.Join('\n', lines.SkipLast(2)), Repository.Read("docs/durability.md"), StringComparison.Ordinal);
        Assert.Contains($"`{lines[^2]}`", Repository.Read("docs/durability.md"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_worker_of_the_guide_to_hosting_sends_what_can_be_sent()
    {
        var lines = await SampleProcess.RunAsync("Worker");

        Assert.Contains("item 13 is a dead letter", Assert.Single(lines, line => line.Contains("dead letter", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(["99 sent, 1 dead-lettered, 1 retried", ""], lines.TakeLast(2));
        Assert.Contains(lines[^2], Repository.Read("docs/hosting.md"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pipeline_of_the_guide_to_hosting_lives_beside_a_users_actors()
    {
        var lines = await SampleProcess.RunAsync("ExistingAkka");

        Assert.Equal(10, lines.Count(line => line.EndsWith(": taken", StringComparison.Ordinal)));

        // Akka's own log, with a line for each dead letter, comes in between.
        var account = Assert.Single(lines, line => line.StartsWith("orders: 7", StringComparison.Ordinal));
        Assert.Equal("orders: 7 acked, 3 dead-lettered", account);
        Assert.Contains(account, Repository.Read("docs/hosting.md"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tests_of_the_guide_to_testing_hold()
    {
        var lines = await SampleProcess.RunAsync("Testing");

        Assert.Equal(["2 retries in 20 minutes, none of them waited for", ""], lines);
        Assert.Contains(lines[0], Repository.Read("docs/testing.md"), StringComparison.Ordinal);
    }
}
