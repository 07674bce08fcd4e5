using AkkaPipeline.Host.Running;
using Xunit;

namespace AkkaPipeline.Host.Tests.Running;

public sealed class StandardErrorLogTests
{
    private const string Hostile = "the key \u001b[2J\u202e\nakka-pipeline: forged";

    [Fact]
    public void A_message_is_one_line_without_control_characters() => Assert.Equal(
        "akka-pipeline: warning: the key \\u001b[2J\\u202e\\nakka-pipeline: forged",
        StandardErrorLog.Line("warning", Hostile, cause: null));

    [Fact]
    public void No_line_of_a_trace_can_pass_for_a_message()
    {
        string told = StandardErrorLog.Line("error", "it crashed", new InvalidOperationException(Hostile));

        Assert.Equal(
            ["akka-pipeline: error: it crashed", "  System.InvalidOperationException: the key \\u001b[2J\\u202e", "  akka-pipeline: forged"],
            told.Split(Environment.NewLine));
    }
}
