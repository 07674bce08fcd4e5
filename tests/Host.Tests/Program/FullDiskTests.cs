using Xunit;

namespace AkkaPipeline.Host.Tests.Program;

public class FullDiskTests
{
    [FactWithSmallDisk]
    public async Task A_full_disk_is_status_1_says_so_in_a_line_and_leaves_whole_lines()
    {
        using LogJob job = new LogJob(allow: "all", more: """dead-letters.path = "rejected.jsonl" """).WithSample(30_000);
        using var disk = SmallDisk.Mount(Path.GetDirectoryName(job.Output)!);

        ProgramEnd end = await job.RunAsync();

        Assert.Equal(1, end.Status);
        Assert.Contains($"Cannot write to '{job.Partial}': No space left on device.", end.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", end.Error, StringComparison.Ordinal);
        Assert.True(end.Account.IsBalanced, end.Output);
        Assert.Equal(["access.jsonl.partial"], job.OutputNames.Where(name => !name.Contains(".state", StringComparison.Ordinal)));
        string text = await File.ReadAllTextAsync(job.Partial);
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
        Assert.Equal(end.Account.Acked, text.Count(character => character == '\n'));
    }

    [FactWithSmallDisk]
    public async Task No_room_for_dead_letters_is_status_1_too()
    {
        using LogJob job = new LogJob(allow: "all", more: """sink.path = "access.jsonl" """)
            .WithSource(string.Concat(Enumerable.Repeat("no log line\n", 30_000)));
        using var disk = SmallDisk.Mount(Path.GetDirectoryName(job.Rejected)!);

        ProgramEnd end = await job.RunAsync();

        Assert.Equal(1, end.Status);
        Assert.Contains($"Cannot write to '{job.Rejected}': No space left on device.", end.Error, StringComparison.Ordinal);
        Assert.True(end.Account.IsBalanced, end.Output);
        Assert.Equal(end.Account.DeadLettered, job.RejectedLines.Length);
    }
}
