using System.Runtime.InteropServices;
using AkkaPipeline.Host.Reporting;
using Xunit;

namespace AkkaPipeline.Host.Tests.Reporting;

public class ExitStatusTests
{
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(5, 5, 0)]
    [InlineData(6, 5, 3)]
    [InlineData(1, 0, 3)]
    [InlineData(1_000_000, long.MaxValue, 0)]
    public void A_complete_run_depends_on_the_dead_letters_allowed(long deadLettered, long allowed, int status) =>
        Assert.Equal(status, ExitStatus.Of(Ended(PipelineOutcome.Completed, deadLettered: deadLettered), allowed));

    [Theory]
    [InlineData(PipelineOutcome.Failed)]
    [InlineData(PipelineOutcome.Stalled)]
    public void A_failure_is_one_whatever_else_happened(PipelineOutcome outcome)
    {
        Assert.Equal(1, ExitStatus.Of(Ended(outcome), long.MaxValue));
        Assert.Equal(1, ExitStatus.Of(Ended(outcome, released: 1, sourcesEnded: false), long.MaxValue, PosixSignal.SIGTERM));
    }

    [Theory]
    [InlineData(PosixSignal.SIGINT, 130)]
    [InlineData(PosixSignal.SIGTERM, 143)]
    [InlineData(PosixSignal.SIGHUP, 129)]
    [InlineData(PosixSignal.SIGQUIT, 131)]
    public void A_drain_that_left_something_says_by_which_signal(PosixSignal signal, int status)
    {
        Assert.Equal(status, ExitStatus.Of(Ended(PipelineOutcome.Drained, sourcesEnded: false), 0, signal));
        Assert.Equal(status, ExitStatus.Of(Ended(PipelineOutcome.Drained, released: 1), 0, signal));
        Assert.Equal(status, ExitStatus.Of(Ended(PipelineOutcome.Drained, released: 1, deadLettered: 9), 0, signal));
    }

    [Fact]
    public void A_drain_that_left_nothing_is_a_complete_run()
    {
        Assert.Equal(0, ExitStatus.Of(Ended(PipelineOutcome.Drained), 0, PosixSignal.SIGTERM));
        Assert.Equal(3, ExitStatus.Of(Ended(PipelineOutcome.Drained, deadLettered: 1), 0, PosixSignal.SIGINT));
    }

    [Fact]
    public void A_drain_without_a_signal_that_left_something_is_a_failure() =>
        Assert.Equal(1, ExitStatus.Of(Ended(PipelineOutcome.Drained, sourcesEnded: false), 0));

    [Fact]
    public void A_run_that_was_halted_is_a_failure_unless_it_has_done_what_was_wanted()
    {
        Settlement halted = Ended(PipelineOutcome.Halted, deadLettered: 1, released: 3, sourcesEnded: false);

        Assert.Equal(1, ExitStatus.Of(halted, long.MaxValue));
        Assert.Equal(1, ExitStatus.Of(halted, long.MaxValue, PosixSignal.SIGTERM));
        Assert.Equal(0, ExitStatus.Of(halted, 1, enough: true));
        Assert.Equal(0, ExitStatus.Of(halted, 1, PosixSignal.SIGTERM, enough: true));
        Assert.Equal(3, ExitStatus.Of(halted, 0, enough: true));
    }

    [Fact]
    public void Damage_in_the_state_is_a_failure_unless_a_signal_has_left_something()
    {
        Assert.Equal(1, ExitStatus.Of(Ended(PipelineOutcome.Completed) with { Accepted = 11, Quarantined = 1 }, long.MaxValue));
        Assert.Equal(1, ExitStatus.Of(Ended(PipelineOutcome.Completed, deadLettered: 1), 0, damaged: true));
        Assert.Equal(1, ExitStatus.Of(Ended(PipelineOutcome.Drained), 0, PosixSignal.SIGTERM, damaged: true));
        Assert.Equal(143, ExitStatus.Of(Ended(PipelineOutcome.Drained, released: 1), 0, PosixSignal.SIGTERM, damaged: true));
    }

    private static Settlement Ended(
        PipelineOutcome outcome, long deadLettered = 0, long released = 0, bool sourcesEnded = true) => new()
        {
            Pipeline = "access-log",
            Outcome = outcome,
            Accepted = 10 + deadLettered + released,
            Acked = 10,
            DeadLettered = deadLettered,
            Released = released,
            SourcesEnded = sourcesEnded,
        };
}
