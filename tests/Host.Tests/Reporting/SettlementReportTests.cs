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

    [Fact]
    public void For_programs_it_is_one_object_on_one_line() => Assert.Equal(
        """{"pipeline":"access-log","produced":10000,"acked":9999,"deadLettered":1,"released":0,"elapsedSeconds":1.235}""",
        new SettlementReport(Settlement, 0).ToJson());

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
