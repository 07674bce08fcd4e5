namespace AkkaPipeline.Bench.Measuring;

/// <summary>A target and what was found.</summary>
/// <param name="Against">The peer compared with, or the absolute figure's name.</param>
/// <param name="Ratio">The pipeline's median over the peer's; for an absolute figure the figure.</param>
/// <param name="RatioPerRound">The same round by round.</param>
internal sealed record Comparison(
    string Scenario,
    string Against,
    double Ratio,
    IReadOnlyList<double> RatioPerRound,
    Target Target)
{
    public bool Met => Target.IsMetBy(Ratio);

    /// <summary>Holds the pipeline's rounds against each target; nothing to hold if it was not measured.</summary>
    public static IEnumerable<Comparison> Of(
        string scenario,
        IReadOnlyList<SubjectRounds> subjects,
        IReadOnlyList<Target> targets)
    {
        SubjectRounds? pipeline = subjects.SingleOrDefault(subject => subject.Kind == SubjectKind.Pipeline);
        return pipeline is null ? [] : targets.Select(target => Of(scenario, pipeline, subjects, target));
    }

    private static Comparison Of(
        string scenario,
        SubjectRounds pipeline,
        IReadOnlyList<SubjectRounds> subjects,
        Target target)
    {
        if (target.Measure == TargetMeasure.BytesPerItem)
        {
            double[] bytes = [.. pipeline.Rounds.Select(round => round.BytesPerItem)];
            return new Comparison(scenario, "bytes an item", pipeline.MedianBytesPerItem, bytes, target);
        }

        if (target.Absolute is { } absolute)
        {
            double[] figures = [.. pipeline.Rounds.Select(round => absolute.Of(round) ?? double.NaN)];
            return new Comparison(scenario, absolute.Name, pipeline.MedianOf(absolute.Of), figures, target);
        }

        SubjectRounds best = subjects
            .Where(subject => target.Against.Contains(subject.Kind))
            .MaxBy(subject => subject.MedianItemsPerSecond)!;
        if (target.Measure == TargetMeasure.Latency)
        {
            double[] times = [.. pipeline.Rounds.Zip(best.Rounds, (own, peer) => own.P50Microseconds!.Value / peer.P50Microseconds!.Value)];
            double slower = pipeline.MedianOf(round => round.P50Microseconds) / best.MedianOf(round => round.P50Microseconds);
            return new Comparison(scenario, best.Subject, slower, times, target);
        }

        double[] ratios = [.. pipeline.Rounds.Zip(best.Rounds, (own, peer) => own.ItemsPerSecond / peer.ItemsPerSecond)];
        double ratio = pipeline.MedianItemsPerSecond / best.MedianItemsPerSecond;
        return new Comparison(scenario, best.Subject, ratio, ratios, target);
    }
}
