using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Xunit;

namespace AkkaPipeline.Host.Tests.Program;

/// <summary>Lines that can be read once, and are kept in a store until they are settled: <c>queue.durability = full</c>.</summary>
public class StoredInputTests
{
    private const int Count = 12_000;

    [Fact]
    public async Task What_was_read_and_confirmed_outlives_kills_and_comes_out_once()
    {
        using StoredJob job = new();
        string[] lines = ResumedJob.Lines(Count);
        var random = new Random(20_260_804);
        int confirmed = 0;
        for (int kills = 0; kills < 8; kills++)
        {
            // More is confirmed, more is done, or more is written: each is a moment of its own.
            long step = random.Next(1, Count / 10);
            long accepted = confirmed + step;
            long acked = (job.Look()?.Counts.Acked ?? 0) + step;
            long written = job.PartialLines + step;
            int moment = random.Next(3);
            confirmed += await job.KillOnceAsync(
                lines[confirmed..],
                queue => moment == 0 ? queue.Counts.Accepted >= accepted
                    : moment == 1 ? queue.Counts.Acked >= Math.Min(acked, Count)
                    : job.PartialLines >= Math.Min(written, Count),
                $"{step} more lines",
                queue: $"durability = full, capacity = {random.Next(100, 2_000)}");
        }

        ProgramEnd end = await job.RunAsync(lines[confirmed..]);

        Assert.Equal((0, Count, Count), (end.Status, end.Account.Produced, end.Account.Acked));
        Assert.True(end.Account.IsBalanced && end.Account.Resumed > 0, end.Output);
        Assert.Equal(lines, job.OutputLines.Order());
        Assert.Equal(["lines.txt"], job.OutputNames);
    }

    [Fact]
    public async Task What_is_left_is_worked_first_and_without_new_input_too()
    {
        using StoredJob job = new();
        int confirmed = await job.KillOnceAsync(
            ResumedJob.Lines(Count), queue => queue.Counts.Accepted == Count && queue.Counts.Acked > 0, "all is confirmed, and some done");
        Assert.Equal(Count, confirmed);

        ProgramEnd end = await job.RunAsync([]);

        Assert.Equal((0, Count, Count), (end.Status, end.Account.Produced, end.Account.Acked));
        Assert.InRange(end.Account.Resumed, 1, Count - 1);
        Assert.Equal(ResumedJob.Lines(Count), job.OutputLines.Order());
        Assert.Equal(["lines.txt"], job.OutputNames);
        Assert.Equal((0, 0L), await StatusAndResumedAsync(job.RunAsync(ResumedJob.Lines(10))));
        Assert.Equal(ResumedJob.Lines(10), job.OutputLines.Order());
    }

    [Fact]
    public async Task An_interrupted_run_keeps_what_it_has_read_and_says_how_to_go_on()
    {
        using StoredJob job = new();
        ProgramEnd interrupted;
        using (HostProcess program = job.Start(ResumedJob.Slow))
        {
            await program.WriteInputAsync(StoredJob.Text(ResumedJob.Lines(Count)), ends: false);
            await program.UntilAsync(() => job.Look() is { Counts.Acked: > 0 }, "something is done");
            program.Signal(PosixSignal.SIGTERM);
            interrupted = await program.EndAsync();
        }

        Assert.Equal(143, interrupted.Status);
        Assert.True(interrupted.Account.IsBalanced, interrupted.Output);
        Assert.Contains(
            $"{job.State}  (the same command works what is left here, then what its input brings; with --restart it starts over)",
            interrupted.Error,
            StringComparison.Ordinal);
        Assert.Equal((Count, interrupted.Account.Released), (interrupted.Account.Produced, job.Look()!.Counts.Left));

        ProgramEnd end = await job.RunAsync(ResumedJob.Lines(100, from: Count + 1));

        Assert.Equal((0, interrupted.Account.Acked), (end.Status, end.Account.Resumed));
        Assert.Equal(ResumedJob.Lines(Count + 100), job.OutputLines.Order());
    }

    [Fact]
    public async Task An_interrupted_run_loses_nothing_of_what_it_took_from_a_pipe()
    {
        const string FromPipe = "type = file, path = \"pipe\"";
        const string SmallQueue = "durability = full, capacity = 100";
        using StoredJob job = new();
        LibC.MakeFifo(job["pipe"]);
        ProgramEnd end;
        var pipe = new FileStream(job["pipe"], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        await using (pipe.ConfigureAwait(false))
        {
            var writing = Task.Run(() => pipe.Write(Encoding.UTF8.GetBytes(StoredJob.Text(ResumedJob.Lines(Count)))));
            for (int part = 1; part < 4; part++)
            {
                long before = job.Look()?.Counts.Acked ?? 0;
                using HostProcess program = job.Start(ResumedJob.Slow, FromPipe, SmallQueue);
                await program.UntilAsync(() => job.Look() is { } queue && queue.Counts.Acked > before + 100, "more are done");
                program.Signal(PosixSignal.SIGTERM);
                end = await program.EndAsync();
                Assert.Equal(143, end.Status);
                Assert.InRange(end.Account.Released, 1, Count);
            }

            using HostProcess last = job.Start(source: FromPipe, queue: SmallQueue);
            await writing.WaitAsync(Patience.Limit);
            await last.UntilAsync(() => last.HasOpen(job["pipe"]), "it reads the pipe");
            await pipe.DisposeAsync();
            end = await last.EndAsync();
        }

        Assert.Equal((0, Count), (end.Status, end.Account.Acked));
        Assert.Equal(ResumedJob.Lines(Count), job.OutputLines.Order());
    }

    [Fact]
    public async Task Attempts_and_dead_letters_outlive_a_kill()
    {
        const string Retrying = "retry { max-attempts = 2, backoff = [5 s], max-delay = 5 s, jitter = none, errors = all }";
        const string Parsing = "type = parse, format = combined-log";
        string[] lines = [.. Enumerable.Range(1, Count).Select(number => number % 100 == 1 ? $"no log line {number}" : LogJob.ValidLine(number))];
        using StoredJob job = new();
        int confirmed = await job.KillOnceAsync(
            lines, queue => queue.Alone > 3 && queue.Counts.Acked > 500, "some wait for another attempt", $"{ResumedJob.Slow}\n{Retrying}", consume: Parsing);
        confirmed += await job.KillOnceAsync(
            lines[confirmed..], queue => queue.Counts.DeadLettered > 3, "some are dead letters", $"{ResumedJob.Slow}\n{Retrying}", consume: Parsing);

        ProgramEnd end = await job.RunAsync(lines[confirmed..], Retrying, consume: Parsing);

        Assert.Equal((0, Count, Count / 100), (end.Status, end.Account.Produced, end.Account.DeadLettered));
        Assert.True(end.Account.IsBalanced && end.Account.Resumed > 0, end.Output);
        Assert.Equal(Count - (Count / 100), job.OutputLines.Distinct().Count());
        Assert.Equal(Count - (Count / 100), job.OutputLines.Length);
        JsonElement[] letters = [.. File.ReadLines(job.Rejected).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(Count / 100, letters.Select(letter => letter.GetProperty("raw").GetString()).Distinct().Count());
        Assert.Equal(Count / 100, letters.Length);
        Assert.All(letters, letter => Assert.Equal(
            (2, 2), (letter.GetProperty("attempts").GetInt32(), letter.GetProperty("history").GetArrayLength())));
    }

    [Fact]
    public async Task A_file_whose_lines_are_kept_is_read_on_where_it_was()
    {
        using StoredJob job = new();
        await File.WriteAllLinesAsync(job["in.txt"], ResumedJob.Lines(Count));
        for (int part = 1; part < 4; part++)
        {
            using HostProcess program = job.Start(ResumedJob.Slow, FromFile, "durability = full, capacity = 1000");
            await program.UntilAsync(() => job.Look() is { } queue && queue.Counts.Acked > part * Count / 5, "more is done");
            await program.KillAsync();
        }

        using HostProcess last = job.Start(source: FromFile);
        ProgramEnd end = await last.EndAsync();

        Assert.Equal((0, Count, Count), (end.Status, end.Account.Produced, end.Account.Acked));
        Assert.Equal(ResumedJob.Lines(Count), job.OutputLines.Order());
        Assert.Equal(["lines.txt"], job.OutputNames);
    }

    [Fact]
    public async Task A_state_of_another_kind_is_refused_and_restart_starts_over()
    {
        using StoredJob job = new();
        await File.WriteAllLinesAsync(job["in.txt"], ResumedJob.Lines(Count));
        using (HostProcess program = job.Start(ResumedJob.Slow, FromFile, "durability = checkpoint"))
        {
            await program.UntilAsync(() => job.Look() is { } queue && ResumedJob.Settled(queue) > 0, "something is settled");
            await program.KillAsync();
        }

        byte[] partial = await File.ReadAllBytesAsync(job.Partial);
        ProgramEnd refused = await job.RunAsync(["another"]);
        Assert.Equal((1, ""), (refused.Status, refused.Output));
        Assert.Contains("queue.durability = checkpoint", refused.Error, StringComparison.Ordinal);
        Assert.Equal(partial, await File.ReadAllBytesAsync(job.Partial));

        Assert.Equal((0, 0L), await StatusAndResumedAsync(job.RunAsync(["another"], options: "--restart")));
        Assert.Equal(["another"], job.OutputLines);
    }

    [Fact]
    public async Task Standard_input_is_kept_by_itself_where_a_path_says_so_and_not_otherwise()
    {
        using StoredJob job = new();
        using (HostProcess program = job.Start(ResumedJob.Slow, queue: "capacity = 1000"))
        {
            await program.WriteInputAsync(StoredJob.Text(ResumedJob.Lines(Count)), ends: false);
            await program.UntilAsync(() => job.PartialLines > 0, "something is written");
            Assert.Equal(["lines.txt.partial"], job.OutputNames);
            await program.KillAsync();
        }

        using (HostProcess program = job.Start(ResumedJob.Slow, queue: "path = \"out/lines.txt.state\""))
        {
            await program.WriteInputAsync(StoredJob.Text(ResumedJob.Lines(Count)), ends: false);
            await program.UntilAsync(() => job.Look()?.Counts.Accepted == Count, "all is confirmed");
            await program.KillAsync();
        }

        Assert.Equal(0, (await job.RunAsync([], queue: "path = \"out/lines.txt.state\"")).Status);
        Assert.Equal(ResumedJob.Lines(Count), job.OutputLines.Order());
    }

    private const string FromFile = "type = file, path = \"in.txt\"";

    private static async Task<(int Status, long Resumed)> StatusAndResumedAsync(Task<ProgramEnd> run)
    {
        ProgramEnd end = await run;
        return (end.Status, end.Account.Resumed);
    }
}
