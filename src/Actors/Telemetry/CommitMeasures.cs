namespace AkkaPipeline.Telemetry;

/// <summary>What is measured of one durable store.</summary>
internal sealed class CommitMeasures(string pipeline)
{
    private readonly PipelineTags tags = new(pipeline);

    /// <summary>Whether somebody listens.</summary>
    public static bool Wanted => Instruments.CommitDuration.Enabled || Instruments.CommitItems.Enabled;

    public void Committed(TimeSpan took, long items)
    {
        Instruments.CommitDuration.Record(took.TotalSeconds, tags.Own);
        Instruments.CommitItems.Record(items, tags.Own);
    }
}
