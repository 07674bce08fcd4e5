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
}
