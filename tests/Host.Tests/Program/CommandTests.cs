using Xunit;

namespace AkkaPipeline.Host.Tests.Program;

public class CommandTests
{
    [Fact]
    public async Task A_sample_goes_to_standard_output()
    {
        using var program = HostProcess.Start("sample", "access-log", "--lines", "1000", "--seed", "1");

        string output = await program.Output.ReadToEndAsync();

        Assert.Equal((0, ""), await program.ExitAsync());
        Assert.Equal(1000, output.Count(character => character == '\n'));
    }

    [Fact]
    public async Task A_sample_ends_when_nobody_reads_it_any_more()
    {
        using var program = HostProcess.Start("sample", "access-log", "--lines", $"{long.MaxValue}");

        await program.Output.ReadLineAsync();
        program.Output.Close();

        Assert.Equal((0, ""), await program.ExitAsync());
    }

    [Fact]
    public async Task Wrong_usage_is_status_2_and_says_what_is_wrong()
    {
        using var program = HostProcess.Start("walk");

        (int status, string error) = await program.ExitAsync();

        Assert.Equal(2, status);
        Assert.StartsWith("akka-pipeline: There is no command 'walk'", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("walk\u001b[2J\nakka-pipeline: forged")]
    [InlineData("run", "none\u001b[2J\nakka-pipeline: forged", "--what\u009b\nakka-pipeline: forged")]
    [InlineData("run", "none\u001b[2J\nakka-pipeline: forged")]
    [InlineData("verify", "none\u001b[2J\nakka-pipeline: forged")]
    public async Task What_is_quoted_in_a_complaint_forges_no_line_of_it(params string[] arguments)
    {
        using var program = HostProcess.Start(arguments);

        (_, string error) = await program.ExitAsync();

        Assert.DoesNotContain(error.ReplaceLineEndings("\n"), character => char.IsControl(character) && character != '\n');
        Assert.DoesNotContain(error.Split('\n').Skip(1), line => line.StartsWith("akka-pipeline: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Help_and_version_go_to_standard_output()
    {
        using var help = HostProcess.Start("--help");
        using var version = HostProcess.Start("--version");

        Assert.Contains("akka-pipeline run FILE.conf [--json]", await help.Output.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Matches(@"^akka-pipeline \d+\.\d+\.\d+\S*\r?\n$", await version.Output.ReadToEndAsync());
        Assert.Equal((0, ""), await help.ExitAsync());
        Assert.Equal((0, ""), await version.ExitAsync());
    }
}
