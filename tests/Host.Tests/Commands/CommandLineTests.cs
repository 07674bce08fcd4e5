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

    [Fact]
    public void A_store_is_verified_and_inspected()
    {
        Assert.Equal(new VerifyArguments("a.db", Json: true), Parse("verify a.db --json"));
        Assert.Equal(new InspectArguments("a.db", Json: false), Parse("inspect a.db"));
    }

    [Fact]
    public void Dead_letters_are_asked_for_by_page_and_filter()
    {
        Assert.Equal(
            new DeadLetterArguments(DeadLetterAction.List, "a.db", new DeadLetterFilter { Key = "k", FirstSequence = 3 }, "q", Json: true)
            {
                Limit = 7,
                After = 9,
            },
            Parse("dead-letters list a.db --key k --sequence=3.. --queue q --limit 7 --after 9 --json"));
        Assert.Equal(new DeadLetterArguments(DeadLetterAction.Drop, "a.db", null, null, Json: false), Parse("dead-letters drop a.db --all"));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("run --help")]
    public void Help_can_be_asked_for_anywhere(string line) => Assert.IsType<ShowHelp>(Parse(line));

    [Fact]
    public void The_version_can_be_asked_for() => Assert.IsType<ShowVersion>(Parse("--version"));

    [Theory]
    [InlineData("", "Missing a command: run, verify, inspect, dead-letters, renew and sample.")]
    [InlineData("walk", "There is no command 'walk'; there are run, verify, inspect, dead-letters, renew and sample.")]
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
    [InlineData("verify", "Missing the store's file: PATH.")]
    [InlineData("inspect a b", "One word too many: 'b'.")]
    [InlineData("dead-letters", "Missing what to do: list, show, requeue or drop.")]
    [InlineData("dead-letters list", "Missing the store's file: PATH.")]
    [InlineData("dead-letters burn a", "Dead letters cannot be asked to 'burn'; there are list, show, requeue and drop.")]
    [InlineData("dead-letters drop a", "Say which to drop (--id, --key, --cause, …), or --all.")]
    [InlineData("dead-letters requeue a --all --key k", "--all does not go with a filter.")]
    [InlineData("dead-letters requeue a --key k --limit 1", "--limit and --after go with list and show; to requeue some, say which by a filter.")]
    [InlineData("dead-letters list a --all", "--all goes with requeue and drop.")]
    [InlineData("dead-letters list a --limit 0", "--limit must be a whole number from 1 to 2147483647, not '0'.")]
    [InlineData("dead-letters list a --sequence 1..2..3", "--sequence is a number or a range (N, N..M, N.. or ..M), not '1..2..3'.")]
    [InlineData("dead-letters list a --sequence ..", "--sequence is a number or a range (N, N..M, N.. or ..M), not '..'.")]
    [InlineData("dead-letters list a --cause lost", "There is no cause 'lost'; there are attempts-used-up, not-retried, rejected, key-parked, undecodable, killed-process.")]
    [InlineData("sample --lines 1", "Missing what to make a sample of: sample access-log.")]
    public void What_is_wrong_is_said(string line, string message) =>
        Assert.Equal(message, Assert.Throws<UsageException>(() => Parse(line)).Message);

    private static Command Parse(string line) =>
        CommandLine.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
