using System.Runtime.InteropServices;
using System.Text.Json;
using Xunit;

namespace AkkaPipeline.Host.Tests.Program;

/// <summary>Runs that were killed or interrupted, and are gone on with by the same command.</summary>
public class ResumeTests
{
    private const int Count = 12_000;

    [Fact]
    public async Task A_run_killed_again_and_again_puts_each_line_out_once()
    {
        using ResumedJob job = new ResumedJob().With(ResumedJob.Lines(Count));
        await job.KillAtLengthAsync(0);
        await job.KillOnceAsync(queue => ResumedJob.Settled(queue) > Count / 8, "an eighth is settled");
        await job.KillAtLengthAsync(Count / 4 * "line 00000\n".Length);
        await job.KillOnceAsync(queue => ResumedJob.Settled(queue) > Count / 2, "half is settled");

        ProgramEnd end = await job.RunAsync();

        Assert.Equal((0, Count, Count), (end.Status, end.Account.Produced, end.Account.Acked));
        Assert.InRange(end.Account.Resumed, Count / 2, Count - 1);
        Assert.Equal(ResumedJob.Lines(Count), job.OutputLines.Order());
        Assert.Equal(["lines.txt"], job.OutputNames);
        Assert.Contains("  resumed ", end.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_killed_before_anything_is_kept_begins_anew()
    {
        using ResumedJob job = new ResumedJob().With(ResumedJob.Lines(Count));
        using (HostProcess program = job.Start(ResumedJob.Slow))
        {
            await program.UntilAsync(() => File.Exists(job.State), "the state is made");
            await program.KillAsync();
        }

        ProgramEnd end = await job.RunAsync();

        Assert.Equal((0, Count), (end.Status, end.Account.Acked));
        Assert.Equal(ResumedJob.Lines(Count), job.OutputLines.Order());
    }

    [Fact]
    public async Task A_run_that_succeeded_leaves_no_state_and_starts_over()
    {
        using ResumedJob job = new ResumedJob().With(ResumedJob.Lines(100));

        Assert.Equal((0, 0L), await StatusAndResumedAsync(job.RunAsync()));
        Assert.Equal(["lines.txt"], job.OutputNames);
        job.With(ResumedJob.Lines(50, from: 7));
        Assert.Equal((0, 0L), await StatusAndResumedAsync(job.RunAsync()));
        Assert.Equal(ResumedJob.Lines(50, from: 7), job.OutputLines.Order());
    }

    [Fact]
    public async Task An_interrupted_run_says_how_to_go_on_and_the_next_one_does()
    {
        using ResumedJob job = new ResumedJob().With(ResumedJob.Lines(Count));
        ProgramEnd interrupted;
        using (HostProcess program = job.Start(ResumedJob.Slow))
        {
            await program.UntilAsync(() => job.Look() is { } queue && ResumedJob.Settled(queue) > 0, "something is settled");
            program.Signal(PosixSignal.SIGTERM);
            interrupted = await program.EndAsync();
        }

        ProgramEnd end = await job.RunAsync();

        Assert.Equal(143, interrupted.Status);
        Assert.True(interrupted.Account.IsBalanced, interrupted.Output);
        Assert.Contains($"{job.State}  (the same command goes on from here; with --restart it starts over)", interrupted.Error, StringComparison.Ordinal);
        Assert.Equal((0, interrupted.Account.Acked), (end.Status, end.Account.Resumed));
        Assert.Equal(ResumedJob.Lines(Count), job.OutputLines.Order());
    }

    [Fact]
    public async Task A_source_that_has_grown_is_gone_on_with()
    {
        using ResumedJob job = new ResumedJob().With(ResumedJob.Lines(Count));
        await job.KillOnceAsync(queue => ResumedJob.Settled(queue) > 0, "something is settled");
        await File.AppendAllLinesAsync(job.Source, ResumedJob.Lines(1_000, from: Count + 1));

        ProgramEnd end = await job.RunAsync();

        Assert.Equal((0, Count + 1_000), (end.Status, end.Account.Produced));
        Assert.Equal(ResumedJob.Lines(Count + 1_000), job.OutputLines.Order());
    }

    [Fact]
    public async Task A_source_that_has_changed_is_refused_with_what_changed_and_restart_starts_over()
    {
        using ResumedJob job = new ResumedJob().With(ResumedJob.Lines(Count));
        await job.KillOnceAsync(queue => ResumedJob.Settled(queue) > 0, "something is settled");
        string[] changed = ["another", .. ResumedJob.Lines(Count)];
        job.With(changed);
        byte[] partial = await File.ReadAllBytesAsync(job.Partial);

        ProgramEnd refused = await job.RunAsync();
        Assert.Equal((1, ""), (refused.Status, refused.Output));
        Assert.Contains($"The source '{job.Source}' has changed since the job began: between bytes 0 and ", refused.Error, StringComparison.Ordinal);
        Assert.Contains("start over with --restart", refused.Error, StringComparison.Ordinal);
        Assert.Equal(partial, await File.ReadAllBytesAsync(job.Partial));

        ProgramEnd restarted = await job.RunAsync(options: "--restart");
        Assert.Equal((0, Count + 1, 0), (restarted.Status, restarted.Account.Acked, restarted.Account.Resumed));
        Assert.Equal(changed.Order(), job.OutputLines.Order());
    }

    [Fact]
    public async Task A_state_that_another_run_uses_is_refused()
    {
        using ResumedJob job = new ResumedJob().With(ResumedJob.Lines(Count));
        using HostProcess first = job.Start(ResumedJob.Slow);
        await first.UntilAsync(() => job.Look() is not null, "the state is there");

        ProgramEnd second = await job.RunAsync("queue.lock-wait = 0 s");

        Assert.Equal((1, ""), (second.Status, second.Output));
        Assert.Contains($"{job.State} is in use by process ", second.Error, StringComparison.Ordinal);
        first.Signal(PosixSignal.SIGTERM);
        Assert.Equal(143, (await first.EndAsync()).Status);
    }

    [Fact]
    public async Task Attempts_and_dead_letters_outlive_a_kill()
    {
        const string Retrying = "retry { max-attempts = 2, backoff = [5 s], max-delay = 5 s, jitter = none, errors = all }";
        const string Parsing = "type = parse, format = combined-log";
        string[] lines = [.. Enumerable.Range(1, Count).Select(number => number % 100 == 1 ? $"no log line {number}" : LogJob.ValidLine(number))];
        using ResumedJob job = new ResumedJob().With(lines);
        await job.KillOnceAsync(queue => queue.Alone > 3 && ResumedJob.Settled(queue) > 500, "some wait for another attempt", Retrying, consume: Parsing);
        await job.KillOnceAsync(queue => queue.Counts.DeadLettered > 3, "some are dead letters", Retrying, consume: Parsing);

        ProgramEnd end = await job.RunAsync(Retrying, consume: Parsing);

        Assert.Equal((0, Count, Count / 100), (end.Status, end.Account.Produced, end.Account.DeadLettered));
        Assert.True(end.Account.IsBalanced && end.Account.Resumed > 0, end.Output);
        Assert.Equal(Count - (Count / 100), job.OutputLines.Distinct().Count());
        Assert.Equal(Count - (Count / 100), job.OutputLines.Length);
        JsonElement[] letters = [.. File.ReadLines(job.Rejected).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(Enumerable.Range(0, Count / 100).Select(index => (100 * index) + 1), letters.Select(letter => letter.GetProperty("line").GetInt32()).Order());
        Assert.All(letters, letter => Assert.Equal(
            (2, 2), (letter.GetProperty("attempts").GetInt32(), letter.GetProperty("history").GetArrayLength())));
    }

    [Fact]
    public async Task By_content_an_edited_list_is_gone_on_with()
    {
        string[] lines = ResumedJob.Lines(Count);
        using ResumedJob job = new ResumedJob().With(lines);
        await job.KillOnceAsync(queue => ResumedJob.Settled(queue) > Count / 4, "a quarter is settled", identity: "content");

        // Inserted, moved and removed: at the front, and among what is not yet done.
        string[] edited = [.. ResumedJob.Lines(100, from: 50_001), .. lines[10..].Reverse().Where((_, index) => index % 50 != 0)];
        job.With(edited);
        await job.KillOnceAsync(queue => ResumedJob.Settled(queue) > Count / 2, "half is settled", identity: "content");
        string[] again = [.. edited.Order(), "the last"];
        job.With(again);
        ProgramEnd end = await job.RunAsync(identity: "content");

        string[] output = job.OutputLines;
        Assert.Equal((0, output.Length), (end.Status, end.Account.Acked));
        Assert.InRange(end.Account.Resumed, Count / 2, output.Length - 1);
        Assert.Equal(output.Length, output.Distinct().Count());
        Assert.Empty(again.Except(output));
        Assert.Empty(output.Except(again).Except(lines));
        Assert.Equal(["lines.txt"], job.OutputNames);
    }

    private static async Task<(int Status, long Resumed)> StatusAndResumedAsync(Task<ProgramEnd> run)
    {
        ProgramEnd end = await run;
        return (end.Status, end.Account.Resumed);
    }
}
