using AkkaPipeline.Bench.Measuring;

namespace AkkaPipeline.Bench.Reporting;

/// <summary>A table a scenario, for people.</summary>
internal sealed class TableReport(TextWriter output) : IReport
{
    private const double Million = 1_000_000;

    public void Begin(string scenario, string what)
    {
        output.WriteLine($"{scenario}: {what}");
        output.WriteLine("Millions of items a second; medians over the rounds. Slower programs run fewer items a round.");
        output.Write("Running");
        output.Flush();
    }

    public void Add(RoundResult round)
    {
        output.Write('.');
        output.Flush();
    }

    public void End(IReadOnlyList<SubjectRounds> subjects)
    {
        output.WriteLine();
        output.WriteLine();
        string rounds = string.Concat(subjects[0].Rounds.Select(round => $"{round.Round,8}"));
        output.WriteLine($"{"",-22}{"items",12}{"median",9}{"bytes",9}   round{rounds}");
        foreach (SubjectRounds subject in subjects)
        {
            string speeds = string.Concat(subject.Rounds.Select(round => $"{round.ItemsPerSecond / Million,8:F2}"));
            output.WriteLine(
                $"{subject.Subject,-22}{subject.Rounds[0].Items,12:N0}{subject.MedianItemsPerSecond / Million,9:F2}"
                + $"{subject.MedianBytesPerItem,9:F3}        {speeds}");
            WriteFurther(subject);
        }

        output.WriteLine();
    }

    public void Close(IReadOnlyList<Comparison> comparisons)
    {
        if (comparisons.Count == 0)
            output.WriteLine("The pipeline itself was not measured: no ratios.");
        foreach (Comparison comparison in comparisons)
        {
            string bound = comparison.Target.Direction == TargetDirection.Min ? "at least" : "at most";
            string rounds = string.Join(' ', comparison.RatioPerRound.Select(ratio => $"{ratio:F2}"));
            output.WriteLine(
                $"{comparison.Scenario} against {comparison.Against}: {comparison.Ratio:F2}, wanted {bound} "
                + $"{comparison.Target.Value}: {(comparison.Met ? "met" : "NOT MET")} (by round {rounds})");
        }
    }

    private void WriteFurther(SubjectRounds subject)
    {
        (string Name, double Figure)[] figures =
        [
            ("bytes written an item", subject.MedianOf(round => round.WrittenPerItem)),
            ("µs p50", subject.MedianOf(round => round.P50Microseconds)),
            ("µs p99", subject.MedianOf(round => round.P99Microseconds)),
            ("MB resident", subject.MedianOf(round => round.ResidentMegabytes)),
            ("s to the first delivery", subject.MedianOf(round => round.FirstDeliverySeconds)),
        ];
        string further = string.Join(", ", figures.Where(pair => !double.IsNaN(pair.Figure)).Select(pair => $"{pair.Figure:0.##} {pair.Name}"));
        if (further.Length > 0)
            output.WriteLine($"{"",-22}  {further}");
    }
}
