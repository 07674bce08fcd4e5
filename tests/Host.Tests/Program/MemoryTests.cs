using Xunit;

namespace AkkaPipeline.Host.Tests.Program;

public class MemoryTests
{
    private const long MemoryMax = 250L * 1024 * 1024;

    [Fact]
    public async Task A_million_lines_pass_in_little_memory()
    {
        using LogJob job = new LogJob(allow: "all").WithSample(1_000_000);
        using HostProcess program = job.Start();

        long peak = 0;
        await Patience.UntilAsync(() => HasEnded(program, ref peak), "the program ends");
        ProgramEnd end = await program.EndAsync();

        Assert.Equal((0, 1_000_000), (end.Status, end.Account.Produced));
        Assert.InRange(peak, 1, MemoryMax);
    }

    private static bool HasEnded(HostProcess program, ref long peak)
    {
        peak = Math.Max(peak, program.PeakBytes);
        return program.HasExited;
    }
}
