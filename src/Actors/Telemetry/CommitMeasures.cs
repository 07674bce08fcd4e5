using Microsoft.Extensions.Logging;

namespace AkkaPipeline.Telemetry;

/// <summary>What is measured of one durable store.</summary>
internal sealed class CommitMeasures(string pipeline, ILogger log)
{
    private readonly PipelineTags tags = new(pipeline);
    private readonly ListenerGuard listeners = new(pipeline, log);

    /// <summary>Whether somebody listens.</summary>
    public static bool Wanted => Instruments.CommitDuration.Enabled || Instruments.CommitItems.Enabled;

    public void Committed(TimeSpan took, long items)
    {
        try
        {
            Instruments.CommitDuration.Record(took.TotalSeconds, tags.Own);
            Instruments.CommitItems.Record(items, tags.Own);
        }
        catch (Exception thrown)
        {
            listeners.Contain(thrown);
        }
    }
}
