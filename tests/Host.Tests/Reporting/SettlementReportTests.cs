using AkkaPipeline.Host.Reporting;
using Xunit;

namespace AkkaPipeline.Host.Tests.Reporting;

public class SettlementReportTests
{
    private static readonly Settlement Settlement = new()
    {
        Pipeline = "access-log",
        Outcome = PipelineOutcome.Completed,
        Accepted = 10_000,
        Acked = 9_999,
        DeadLettered = 1,
        SourcesEnded = true,
        Elapsed = TimeSpan.FromMilliseconds(1234.5678),
    };

    private static readonly Settlement Halted = Settlement with
    {
        Outcome = PipelineOutcome.Halted,
        Accepted = 10_002,
        Dropped = 2,
        Retried = 3,
        Refused = 4,
        Reasons = ["soon after 1 failure", "and a\nline end"],
        HaltedKeys = ["a", "b"],
    };

    [Theory]
    [InlineData("half <D800> a character", "half \ufffd a character")]
    [InlineData("other <DC00> half", "other \ufffd half")]
    [InlineData("\u0000 \u001b[31m \u009b \"quoted\" \\ \t", "\u0000 \u001b[31m \u009b \"quoted\" \\ \t")]
    [InlineData("left \u202e right", "left \u202e right")]
    public void For_programs_it_is_JSON_whatever_the_texts_hold(string text, string expected)
    {
        text = text.Replace("<D800>", "\ud800", StringComparison.Ordinal).Replace("<DC00>", "\udc00", StringComparison.Ordinal);
        Settlement settlement = Settlement with { Pipeline = text, Reasons = [text], HaltedKeys = [text] };

        string json = new SettlementReport(settlement, 0).ToJson();

        using var read = System.Text.Json.JsonDocument.Parse(json);
        Assert.Equal(expected, read.RootElement.GetProperty("pipeline").GetString());
        Assert.Equal([expected], read.RootElement.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetString()));
        Assert.Equal([expected], read.RootElement.GetProperty("haltedKeys").EnumerateArray().Select(key => key.GetString()));
        Assert.DoesNotContain(json, character => char.IsControl(character) || character == '\u202e');
    }

    [Fact]
    public void For_programs_a_reason_is_one_line_and_a_key_is_as_it_is()
    {
        Settlement settlement = Settlement with { Reasons = ["one\u2028two\nthree"], HaltedKeys = ["one\u2028two\nthree"] };

        using var read = System.Text.Json.JsonDocument.Parse(new SettlementReport(settlement, 0).ToJson());

        Assert.Equal("one two three", read.RootElement.GetProperty("reasons")[0].GetString());
        Assert.Equal("one\u2028two\nthree", read.RootElement.GetProperty("haltedKeys")[0].GetString());
    }

    [Fact]
    public void For_people_a_reason_is_one_line_without_control_characters() => Assert.EndsWith(
        "  because        the key \\u001b[2J\\u202e\\ud800 akka-pipeline: forged\n",
        new SettlementReport(Settlement with { Reasons = ["the key \u001b[2J\u202e\ud800\nakka-pipeline: forged"] }, 0).ToTable().ReplaceLineEndings("\n"),
        StringComparison.Ordinal);

    [Fact]
    public void What_it_takes_to_get_in_somewhere_is_not_shown()
    {
        var report = new SettlementReport(Settlement with { Reasons = ["no answer from https://user:hunter2@host/x"] }, 0);

        Assert.DoesNotContain("hunter2", report.ToJson() + report.ToTable(), StringComparison.Ordinal);
        Assert.Contains("because        no answer from https://<hidden>@host/x", report.ToTable(), StringComparison.Ordinal);
    }

    [Fact]
    public void For_programs_it_is_one_object_on_one_line() => Assert.Equal(
        """{"pipeline":"access-log","produced":10000,"acked":9999,"deadLettered":1,"released":0,"elapsedSeconds":1.235,"outcome":"completed","dropped":0,"retried":0,"refused":0,"resumed":0,"quarantined":0,"reasons":[],"haltedKeys":[]}""",
        new SettlementReport(Settlement, 0).ToJson());

    [Fact]
    public void For_programs_it_tells_of_retries_of_what_was_dropped_and_of_the_reasons() => Assert.EndsWith(
        """
        "outcome":"halted","dropped":2,"retried":3,"refused":4,"resumed":0,"quarantined":0,"reasons":["soon after 1 failure","and a line end"],"haltedKeys":["a","b"]}
        """,
        new SettlementReport(Halted, 0).ToJson(),
        StringComparison.Ordinal);

    [Fact]
    public void A_run_that_can_be_gone_on_with_says_how()
    {
        var report = new SettlementReport(Settlement with { Resumed = 4_000 }, 0) { StatePath = "out/access.jsonl.state" };

        Assert.Contains("\"resumed\":4000", report.ToJson(), StringComparison.Ordinal);
        Assert.Contains("resumed                4,000  (of them settled by earlier runs)", report.ToTable(), StringComparison.Ordinal);
        Assert.Contains(
            "state          out/access.jsonl.state  (the same command goes on from here; with --restart it starts over)",
            report.ToTable(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_has_met_damage_says_where_it_is()
    {
        var report = new SettlementReport(Settlement with { Accepted = 10_002, Quarantined = 2 }, 0)
        {
            StatePath = "out/access.jsonl.state",
            WhyStateStays = "kept, because something in it was damaged",
        };

        Assert.Contains("\"quarantined\":2", report.ToJson(), StringComparison.Ordinal);
        Assert.Contains("quarantined                2  (in damaged rows of the state, and not worked on)", report.ToTable(), StringComparison.Ordinal);
        Assert.Contains(
            "state          out/access.jsonl.state  (kept, because something in it was damaged; with --restart it starts over)",
            report.ToTable(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void For_people_it_is_a_table_that_says_where_the_results_are() => Assert.Equal(
        """
        access-log: completed in 1.23 s
          produced              10,000
          acked                  9,999
          dead-lettered              1  (all allowed)
          released                   0
          output         out/access.jsonl
          rejects        out/rejected.jsonl

        """,
        new SettlementReport(Settlement, long.MaxValue)
        {
            OutputPath = "out/access.jsonl",
            DeadLettersPath = "out/rejected.jsonl",
        }.ToTable(),
        ignoreLineEndingDifferences: true);

    [Fact]
    public void It_tells_of_retries_of_what_was_dropped_and_of_late_answers_where_there_are_any() => Assert.Equal(
        """
        access-log: halted in 1.23 s
          produced              10,002
          acked                  9,999
          dead-lettered              1  (0 allowed)
          dropped                    2
          released                   0
          retried                    3  (failed attempts that were followed by another)
          refused                    4  (answers that came too late)
          because        soon after 1 failure
          because        and a line end

        """,
        new SettlementReport(Halted, 0).ToTable(),
        ignoreLineEndingDifferences: true);

    [Fact]
    public void It_says_what_was_left_and_why() => Assert.Equal(
        """
        access-log: failed in 1.23 s
          produced              10,000
          acked                  9,999
          dead-lettered              1  (0 allowed)
          released                   5  (and the source was not read to its end)
          because        the disk is full

        """,
        new SettlementReport(
            Settlement with { Outcome = PipelineOutcome.Failed, Released = 5, SourcesEnded = false, Reasons = ["the disk is full"] }, 0).ToTable(),
        ignoreLineEndingDifferences: true);
}
