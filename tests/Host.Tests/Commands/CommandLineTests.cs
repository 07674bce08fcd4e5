using AkkaPipeline.Host.Commands;
using Xunit;

namespace AkkaPipeline.Host.Tests.Commands;

public class CommandLineTests
{
    [Theory]
    [InlineData("run a.conf", "a.conf", false)]
    [InlineData("run a.conf --json", "a.conf", true)]
    [InlineData("run --json a.conf", "a.conf", true)]
    [InlineData("run --json -- --odd.conf", "--odd.conf", true)]
    public void Run_names_a_file(string line, string path, bool json) =>
        Assert.Equal(new RunArguments(path, json), Parse(line));

    [Fact]
    public void A_run_can_start_over() => Assert.Equal(new RunArguments("a.conf", Json: false, Restart: true), Parse("run a.conf --restart"));

    [Theory]
    [InlineData("sample access-log --lines 5 --seed 7", 5, 7)]
    [InlineData("sample --seed=7 --lines=5 access-log", 5, 7)]
    [InlineData("sample access-log --lines 0", 0, 1)]
    public void Sample_has_lines_and_a_seed(string line, long lines, ulong seed) =>
        Assert.Equal(new SampleArguments(lines, seed), Parse(line));

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("run --help")]
    public void Help_can_be_asked_for_anywhere(string line) => Assert.IsType<ShowHelp>(Parse(line));

    [Fact]
    public void The_version_can_be_asked_for() => Assert.IsType<ShowVersion>(Parse("--version"));

    [Theory]
    [InlineData("", "Missing a command: run or sample.")]
    [InlineData("walk", "There is no command 'walk'; there are run and sample.")]
    [InlineData("--verbose", "Unknown option '--verbose'.")]
    [InlineData("run", "Missing the configuration file: run FILE.conf.")]
    [InlineData("run a.conf b.conf", "One word too many: 'b.conf'.")]
    [InlineData("run a.conf --jsn", "Unknown option '--jsn'.")]
    [InlineData("run --jsn", "Unknown option '--jsn'.")]
    [InlineData("sample access-log", "Missing --lines N: how many lines to write.")]
    [InlineData("sample access-log --lines", "--lines needs a value.")]
    [InlineData("sample access-log --lines many", "--lines must be a whole number from 0 to 9223372036854775807, not 'many'.")]
    [InlineData("sample access-log --lines -1", "--lines must be a whole number from 0 to 9223372036854775807, not '-1'.")]
    [InlineData("sample access-log --lines 1 --seed 1.5", "--seed must be a whole number from 0 to 18446744073709551615, not '1.5'.")]
    [InlineData("sample access-log --lines 1 --lines=2", "--lines is given twice.")]
    [InlineData("sample error-log --lines 1", "There is no sample 'error-log'; there is access-log.")]
    [InlineData("sample --lines 1", "Missing what to make a sample of: sample access-log.")]
    public void What_is_wrong_is_said(string line, string message) =>
        Assert.Equal(message, Assert.Throws<UsageException>(() => Parse(line)).Message);

    private static Command Parse(string line) =>
        CommandLine.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
