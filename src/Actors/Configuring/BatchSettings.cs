namespace AkkaPipeline.Configuring;

/// <summary>What closes a batch; null: not that.</summary>
internal sealed record BatchSettings(int? ItemsMax, long? BytesMax, TimeSpan? TimeMax);

/// <summary>When a failing sink is left alone, as in <see cref="BreakerOptions"/>.</summary>
internal sealed record BreakerSettings(
    double FailureRatio, int MinimumThroughput, TimeSpan SamplingDuration, TimeSpan BreakDuration)
{
    public BreakerOptions Options => new()
    {
        FailureRatio = FailureRatio,
        MinimumThroughput = MinimumThroughput,
        SamplingDuration = SamplingDuration,
        BreakDuration = BreakDuration,
    };
}
