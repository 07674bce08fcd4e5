using System.Runtime.InteropServices;
using AkkaPipeline.Storing;
using AkkaPipeline.Storing.Sqlite;
using Microsoft.Data.Sqlite;
using Xunit;

namespace AkkaPipeline.Host.Tests.Program;

/// <summary>States that are damaged, shared, in use, or none: nothing of them is lost without a word.</summary>
public class DamagedStateTests
{
    private const int Count = 12_000;

    [Fact]
    public async Task Damaged_lines_are_a_failure_and_the_state_stays()
    {
        using StoredJob job = new();
        int confirmed = await job.KillOnceAsync(
            ResumedJob.Lines(Count), queue => queue.Counts.Accepted == Count && queue.Counts.Acked > 0, "all is confirmed, and some done");
        Harm(job.State, "UPDATE bodies SET payload = zeroblob(length(payload)) WHERE body = (SELECT max(body) FROM heads)");

        ProgramEnd end = await job.RunAsync([]);

        Assert.Equal((1, confirmed), (end.Status, end.Account.Produced));
        Assert.True(end.Account.Quarantined > 0 && end.Account.IsBalanced, end.Output);
        Assert.Contains($"{job.State}  (kept, because something in it was damaged; with --restart it starts over)", end.Error, StringComparison.Ordinal);
        Assert.Contains("the state keeps 1 damaged rows", Assert.Single(end.Account.Reasons), StringComparison.Ordinal);
        Assert.Equal(end.Account.Acked, job.OutputLines.Length);
        Assert.Equal(1, job.Look()!.QuarantinedRows);
        Assert.Equal(0, (await job.RunAsync(["another"], options: "--restart")).Status);
        Assert.Equal(["lines.txt"], job.OutputNames);
    }

    [Fact]
    public async Task A_damaged_item_that_waited_for_another_attempt_is_told_where_only_checkpoints_are_kept()
    {
        const string Retrying = "retry { max-attempts = 2, backoff = [2 s], max-delay = 2 s, jitter = none, errors = all }";
        const string Parsing = "type = parse, format = combined-log";
        string[] lines = [.. Enumerable.Range(1, Count).Select(number => number % 100 == 1 ? $"no log line {number}" : LogJob.ValidLine(number))];
        using ResumedJob job = new ResumedJob().With(lines);
        await job.KillOnceAsync(queue => queue.Alone > 3, "some wait for another attempt", Retrying, consume: Parsing);
        Harm(job.State, "UPDATE scheduled SET attempts = 9 WHERE sequence = (SELECT min(sequence) FROM scheduled)");

        ProgramEnd end = await job.RunAsync(Retrying, consume: Parsing);

        Assert.Equal((1, Count, 1), (end.Status, end.Account.Produced, end.Account.Quarantined));
        Assert.True(end.Account.IsBalanced, end.Output);
        Assert.Contains($"the store {job.State}: row ", end.Error, StringComparison.Ordinal);
        Assert.Empty(StoreVerification.Run(job.State).Damage);
    }

    [Fact]
    public async Task The_lines_that_another_pipeline_keeps_in_the_same_file_outlive_a_run_that_succeeds()
    {
        using StoredJob job = new();
        Directory.CreateDirectory(job["out"]);
        var store = new SqliteStore(new SqliteStoreSettings { Path = job.State });
        await store.OpenAsync("other", default);
        var kept = new AcceptedItems(1, new EncodedItems(new CodecName("text", 1), new byte[3], [1, 2, 3]));
        await store.CommitAsync(new StoreBatch { Accepted = [kept], Counts = new StoreCounts(3, 3, 0, 0, 0, 0) }, default);
        await store.CloseAsync(default);

        ProgramEnd end = await job.RunAsync(ResumedJob.Lines(10));
        ProgramEnd again = await job.RunAsync(ResumedJob.Lines(20), options: "--restart");

        Assert.Equal((0, 0, 20), (end.Status, again.Status, again.Account.Acked));
        Assert.Contains($"{job.State}  (kept for the queue other; ", end.Error, StringComparison.Ordinal);
        Assert.Equal(("other", 3L), (job.Look()!.Name, job.Look()!.InRows));
    }

    [Fact]
    public async Task What_is_no_state_is_not_removed_by_restart()
    {
        using StoredJob job = new();
        await File.WriteAllTextAsync(job.State, "somebody's text");

        ProgramEnd end = await job.RunAsync(ResumedJob.Lines(10), options: "--restart");

        Assert.Equal((2, ""), (end.Status, end.Output));
        Assert.Contains($"--restart: {job.State} is no SQLite file", end.Error, StringComparison.Ordinal);
        Assert.Equal("somebody's text", await File.ReadAllTextAsync(job.State));
        Assert.Equal(["lines.txt.state"], job.OutputNames);
    }

    [Fact]
    public async Task A_state_that_cannot_be_removed_is_told_and_the_run_has_succeeded()
    {
        using ResumedJob job = new ResumedJob().With(ResumedJob.Lines(Count));
        using HostProcess program = job.Start(ResumedJob.Slow);
        await program.UntilAsync(() => job.Look() is not null, "the state is there");
        File.Move(job.State, job.State + "-moved");
        Directory.CreateDirectory(job.State);

        ProgramEnd end = await program.EndAsync();

        Assert.Equal((0, Count), (end.Status, end.Account.Acked));
        Assert.Contains($"warning: Cannot remove the state '{job.State}': ", end.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_waits_for_another_says_so_and_hears_a_signal()
    {
        using ResumedJob job = new ResumedJob().With(ResumedJob.Lines(50 * Count));
        using HostProcess first = job.Start(ResumedJob.Slow);
        await first.UntilAsync(() => job.Look() is not null, "the state is there");

        using HostProcess second = job.Start("queue.lock-wait = 1 d");
        string? told = await second.Error.ReadLineAsync().WaitAsync(Patience.Limit);
        second.Signal(PosixSignal.SIGTERM);
        ProgramEnd end = await second.EndAsync();
        first.Signal(PosixSignal.SIGTERM);

        Assert.Contains($"{job.State} is in use by process ", told, StringComparison.Ordinal);
        Assert.EndsWith("waits up to 1 d for it to end (queue.lock-wait)", told, StringComparison.Ordinal);
        Assert.Equal((143, ""), (end.Status, end.Output));
        Assert.Contains("SIGTERM: the run had not begun", end.Error, StringComparison.Ordinal);
        Assert.Equal(143, (await first.EndAsync()).Status);
    }

    private static void Harm(string state, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={state};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // A test's own words.
        command.CommandText = sql;
#pragma warning restore CA2100
        Assert.True(command.ExecuteNonQuery() > 0);
    }
}
